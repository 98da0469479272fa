using System;
using Unity.Collections;
using UnityEngine;

namespace Npcface
{
    /// <summary>
    /// A texture that is updated in place. Rows arrive from the top and Unity's texture memory begins at the bottom, so
    /// they are turned over while they are copied, which costs nothing more; every shader sees the face upright.
    /// </summary>
    public sealed class FaceTexture : IDisposable
    {
        const int BytesPerPixel = 4;

        /// <summary>The texture; null before the first frame, another one when the size changed.</summary>
        public Texture2D Texture { get; private set; }

        /// <summary>Shows a frame. True if <see cref="Texture"/> is another object now.</summary>
        public bool Show(FaceFrame frame)
        {
            var made = Texture == null || Texture.width != frame.Width || Texture.height != frame.Height;
            if (made)
                Make(frame.Width, frame.Height);
            Copy(frame, Texture.GetRawTextureData<byte>());
            Texture.Apply(false);
            return made;
        }

        /// <summary>Destroys the texture.</summary>
        public void Dispose()
        {
            if (Texture == null)
                return;
            if (Application.isPlaying)
                UnityEngine.Object.Destroy(Texture);
            else
                UnityEngine.Object.DestroyImmediate(Texture);
            Texture = null;
        }

        void Make(int width, int height)
        {
            Dispose();
            Texture = new Texture2D(width, height, TextureFormat.RGBA32, false, false)
            {
                name = "npcface", wrapMode = TextureWrapMode.Clamp, filterMode = FilterMode.Bilinear,
                hideFlags = HideFlags.HideAndDontSave,
            };
        }

        static void Copy(FaceFrame frame, NativeArray<byte> data)
        {
            var row = frame.Width * BytesPerPixel;
            for (var y = 0; y < frame.Height; y++)
                NativeArray<byte>.Copy(frame.Pixels, y * row, data, (frame.Height - 1 - y) * row, row);
        }
    }
}
