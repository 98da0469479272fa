using System.Collections.Generic;
using UnityEngine;

namespace Npcface
{
    public sealed partial class NpcFace
    {
        readonly ArkitFrame _arkit = new ArkitFrame();
        readonly HashSet<string> _unknownNames = new HashSet<string>();
        AudioSource _voice;

        #region Speech

        /// <summary>Speaks a line; its sound, if given, starts with the first frame that shows it.</summary>
        /// <param name="phonemes">Symbols with seconds, such as a speech engine or Rhubarb gives.</param>
        /// <param name="alphabet">The symbols' convention.</param>
        /// <param name="voice">Has the clip of the line; null for none.</param>
        public void Say(IReadOnlyList<Phoneme> phonemes, Alphabet alphabet = Alphabet.Auto, AudioSource voice = null)
        {
            _voice = voice;
            Do(stream => stream.Say(phonemes, new SpeechOptions { Alphabet = alphabet }));
        }

        /// <summary>
        /// Moves the mouth to English text without a voice, by a guess from its spelling. Returns how long that takes
        /// in
        /// seconds, 0 if there is nothing to say. A voice that knows its sounds should use <see cref="Say"/>.
        /// </summary>
        /// <param name="text">English words; punctuation makes pauses.</param>
        /// <param name="speed">0.25 to 4; 1 is a natural pace.</param>
        public float SayText(string text, float speed = 1f)
        {
            var line = Spelling.Read(text, speed);
            if (line.Count == 0)
                return 0f;
            Say(line, Alphabet.Arpabet);
            return line[line.Count - 1].End;
        }

        /// <summary>Begins a line of which more will come while it is spoken; see <see cref="SayMore"/>.</summary>
        public void SayLive(IReadOnlyList<Phoneme> phonemes, Alphabet alphabet, AudioSource voice = null)
        {
            _voice = voice;
            Do(stream => stream.Say(phonemes, new SpeechOptions { Alphabet = alphabet, MoreWillCome = true }));
        }

        /// <summary>
        /// The next piece of a live line, at least 0.14 s before it is heard; times count from the line's start.
        /// </summary>
        public void SayMore(IReadOnlyList<Phoneme> phonemes, Alphabet alphabet, bool last = false) => Do(stream =>
            stream.Say(phonemes, new SpeechOptions { Alphabet = alphabet, Continues = true, MoreWillCome = !last }));

        void StartVoice(double seconds)
        {
            if (!_stream.IsSpeaking)
                return; // idle life has no sound
            if (_voice != null && _voice.clip != null)
            {
                _voice.time = Mathf.Min((float)seconds, _voice.clip.length);
                _voice.Play();
            }
            _onSpeechStarted.Invoke();
        }

        #endregion

        #region Moods

        /// <summary>
        /// Fades to an emotion (happy, sad, angry, surprised, afraid, disgusted, contempt, tender, sleepy, neutral).
        /// </summary>
        /// <param name="emotion">One that the daemon lists in <see cref="Welcome.Emotions"/>.</param>
        /// <param name="strength">0..1; 0.3 to 0.7 looks like people.</param>
        public void SetEmotion(string emotion, float strength = 0.6f) =>
            Do(stream => stream.Emotion(emotion, Mathf.Clamp01(strength)));

        /// <summary>Blinks, breath and sway until something else is asked for.</summary>
        public void Idle() => Do(stream => stream.Idle((uint)Mathf.Abs(GetInstanceID())));

        /// <summary>Stops what is being played; the last texture stays.</summary>
        public void Stop()
        {
            if (_voice != null)
                _voice.Stop();
            Do(stream => stream.Stop());
        }

        #endregion

        #region Every frame

        /// <summary>Shows a state; call it as often as you like, the newest wins. Allocates nothing.</summary>
        public void Drive(FaceState state)
        {
            if (_stream != null)
                _stream.Submit(state);
        }

        /// <summary>
        /// Shows one frame of a tracker by its own names: ARKit, MediaPipe, Live Link Face, iFacialMocap.
        /// </summary>
        public void DriveArkit(IReadOnlyDictionary<string, float> frame)
        {
            _arkit.Begin();
            foreach (var pair in frame)
                if (!_arkit.Set(pair.Key, pair.Value) && _unknownNames.Add(pair.Key))
                    Debug.LogWarning($"[npcface] {name}: there is no channel \"{pair.Key}\"; it is ignored.", this);
            Drive(_arkit.End());
        }

        /// <summary>Shows one frame of a landmark tracker.</summary>
        /// <param name="points">478 (MediaPipe) or 68 (iBUG) points as x, y in pixels, y down.</param>
        /// <param name="width">Of the image the tracker saw, in pixels.</param>
        /// <param name="height">Of the image the tracker saw, in pixels.</param>
        /// <param name="absolute">Re-enact the tracked face instead of moving this one as it moves.</param>
        public void DriveLandmarks(Vector2[] points, int width, int height, bool absolute = false)
        {
            if (_stream == null)
                return;
            if (_flat.Length != points.Length * 2)
                _flat = new float[points.Length * 2];
            for (var i = 0; i < points.Length; i++)
            {
                _flat[2 * i] = points[i].x;
                _flat[2 * i + 1] = points[i].y;
            }
            _stream.SubmitLandmarks(_flat, 2, width, height, absolute);
        }

        float[] _flat = new float[0];

        #endregion
    }
}
