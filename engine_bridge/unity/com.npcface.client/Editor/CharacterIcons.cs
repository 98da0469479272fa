using System.Collections.Generic;
using UnityEngine;

namespace Npcface.Editor
{
    /// <summary>
    /// Small pictures of the characters: each face itself, drawn once by the daemon, one after the other.
    /// </summary>
    internal sealed class CharacterIcons
    {
        const int Pixels = 64;

        readonly Dictionary<string, FaceTexture> _icons = new Dictionary<string, FaceTexture>();
        readonly Queue<string> _waiting = new Queue<string>();
        readonly FaceState _neutral = new FaceState();
        FaceStream _stream;

        /// <summary>The picture of a character; null until it is there. Asks for it if need be.</summary>
        public Texture2D Of(CharacterInfo character)
        {
            if (_icons.TryGetValue(character.Id, out var icon))
                return icon.Texture;
            _icons[character.Id] = new FaceTexture();
            if (character.Error.Length == 0)
                _waiting.Enqueue(character.Id);
            return null;
        }

        /// <summary>
        /// Takes a picture that has come and asks for the next; true if there is something new to draw.
        /// </summary>
        public bool Update(FaceClient client)
        {
            if (client == null || client.State != ClientState.Connected)
                return false;
            if (_stream == null && _waiting.Count > 0)
            {
                _stream = client.Open(new FaceOptions
                {
                    Character = _waiting.Dequeue(), Size = Pixels, Quality = FaceQuality.Warp,
                });
                _stream.Failed += _ => Next();
                _stream.Submit(_neutral);
            }
            if (_stream == null || !_stream.TryTakeFrame(out var frame))
                return false;
            _icons[_stream.Options.Character].Show(frame);
            Next();
            return true;
        }

        /// <summary>Forgets all pictures, so that changed characters are drawn anew.</summary>
        public void Clear()
        {
            Next();
            _waiting.Clear();
            foreach (var icon in _icons.Values)
                icon.Dispose();
            _icons.Clear();
        }

        void Next()
        {
            _stream?.Close();
            _stream = null;
        }
    }
}
