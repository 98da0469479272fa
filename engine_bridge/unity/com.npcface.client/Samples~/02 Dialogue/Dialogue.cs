using System;
using UnityEngine;
using UnityEngine.UI;

namespace Npcface.Samples
{
    /// <summary>
    /// Characters that talk in turn, with subtitles. With a voice, a line has phonemes and an AudioSource: the sound
    /// starts with the first frame that shows it. Without one, the mouth is guessed from the text.
    /// </summary>
    public sealed class Dialogue : MonoBehaviour
    {
        /// <summary>What one of them says.</summary>
        [Serializable]
        public sealed class Line
        {
            /// <summary>Who; an index into the faces.</summary>
            public int speaker;

            /// <summary>The subtitle.</summary>
            [TextArea] public string text = "";

            /// <summary>One of the daemon's emotions.</summary>
            public string emotion = "neutral";

            /// <summary>ARPAbet with seconds; empty: guessed from the text.</summary>
            public Phoneme[] phonemes = new Phoneme[0];

            /// <summary>Has the line's clip; may be empty.</summary>
            public AudioSource voice;
        }

        [SerializeField] NpcFace[] _faces = new NpcFace[0];
        [SerializeField] Text _subtitle = null;
        [SerializeField] Line[] _lines = new Line[0];
        [SerializeField] [Tooltip("Seconds between lines")] float _pause = 0.4f;
        int _next;
        float _wait;

        void Start()
        {
            foreach (var face in _faces)
                face.onSpoke.AddListener(Pause);
            Pause();
        }

        void Pause() => _wait = _pause;

        void Update()
        {
            if (_wait <= 0f || _lines.Length == 0)
                return;
            _wait -= Time.deltaTime;
            if (_wait <= 0f)
                Speak(_lines[_next++ % _lines.Length]);
        }

        void Speak(Line line)
        {
            var face = _faces[line.speaker];
            _subtitle.text = line.text;
            face.SetEmotion(line.emotion);
            if (line.phonemes.Length > 0)
                face.Say(line.phonemes, Alphabet.Arpabet, line.voice);
            else
                face.SayText(line.text);
        }
    }
}
