using System.Collections.Generic;
using UnityEngine;
using UnityEngine.UI;

namespace Npcface.Samples
{
    /// <summary>
    /// Many small living faces from one connection; the daemon draws all that are due at the same moment together. Asks
    /// for warp quality: passers-by need no network.
    /// </summary>
    public sealed class Crowd : MonoBehaviour
    {
        [SerializeField] RectTransform _grid = null;
        [SerializeField] [Range(1, 32)] int _count = 12;
        [SerializeField] int _size = 96;
        [SerializeField] float _fps = 15f;
        readonly List<NpcFace> _faces = new List<NpcFace>();

        void Start() => NpcFaceServer.Shared.onConnected.AddListener(Fill);

        void Fill()
        {
            if (_faces.Count > 0)
                return; // connected again: the faces go on by themselves
            NpcFaceServer.Shared.Client.ListCharacters(characters =>
            {
                var usable = new List<string>();
                foreach (var character in characters)
                    if (character.Error.Length == 0)
                        usable.Add(character.Id);
                for (var i = 0; i < _count && usable.Count > 0; i++)
                    _faces.Add(Make(usable[i % usable.Count]));
            });
        }

        NpcFace Make(string character)
        {
            var place = new GameObject(character, typeof(RectTransform), typeof(RawImage));
            place.transform.SetParent(_grid, false);
            var face = place.AddComponent<NpcFace>();
            face.character = character;
            face.size = _size;
            face.fps = _fps;
            face.quality = FaceQuality.Warp;
            face.targetImage = place.GetComponent<RawImage>();
            return face;
        }

        void OnGUI()
        {
            if (GUILayout.Button("Somebody speaks") && _faces.Count > 0)
                _faces[Random.Range(0, _faces.Count)].SayText("Have you heard the news?");
        }
    }
}
