using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>
    /// <c>npcface > Preview</c>: the daemon's characters, a live face with sliders, a line to speak, and a place to
    /// drop
    /// portraits that shall become characters.
    /// </summary>
    internal sealed partial class PreviewWindow : EditorWindow
    {
        static class Labels
        {
            public static readonly GUIContent Title = new GUIContent("npcface");
            public static readonly GUIContent Refresh = new GUIContent("Refresh", "Ask for the characters again");
            public static readonly GUIContent Launch = new GUIContent("Start a daemon", "Ends with the editor");
            public static readonly GUIContent None = new GUIContent("No characters yet: drop a portrait below.");
        }

        const float ListWidth = 180f, IconSize = 32f;

        [SerializeField] string _character = "";
        [SerializeField] int _size = 256;
        Vector2 _listScroll, _sideScroll;
        readonly CharacterIcons _icons = new CharacterIcons();
        readonly FaceTexture _texture = new FaceTexture();
        FaceClient _client;
        FaceStream _stream;

        [MenuItem("npcface/Preview")]
        static void Open() => GetWindow<PreviewWindow>();

        void OnEnable()
        {
            titleContent = Labels.Title;
            minSize = new Vector2(560f, 420f);
            EditorConnection.Changed += Repaint;
            EditorApplication.update += Tick;
            EditorConnection.Refresh();
        }

        void OnDisable()
        {
            EditorConnection.Changed -= Repaint;
            EditorApplication.update -= Tick;
            Show("");
            _icons.Clear();
            _texture.Dispose();
        }

        void Tick()
        {
            var client = EditorConnection.Client;
            if (client != _client) // the connection was made anew: streams of the old one are gone
            {
                _client = client;
                _stream = null;
                _icons.Clear();
                Show(_character);
            }
            var changed = _icons.Update(client);
            if (_stream != null && _stream.TryTakeFrame(out var frame))
            {
                _texture.Show(frame);
                changed = true;
            }
            if (changed)
                Repaint();
        }

        void Show(string character)
        {
            _stream?.Close();
            _stream = null;
            if (string.IsNullOrEmpty(character) || _client == null)
                return;
            _character = character;
            _stream = _client.Open(FaceOptions.Of(character, _size));
            _stream.Failed += EditorConnection.Report;
            _stream.Ended += Repaint;
            _stream.Idle();
        }

        void OnGUI()
        {
            DrawToolbar();
            if (EditorConnection.Message.Length > 0)
                EditorGUILayout.HelpBox(EditorConnection.Message, MessageType.Warning);
            using (new EditorGUILayout.HorizontalScope())
            {
                DrawList();
                DrawFace();
                DrawSide();
            }
            DrawEnrolment();
        }

        void DrawToolbar()
        {
            using (new EditorGUILayout.HorizontalScope(EditorStyles.toolbar))
            {
                var state = EditorConnection.IsConnected ? EditorConnection.Client.Welcome.Daemon : "not connected";
                GUILayout.Label(state, EditorStyles.miniLabel);
                GUILayout.FlexibleSpace();
                if (!EditorConnection.IsConnected && !EditorConnection.IsLaunched
                    && GUILayout.Button(Labels.Launch, EditorStyles.toolbarButton))
                    EditorConnection.Launch();
                if (GUILayout.Button(Labels.Refresh, EditorStyles.toolbarButton))
                {
                    _icons.Clear();
                    EditorConnection.Refresh();
                }
            }
        }

        void DrawList()
        {
            _listScroll = EditorGUILayout.BeginScrollView(_listScroll, GUILayout.Width(ListWidth));
            if (EditorConnection.IsConnected && EditorConnection.Characters.Count == 0)
                GUILayout.Label(Labels.None, EditorStyles.wordWrappedMiniLabel);
            foreach (var character in EditorConnection.Characters)
                DrawCharacter(character);
            EditorGUILayout.EndScrollView();
        }

        void DrawCharacter(CharacterInfo character)
        {
            var row = EditorGUILayout.GetControlRect(false, IconSize + 4f);
            var chosen = character.Id == _character;
            using (new EditorGUI.DisabledScope(character.Error.Length > 0))
                if (GUI.Toggle(row, chosen, GUIContent.none, EditorStyles.toolbarButton) && !chosen)
                    Show(character.Id);
            var icon = _icons.Of(character);
            if (icon != null)
                GUI.DrawTexture(new Rect(row.x + 2f, row.y + 2f, IconSize, IconSize), icon, ScaleMode.ScaleToFit);
            var text = new Rect(row.x + IconSize + 8f, row.y + 2f, row.width - IconSize - 8f, IconSize);
            var label = new GUIContent($"{character.Name}\n{character.Id}", character.Error);
            GUI.Label(text, label, EditorStyles.miniLabel);
        }

        void DrawFace()
        {
            var room = GUILayoutUtility.GetRect(_size, _size, GUILayout.ExpandWidth(true),
                GUILayout.ExpandHeight(true));
            if (_texture.Texture != null)
                GUI.DrawTexture(room, _texture.Texture, ScaleMode.ScaleToFit, true);
        }
    }
}
