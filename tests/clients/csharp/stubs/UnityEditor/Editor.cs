// Stand-ins for exactly the part of the editor's API that the package uses. They compile; nothing of it runs.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace UnityEditor
{
    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName) { }
    }

    public sealed class InitializeOnLoadAttribute : Attribute { }

    public sealed class CustomEditor : Attribute
    {
        public CustomEditor(Type inspectedType) { }
    }

    public sealed class CanEditMultipleObjects : Attribute { }

    public class EditorWindow : UnityEngine.Object
    {
        public GUIContent titleContent { get; set; }
        public Vector2 minSize { get; set; }
        public static T GetWindow<T>() where T : EditorWindow => null;
        public void Repaint() { }
    }

    public class Editor : UnityEngine.Object
    {
        public UnityEngine.Object target { get; }
        public SerializedObject serializedObject { get; }
        public virtual void OnInspectorGUI() { }
        public void Repaint() { }
    }

    public sealed class SerializedObject
    {
        public SerializedProperty FindProperty(string propertyPath) => null;
        public void Update() { }
        public bool ApplyModifiedProperties() => false;
    }

    public sealed class SerializedProperty
    {
        public string stringValue { get; set; }
        public int enumValueIndex { get; set; }
        public bool hasMultipleDifferentValues { get; }
    }

    public enum SettingsScope { User, Project }

    public sealed class SettingsProviderAttribute : Attribute { }

    public class SettingsProvider
    {
        public SettingsProvider(string path, SettingsScope scopes) { }
        public Action<string> guiHandler { get; set; }
        public IEnumerable<string> keywords { get; set; }
    }

    public static class EditorPrefs
    {
        public static string GetString(string key, string defaultValue) => defaultValue;
        public static void SetString(string key, string value) { }
    }

    public static class EditorApplication
    {
        public delegate void CallbackFunction();

        public static CallbackFunction update;
        public static event Action quitting { add { } remove { } }
        public static double timeSinceStartup => 0;
        public static bool ExecuteMenuItem(string menuItemPath) => false;
    }

    public static class AssemblyReloadEvents
    {
        public delegate void AssemblyReloadCallback();

        public static event AssemblyReloadCallback beforeAssemblyReload { add { } remove { } }
    }

    public static class EditorUtility
    {
        public static bool DisplayDialog(string title, string message, string ok) => true;
    }

    public enum DragAndDropVisualMode { None, Copy }

    public static class DragAndDrop
    {
        public static DragAndDropVisualMode visualMode { get; set; }
        public static string[] paths { get; }
        public static void AcceptDrag() { }
    }
}
