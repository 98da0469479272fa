using UnityEngine;

namespace Npcface.Samples
{
    /// <summary>One face that greets, again at each key press. The least a game needs.</summary>
    public sealed class OneFace : MonoBehaviour
    {
        [SerializeField] NpcFace _face = null;
        [SerializeField] [TextArea] string _line = "Hello there, traveller. You look tired.";

        void Start()
        {
            _face.SetEmotion("happy", 0.5f);
            _face.SayText(_line);
        }

        void OnGUI()
        {
            if (GUILayout.Button("Speak") && !_face.isSpeaking)
                _face.SayText(_line);
        }
    }
}
