using System.Collections.Generic;
using UnityEngine;

namespace Npcface
{
    /// <summary>
    /// Moves the mouth by the viseme weights a lip-sync plug-in gives every frame, by name: Oculus' 15 or uLipSync's
    /// A I U E O N. uLipSync: <c>lipSync.onLipSyncUpdate.AddListener(info => visemes.SetRatios(info.phonemeRatios,
    /// info.volume))</c>. OVRLipSync: <c>visemes.SetOculus(context.GetCurrentPhonemeFrame().Visemes)</c>.
    /// </summary>
    [AddComponentMenu("npcface/NPC Face Visemes")]
    [RequireComponent(typeof(NpcFace))]
    public sealed class NpcFaceVisemes : MonoBehaviour
    {
        [SerializeField] [Tooltip("0 mumbles, 1 is natural, 2 overacts")] [Range(0f, 2f)]
        float _intensity = 1f;
        [SerializeField] [Tooltip("Seconds in which the mouth follows; smooths a nervous plug-in")] [Range(0f, 0.2f)]
        float _smoothSeconds = 0.04f;

        readonly FaceState _target = new FaceState(), _shown = new FaceState();
        NpcFace _face;

        /// <summary>0 mumbles, 1 is natural, 2 overacts.</summary>
        public float intensity { get => _intensity; set => _intensity = value; }

        /// <summary>The state the visemes are added to, for head and gaze of your own.</summary>
        public FaceState shown => _shown;

        /// <summary>One viseme alone, 0..1. A name nobody knows is an error in the log.</summary>
        public void SetViseme(string viseme, float weight)
        {
            ClearMouth();
            Add(viseme, weight);
        }

        /// <summary>Several visemes and how much of each, times the volume (0..1), as uLipSync gives them.</summary>
        public void SetRatios(Dictionary<string, float> ratios, float volume = 1f)
        {
            ClearMouth();
            foreach (var pair in ratios)
                Add(pair.Key, pair.Value * volume);
        }

        /// <summary>Oculus' 15 weights in its order.</summary>
        public void SetOculus(float[] weights)
        {
            ClearMouth();
            for (var i = 0; i < weights.Length && i < Visemes.OculusOrder.Count; i++)
                Add(Visemes.OculusOrder[i], weights[i]);
        }

        void Add(string viseme, float weight)
        {
            if (!Visemes.Add(_target, viseme, Mathf.Clamp01(weight) * _intensity))
                Debug.LogWarning($"[npcface] {name}: no viseme \"{viseme}\"; use Oculus' or uLipSync's names.", this);
        }

        void ClearMouth()
        {
            for (var i = 0; i < Channels.Weights; i++)
                _target.Values[i] = 0f;
        }

        #region MonoBehaviour

        void OnEnable() => _face = GetComponent<NpcFace>();

        void LateUpdate()
        {
            var follow = _smoothSeconds > 0f ? 1f - Mathf.Exp(-Time.deltaTime / _smoothSeconds) : 1f;
            for (var i = 0; i < Channels.Weights; i++)
                _shown.Values[i] = Mathf.Lerp(_shown.Values[i], _target.Values[i], follow);
            _face.Drive(_shown);
        }

        #endregion
    }
}
