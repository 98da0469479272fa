namespace UnityEngine
{
    public sealed class GUIContent
    {
        public static readonly GUIContent none = new GUIContent("");
        public GUIContent(string text, string tooltip = "") { }
    }

    public sealed class GUIStyle { }

    public sealed class GUILayoutOption { }

    public static class GUILayout
    {
        public static void Label(string text, GUIStyle style) { }
        public static void Label(GUIContent content, GUIStyle style) { }
        public static bool Button(string text, params GUILayoutOption[] options) => false;
        public static bool Button(GUIContent content, params GUILayoutOption[] options) => false;
        public static bool Button(GUIContent content, GUIStyle style, params GUILayoutOption[] options) => false;
        public static void FlexibleSpace() { }
        public static GUILayoutOption Width(float width) => null;
        public static GUILayoutOption MinHeight(float height) => null;
        public static GUILayoutOption ExpandWidth(bool expand) => null;
        public static GUILayoutOption ExpandHeight(bool expand) => null;
    }

    public static class GUILayoutUtility
    {
        public static Rect GetRect(float width, float height, params GUILayoutOption[] options) => default;
    }

    public static class GUI
    {
        public static bool Toggle(Rect position, bool value, GUIContent content, GUIStyle style) => value;
        public static void Label(Rect position, GUIContent content, GUIStyle style) { }
        public static void Box(Rect position, string text) { }
        public static void DrawTexture(Rect position, Texture image, ScaleMode scaleMode, bool alphaBlend = true) { }
    }

    public enum EventType { Layout, DragUpdated, DragPerform }

    public sealed class Event
    {
        public static Event current => null;
        public EventType type => default;
        public Vector2 mousePosition => default;
        public void Use() { }
    }
}
