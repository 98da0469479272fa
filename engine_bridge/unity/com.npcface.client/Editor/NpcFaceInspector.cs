using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>The component's inspector: a drop-down of the daemon's characters instead of a bare text.</summary>
    [CustomEditor(typeof(NpcFace))]
    [CanEditMultipleObjects]
    internal sealed class NpcFaceInspector : UnityEditor.Editor
    {
        static class Labels
        {
            public static readonly GUIContent Character = new GUIContent("Character", "Id in the daemon's store");
            public static readonly GUIContent Preview = new GUIContent("Open preview");
            public static readonly GUIContent Events = new GUIContent("Events");
        }

        const string Unreachable = "No daemon answers: type the id, or start one with npcface > Preview.";

        static bool _showEvents;
        SerializedProperty _character, _background;

        void OnEnable()
        {
            _character = serializedObject.FindProperty("_character");
            _background = serializedObject.FindProperty("_background");
            EditorConnection.Changed += Repaint;
            if (EditorConnection.Characters.Count == 0)
                EditorConnection.Refresh();
        }

        void OnDisable() => EditorConnection.Changed -= Repaint;

        public override void OnInspectorGUI()
        {
            serializedObject.Update();
            DrawCharacter();
            Draw("_size", "_fps", "_quality", "_importance", "_sizeMin", "_format", "_partial", "_background");
            if (_background.enumValueIndex == (int)FaceBackground.Color)
                Draw("_backgroundColor");
            Draw("_alpha", "_idleAtStart");
            EditorGUILayout.Space();
            Draw("_targetRenderer", "_textureProperty", "_targetImage", "_server");
            EditorGUILayout.Space();
            _showEvents = EditorGUILayout.Foldout(_showEvents, Labels.Events, true);
            if (_showEvents)
                Draw("_onReady", "_onSpeechStarted", "_onSpoke", "_onFailed");
            serializedObject.ApplyModifiedProperties();
            DrawRunning();
        }

        void DrawCharacter()
        {
            var ids = new List<string> { "(none)" };
            foreach (var character in EditorConnection.Characters)
                ids.Add(character.Id);
            if (ids.Count == 1)
            {
                EditorGUILayout.PropertyField(_character, Labels.Character);
                EditorGUILayout.HelpBox(Unreachable, MessageType.Info);
                return;
            }
            var found = ids.IndexOf(_character.stringValue);
            if (found < 0 && _character.stringValue.Length > 0)
            {
                ids.Add($"{_character.stringValue} (not in the store)");
                found = ids.Count - 1;
            }
            EditorGUI.showMixedValue = _character.hasMultipleDifferentValues;
            EditorGUI.BeginChangeCheck();
            var chosen = EditorGUILayout.Popup(Labels.Character, Mathf.Max(found, 0), ids.ToArray());
            if (EditorGUI.EndChangeCheck() && chosen <= EditorConnection.Characters.Count)
                _character.stringValue = chosen == 0 ? "" : ids[chosen];
            EditorGUI.showMixedValue = false;
        }

        void Draw(params string[] names)
        {
            foreach (var name in names)
                EditorGUILayout.PropertyField(serializedObject.FindProperty(name));
        }

        void DrawRunning()
        {
            var face = (NpcFace)target;
            if (!Application.isPlaying)
            {
                if (GUILayout.Button(Labels.Preview))
                    EditorApplication.ExecuteMenuItem("npcface/Preview");
                return;
            }
            var stream = face.stream;
            var text = stream == null ? "no connection" : !stream.IsOpen ? "opening"
                : $"{stream.Quality}, {stream.Received} frames, {stream.Skipped} skipped";
            EditorGUILayout.LabelField("Running", text);
        }
    }
}
