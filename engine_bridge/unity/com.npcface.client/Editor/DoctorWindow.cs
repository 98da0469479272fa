using System;
using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>
    /// <c>npcface > Doctor</c>: what <c>npcface doctor</c> finds on this machine, and what to do about it.
    /// </summary>
    internal sealed class DoctorWindow : EditorWindow
    {
        [Serializable]
        sealed class Finding
        {
            public string severity = "", check = "", finding = "", cause = "", fix = "";
        }

        [Serializable]
        sealed class Report
        {
            public Finding[] findings = new Finding[0];
        }

        volatile string _output;
        Report _report;
        string _problem = "";
        bool _running;
        Vector2 _scroll;

        [MenuItem("npcface/Doctor")]
        static void Open() => GetWindow<DoctorWindow>();

        void OnEnable()
        {
            titleContent = new GUIContent("npcface Doctor");
            EditorApplication.update += Tick;
            Examine();
        }

        void OnDisable() => EditorApplication.update -= Tick;

        void Examine()
        {
            _report = null;
            _problem = "";
            try
            {
                CommandLine.Run(NpcfacePreferences.Command, "doctor --json", (code, output, errors) =>
                    _output = output.Trim().Length > 0 ? output : $"!Exit code {code}. {errors}");
                _running = true;
            }
            catch (FaceException error)
            {
                _problem = error.Error.ToString();
            }
        }

        void Tick()
        {
            var output = _output;
            if (output == null)
                return;
            _output = null;
            _running = false;
            if (output.StartsWith("!", StringComparison.Ordinal))
                _problem = output.Substring(1);
            else
                _report = JsonUtility.FromJson<Report>(output);
            Repaint();
        }

        void OnGUI()
        {
            using (new EditorGUI.DisabledScope(_running))
                if (GUILayout.Button(_running ? "Examining …" : "Examine again"))
                    Examine();
            if (_problem.Length > 0)
                EditorGUILayout.HelpBox(_problem, MessageType.Error);
            _scroll = EditorGUILayout.BeginScrollView(_scroll);
            foreach (var item in _report != null ? _report.findings : new Finding[0])
                Draw(item);
            EditorGUILayout.EndScrollView();
        }

        static void Draw(Finding item)
        {
            var text = $"{item.check}: {item.finding}";
            if (!string.IsNullOrEmpty(item.cause))
                text += $"\n{item.cause}";
            if (!string.IsNullOrEmpty(item.fix))
                text += $"\n→ {item.fix}";
            EditorGUILayout.HelpBox(text, item.severity == "error" ? MessageType.Error
                : item.severity == "warning" ? MessageType.Warning : MessageType.None);
        }
    }
}
