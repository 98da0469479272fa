using System;
using System.Collections.Generic;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface.Tests
{
    /// <summary>Sizes, formats and parts of frames are checked before anything is made for them.</summary>
    static class Layouts
    {
        public static void Run(string[] arguments)
        {
            Taken("rgba8", 8, 16, 8 * 16 * 4);
            Taken("bc1", 8, 16, 8 * 16 / 2);
            Taken("bc3", 8, 16, 8 * 16);
            Taken("rgba8", 8, 16, 4 * 8 * 4, 4, 8, 4, 8);
            Refused("bc3", 8, 18);
            Refused("bc7", 8, 16);
            Refused("rgba8", 0, 16);
            Refused("rgba8", 1 << 20, 1 << 20);
            Refused("rgba8", 8, 16, 8, 8, 4, 8);
            Refused("rgba8", 8, 16, 4, 4, 0, 4);
            Refused("rgba8", 8, 16, 4, 4, long.MaxValue, 4);
            Refused("rgba8", 8, 16, 4, 4, (1L << 32) + 4, 4);
            Refused("rgba8", 8, 16, -4, 0, 4, 4);
            Refused("rgba8", 8, 16, 0, 0, 4);
            Refused("bc3", 8, 16, 4, 4, 4, 4);
            RestMissing();
        }

        static byte[] Frame(string format, long width, long height, params long[] part)
        {
            var header = new MessageWriter();
            header.Begin("frame").Key("width").Integer(width).Key("height").Integer(height);
            header.Key("format").Text(format).Key("part").Array(part.Length);
            foreach (var number in part)
                header.Integer(number);
            header.End(0);
            return header.Header.ToArray();
        }

        static void Taken(string format, long width, long height, int bytes, params long[] part)
        {
            Program.Check(FrameHeader.TryRead(Frame(format, width, height, part), out var frame), "no frame");
            Program.Check(frame.Bytes == bytes && frame.IsPart == part.Length > 0, $"{format}: {frame.Bytes} bytes");
        }

        static void Refused(string format, long width, long height, params long[] part)
        {
            try
            {
                FrameHeader.TryRead(Frame(format, width, height, part), out _);
            }
            catch (FaceException error)
            {
                Program.Check(error.Error.Remedy.Length > 0, "an error without a remedy");
                return;
            }
            Program.Check(false, $"{format} {width} × {height}, part {string.Join(" ", part)} was taken");
        }

        /// <summary>A part of a texture that was never whole, or had another size, shows nothing.</summary>
        static void RestMissing()
        {
            var kept = new WholeTexture();
            Program.Check(!Reads(kept, 8, 16, 4, 8, 4, 4), "a part of nothing was taken");
            Program.Check(Reads(kept, 8, 16) && Reads(kept, 8, 16, 4, 8, 4, 4), "a part was not taken");
            Program.Check(!Reads(kept, 16, 16, 4, 8, 4, 4), "a part of another size was taken");
            kept.Forget();
            Program.Check(!Reads(kept, 8, 16, 4, 8, 4, 4) && kept.Parts == 1, "a part of what is gone was taken");
        }

        static bool Reads(WholeTexture kept, int width, int height, params long[] part)
        {
            FrameHeader.TryRead(Frame("rgba8", width, height, part), out var header);
            var bytes = new List<byte> { Zmtp.Long };
            for (var shift = 56; shift >= 0; shift -= 8)
                bytes.Add((byte)((long)header.Bytes >> shift));
            bytes.AddRange(new byte[header.Bytes]);
            var input = new ZmtpInput(new Bytes(bytes.ToArray()));
            input.Next();
            return kept.TryRead(input, header);
        }

        sealed class Bytes : IByteSource
        {
            readonly byte[] _bytes;
            int _at;

            public Bytes(byte[] bytes) => _bytes = bytes;

            public int Receive(byte[] buffer, int offset, int count)
            {
                count = Math.Min(count, _bytes.Length - _at);
                Buffer.BlockCopy(_bytes, _at, buffer, offset, count);
                _at += count;
                return count;
            }
        }
    }
}
