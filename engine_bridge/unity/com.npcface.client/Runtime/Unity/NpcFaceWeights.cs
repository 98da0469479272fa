using UnityEngine;

namespace Npcface
{
    /// <summary>
    /// The 60 numbers of a face as fields an AnimationClip, a Timeline track or a script can move, under ARKit's names.
    /// While it is enabled, the face shows them instead of speech and idle life.
    /// </summary>
    [AddComponentMenu("npcface/NPC Face Weights")]
    [RequireComponent(typeof(NpcFace))]
    public sealed partial class NpcFaceWeights : MonoBehaviour
    {
        readonly FaceState _state = new FaceState();
        NpcFace _face;

        void OnEnable() => _face = GetComponent<NpcFace>();

        void OnDisable()
        {
            if (_face != null && _face.idleAtStart)
                _face.Idle();
        }

        void LateUpdate() // after animation
        {
            CopyTo(_state);
            _face.Drive(_state);
        }
    }
}
