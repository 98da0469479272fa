using System.Collections.Generic;
using System.IO;
using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    internal sealed partial class PreviewWindow
    {
        static readonly HashSet<string> PictureTypes = new HashSet<string> { ".png", ".jpg", ".jpeg", ".webp" };

        readonly Queue<string> _portraits = new Queue<string>();
        volatile string _enrolResult;
        string _enrolling = "";
        double _enrolBegan;

        void DrawEnrolment()
        {
            TakeResult();
            if (_enrolling.Length == 0 && _portraits.Count > 0)
                Enrol(_portraits.Dequeue());
            var box = GUILayoutUtility.GetRect(0f, 44f, GUILayout.ExpandWidth(true));
            if (_enrolling.Length > 0)
            {
                var seconds = EditorApplication.timeSinceStartup - _enrolBegan;
                EditorGUI.ProgressBar(box, Mathf.Repeat((float)seconds / 10f, 1f),
                    $"Enrolling {Path.GetFileName(_enrolling)} … {seconds:0} s");
                Repaint();
            }
            else
                GUI.Box(box, "Drop portraits here to enrol them (JPEG, PNG or WebP with one face)");
            TakeDrop(box);
        }

        void TakeDrop(Rect box)
        {
            var now = Event.current;
            if (now.type != EventType.DragUpdated && now.type != EventType.DragPerform)
                return;
            if (!box.Contains(now.mousePosition))
                return;
            DragAndDrop.visualMode = DragAndDropVisualMode.Copy;
            if (now.type != EventType.DragPerform)
                return;
            DragAndDrop.AcceptDrag();
            foreach (var path in DragAndDrop.paths)
                if (PictureTypes.Contains(Path.GetExtension(path).ToLowerInvariant()))
                    _portraits.Enqueue(Path.GetFullPath(path));
            now.Use();
        }

        void Enrol(string portrait)
        {
            var store = NpcfacePreferences.Store;
            var into = store.Length > 0 ? $" --out \"{store}\"" : "";
            try
            {
                CommandLine.Run(NpcfacePreferences.Command, $"enroll \"{portrait}\" --json{into}",
                    (code, _, errors) => _enrolResult = code == 0 ? "" : $"{Path.GetFileName(portrait)}: {errors}");
                _enrolling = portrait;
                _enrolBegan = EditorApplication.timeSinceStartup;
            }
            catch (FaceException error)
            {
                EditorConnection.Report(error.Error);
            }
        }

        void TakeResult()
        {
            var result = _enrolResult;
            if (result == null)
                return;
            _enrolResult = null;
            _enrolling = "";
            if (result.Length > 0)
                EditorUtility.DisplayDialog("npcface", result, "Close");
            else
                EditorConnection.Refresh();
        }
    }
}
