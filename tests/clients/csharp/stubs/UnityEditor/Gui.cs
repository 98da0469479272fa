using System;
using UnityEngine;

namespace UnityEditor
{
    public enum MessageType { None, Info, Warning, Error }

    public static class EditorStyles
    {
        public static GUIStyle toolbar => null;
        public static GUIStyle toolbarButton => null;
        public static GUIStyle miniLabel => null;
        public static GUIStyle wordWrappedMiniLabel => null;
    }

    public static class EditorGUI
    {
        public static bool showMixedValue { get; set; }
        public static void BeginChangeCheck() { }
        public static bool EndChangeCheck() => false;
        public static void ProgressBar(Rect position, float value, string text) { }

        public sealed class DisabledScope : IDisposable
        {
            public DisabledScope(bool disabled) { }
            public void Dispose() { }
        }
    }

    public static class EditorGUILayout
    {
        public static string DelayedTextField(GUIContent label, string text) => text;
        public static string TextArea(string text, params GUILayoutOption[] options) => text;
        public static float Slider(string label, float value, float left, float right) => value;
        public static int Popup(string label, int selected, string[] options) => selected;
        public static int Popup(GUIContent label, int selected, string[] options) => selected;
        public static void HelpBox(string message, MessageType type) { }
        public static void LabelField(string label, string text) { }
        public static void Space() { }
        public static bool Foldout(bool foldout, GUIContent content, bool toggleOnLabelClick) => foldout;
        public static bool PropertyField(SerializedProperty property) => false;
        public static bool PropertyField(SerializedProperty property, GUIContent label) => false;
        public static Vector2 BeginScrollView(Vector2 position, params GUILayoutOption[] options) => position;
        public static void EndScrollView() { }
        public static Rect GetControlRect(bool hasLabel, float height) => default;

        public sealed class HorizontalScope : IDisposable
        {
            public HorizontalScope(params GUILayoutOption[] options) { }
            public HorizontalScope(GUIStyle style, params GUILayoutOption[] options) { }
            public void Dispose() { }
        }
    }
}
