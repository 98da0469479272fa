using System;

namespace Npcface
{
    /// <summary>
    /// One texture. It is overwritten after the next one was taken from the same stream: upload it, or copy.
    /// </summary>
    public sealed class FaceFrame
    {
        /// <summary>
        /// RGBA, 4 bytes a pixel, sRGB, row by row from the top; <see cref="Bytes"/> of them are valid.
        /// </summary>
        public byte[] Pixels { get; private set; } = Array.Empty<byte>();

        /// <summary>Pixels.</summary>
        public int Width { get; internal set; }

        /// <summary>Pixels.</summary>
        public int Height { get; internal set; }

        /// <summary>Lock-step: number of the state; pushed: number on the stream's clock, gaps were dropped.</summary>
        public long Sequence { get; internal set; }

        /// <summary>Pushed: seconds in the line; lock-step: the daemon's clock.</summary>
        public double TimeSeconds { get; internal set; }

        /// <summary>Colour is already multiplied by alpha.</summary>
        public bool Premultiplied { get; internal set; }

        /// <summary>Frames and states of this stream that the daemon never showed, so far.</summary>
        public long Dropped { get; internal set; }

        /// <summary>Width × height × 4.</summary>
        public int Bytes => Width * Height * 4;

        /// <summary>
        /// Copies the pixels with the bottom row first, as Unity's and OpenGL's texture memory wants them.
        /// </summary>
        /// <exception cref="ArgumentException">The destination is smaller than <see cref="Bytes"/>.</exception>
        public void CopyBottomUp(Span<byte> destination)
        {
            var row = Width * 4;
            for (var y = 0; y < Height; y++)
                Pixels.AsSpan(y * row, row).CopyTo(destination.Slice((Height - 1 - y) * row, row));
        }

        internal void Reserve(int width, int height)
        {
            Width = width;
            Height = height;
            if (Pixels.Length != Bytes)
                Pixels = new byte[Bytes];
        }
    }
}
