using System;

namespace Npcface
{
    /// <summary>
    /// Turns blocks of 4 × 4 pixels upside down without decoding them: only the rows of indices change places. Layout:
    /// S3TC in the Khronos Data Format Specification.
    /// </summary>
    internal static class BlockRows
    {
        const int Half = 8; // bytes: of a BC1 block, and of each of the two halves of BC3

        /// <summary>Turns every block of a row over.</summary>
        public static void TurnOver(ReadOnlySpan<byte> row, Span<byte> to, FaceFormat format)
        {
            for (var at = 0; at + Half <= row.Length; at += Half)
                if (format == FaceFormat.Bc3 && at % (2 * Half) == 0)
                    Alpha(row.Slice(at, Half), to.Slice(at, Half));
                else
                    Color(row.Slice(at, Half), to.Slice(at, Half));
        }

        // two colours of two bytes, then one byte of indices for each row
        static void Color(ReadOnlySpan<byte> block, Span<byte> to)
        {
            block.Slice(0, 4).CopyTo(to);
            for (var row = 0; row < 4; row++)
                to[4 + row] = block[7 - row];
        }

        // two alphas of one byte, then twelve bits for each row, the lowest first
        static void Alpha(ReadOnlySpan<byte> block, Span<byte> to)
        {
            to[0] = block[0];
            to[1] = block[1];
            to[2] = (byte)(block[6] >> 4 | block[7] << 4);
            to[3] = (byte)(block[7] >> 4 | block[5] << 4);
            to[4] = (byte)(block[5] >> 4 | block[6] << 4);
            to[5] = (byte)(block[3] >> 4 | block[4] << 4);
            to[6] = (byte)(block[4] >> 4 | block[2] << 4);
            to[7] = (byte)(block[2] >> 4 | block[3] << 4);
        }
    }
}
