using UnityEditor;
using UnityEngine;

namespace Npcface.Editor
{
    internal sealed partial class PreviewWindow
    {
        /// <summary>A slider for a channel or for both of its sides.</summary>
        readonly struct Slider
        {
            public readonly string Label;
            public readonly float Low, High;
            public readonly int[] Channels;

            public Slider(string label, float low, float high, params string[] channels)
            {
                Label = label;
                Low = low;
                High = high;
                Channels = System.Array.ConvertAll(channels, Npcface.Channels.Index);
            }
        }

        static readonly Slider[] Sliders =
        {
            new Slider("Jaw open", 0f, 1f, "jawOpen"),
            new Slider("Smile", 0f, 1f, "mouthSmileLeft", "mouthSmileRight"),
            new Slider("Pucker", 0f, 1f, "mouthPucker"),
            new Slider("Blink", 0f, 1f, "eyeBlinkLeft", "eyeBlinkRight"),
            new Slider("Brows up", 0f, 1f, "browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
            new Slider("Brows down", 0f, 1f, "browDownLeft", "browDownRight"),
            new Slider("Head yaw °", -40f, 40f, "headYaw"),
            new Slider("Head pitch °", -30f, 30f, "headPitch"),
            new Slider("Head roll °", -30f, 30f, "headRoll"),
            new Slider("Gaze yaw °", -30f, 30f, "gazeYaw"),
            new Slider("Gaze pitch °", -25f, 25f, "gazePitch"),
        };

        readonly FaceState _state = new FaceState();
        [SerializeField] string _line = "Hello there, traveller.";
        [SerializeField] int _emotion;
        [SerializeField] float _strength = 0.6f;

        void DrawSide()
        {
            _sideScroll = EditorGUILayout.BeginScrollView(_sideScroll, GUILayout.Width(240f));
            using (new EditorGUI.DisabledScope(_stream == null))
            {
                DrawSliders();
                EditorGUILayout.Space();
                DrawMood();
                EditorGUILayout.Space();
                DrawSpeech();
            }
            EditorGUILayout.EndScrollView();
        }

        void DrawSliders()
        {
            EditorGUI.BeginChangeCheck();
            foreach (var slider in Sliders)
            {
                var value = EditorGUILayout.Slider(slider.Label, _state[slider.Channels[0]], slider.Low, slider.High);
                foreach (var channel in slider.Channels)
                    _state[channel] = value;
            }
            if (EditorGUI.EndChangeCheck())
                _stream.Submit(_state);
            if (!GUILayout.Button("Let it live"))
                return;
            _state.Clear();
            _stream.Idle();
        }

        void DrawMood()
        {
            var welcome = EditorConnection.IsConnected ? EditorConnection.Client.Welcome : null;
            if (welcome == null || welcome.Emotions.Count == 0)
                return;
            EditorGUI.BeginChangeCheck();
            var names = new string[welcome.Emotions.Count];
            for (var i = 0; i < names.Length; i++)
                names[i] = welcome.Emotions[i];
            _emotion = EditorGUILayout.Popup("Emotion", Mathf.Clamp(_emotion, 0, names.Length - 1), names);
            _strength = EditorGUILayout.Slider("Strength", _strength, 0f, 1f);
            if (EditorGUI.EndChangeCheck())
                _stream.Emotion(names[_emotion], _strength);
        }

        void DrawSpeech()
        {
            GUILayout.Label("A line (English; the mouth is guessed from spelling)", EditorStyles.wordWrappedMiniLabel);
            _line = EditorGUILayout.TextArea(_line, GUILayout.MinHeight(40f));
            if (!GUILayout.Button("Speak") || string.IsNullOrWhiteSpace(_line))
                return;
            var sounds = Spelling.Read(_line);
            if (sounds.Count > 0)
                _stream.Say(sounds, new SpeechOptions { Alphabet = Alphabet.Arpabet });
        }
    }
}
