using System;

namespace Npcface
{
    /// <summary>
    /// One texture. It is overwritten after the next one was taken from the same stream: upload it, or copy.
    /// </summary>
    public sealed class FaceFrame
    {
        /// <summary>
        /// sRGB in <see cref="Format"/>, row by row (of pixels or blocks) from the top; <see cref="Bytes"/> of them are
        /// valid.
        /// </summary>
        public byte[] Pixels { get; private set; } = Array.Empty<byte>();

        /// <summary>How the pixels are stored.</summary>
        public FaceFormat Format { get; private set; }

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

        /// <summary>Of all pixels or blocks.</summary>
        public int Bytes => Format.RowBytes(Width) * Format.Rows(Height);

        /// <summary>
        /// Copies the pixels with the bottom row first, as Unity's and OpenGL's texture memory wants them; blocks are
        /// turned over as they are.
        /// </summary>
        /// <exception cref="ArgumentException">The destination is smaller than <see cref="Bytes"/>.</exception>
        public void CopyBottomUp(Span<byte> destination)
        {
            int row = Format.RowBytes(Width), rows = Format.Rows(Height);
            if (destination.Length < Bytes)
                throw new ArgumentException($"{destination.Length} bytes, {Bytes} are needed.", nameof(destination));
            for (var y = 0; y < rows; y++)
            {
                var to = destination.Slice((rows - 1 - y) * row, row);
                if (Format == FaceFormat.Rgba8)
                    Pixels.AsSpan(y * row, row).CopyTo(to);
                else
                    BlockRows.TurnOver(Pixels.AsSpan(y * row, row), to, Format);
            }
        }

        internal void Reserve(int width, int height, FaceFormat format = FaceFormat.Rgba8)
        {
            Format = format;
            Width = width;
            Height = height;
            if (Pixels.Length != Bytes)
                Pixels = new byte[Bytes];
        }
    }
}
