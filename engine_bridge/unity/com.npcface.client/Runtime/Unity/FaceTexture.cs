using System;
using Unity.Collections;
using UnityEngine;

namespace Npcface
{
    /// <summary>
    /// A texture that is updated in place. Rows arrive from the top and Unity's texture memory begins at the bottom, so
    /// they are turned over while they are copied, blocks within themselves, too; every shader sees the face upright.
    /// </summary>
    public sealed class FaceTexture : IDisposable
    {
        const int BytesPerPixel = 4;

        FaceFormat _format;
        byte[] _blocks = Array.Empty<byte>();

        /// <summary>The texture; null before the first frame, another one when the size or format changed.</summary>
        public Texture2D Texture { get; private set; }

        /// <summary>Whether this device's GPU takes the format as it is.</summary>
        public static bool Supports(FaceFormat format) =>
            format == FaceFormat.Rgba8 || SystemInfo.SupportsTextureFormat(UnityFormat(format));

        /// <summary>Shows a frame. True if <see cref="Texture"/> is another object now.</summary>
        public bool Show(FaceFrame frame)
        {
            var made = Texture == null || Texture.width != frame.Width || Texture.height != frame.Height
                || _format != frame.Format;
            if (made)
                Make(frame.Width, frame.Height, frame.Format);
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

        void Make(int width, int height, FaceFormat format)
        {
            Dispose();
            _format = format;
            Texture = new Texture2D(width, height, UnityFormat(format), false, false)
            {
                name = "npcface", wrapMode = TextureWrapMode.Clamp, filterMode = FilterMode.Bilinear,
                hideFlags = HideFlags.HideAndDontSave,
            };
        }

        static TextureFormat UnityFormat(FaceFormat format) => format == FaceFormat.Rgba8 ? TextureFormat.RGBA32
            : format == FaceFormat.Bc1 ? TextureFormat.DXT1 : TextureFormat.DXT5;

        void Copy(FaceFrame frame, NativeArray<byte> data)
        {
            if (frame.Format != FaceFormat.Rgba8)
            {
                if (_blocks.Length != frame.Bytes)
                    _blocks = new byte[frame.Bytes];
                frame.CopyBottomUp(_blocks);
                NativeArray<byte>.Copy(_blocks, 0, data, 0, _blocks.Length);
                return;
            }
            var row = frame.Width * BytesPerPixel;
            for (var y = 0; y < frame.Height; y++)
                NativeArray<byte>.Copy(frame.Pixels, y * row, data, (frame.Height - 1 - y) * row, row);
        }
    }
}
