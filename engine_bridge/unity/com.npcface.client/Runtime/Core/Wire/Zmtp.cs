using System;

namespace Npcface.Wire
{
    /// <summary>The fixed bytes of ZMTP 3.0 with the NULL mechanism, as a DEALER says them.</summary>
    internal static class Zmtp
    {
        public const int GreetingBytes = 64;
        public const int LongHeaderBytes = 9;
        public const int ShortBodyMax = 255;
        public const int BodyBytesMax = 16 * 1024 * 1024;
        public const byte More = 1, Long = 2, Command = 4;

        static readonly byte[] Signature = { 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0 };

        /// <summary>The 64 bytes each side sends first.</summary>
        public static byte[] Greeting()
        {
            var bytes = new byte[GreetingBytes];
            Signature.CopyTo(bytes, 0);
            Ascii("NULL", bytes, Signature.Length);
            return bytes;
        }

        /// <summary>Accepts what a ZMTP 3 peer with the NULL mechanism sends first.</summary>
        /// <exception cref="FaceException">Something else listens there.</exception>
        public static void CheckGreeting(ReadOnlySpan<byte> greeting)
        {
            var valid = greeting.Length == GreetingBytes && greeting[0] == 0xFF && (greeting[9] & 1) == 1
                && greeting[10] >= 3 && greeting.Slice(12, 20).SequenceEqual(Greeting().AsSpan(12, 20));
            if (!valid)
                throw new FaceException(FaceErrorCode.Protocol,
                    "The peer does not speak ZMTP 3 with the NULL mechanism.",
                    "Is the port the one of npcface serve?");
        }

        /// <summary>The READY command, with an identity or without (empty).</summary>
        public static byte[] Ready(string identity = "")
        {
            var body = 6 + Property("Socket-Type", "DEALER");
            if (identity.Length > 0)
                body += Property("Identity", identity);
            var bytes = new byte[2 + body];
            bytes[0] = Command;
            bytes[1] = (byte)body;
            var at = 2 + Word("READY", bytes, 2);
            at += Property("Socket-Type", "DEALER", bytes, at);
            if (identity.Length > 0)
                Property("Identity", identity, bytes, at);
            return bytes;
        }

        /// <summary>Whether a command's body begins with this name.</summary>
        public static bool IsCommand(ReadOnlySpan<byte> body, string name)
        {
            if (body.Length <= name.Length || body[0] != name.Length)
                return false;
            for (var i = 0; i < name.Length; i++)
                if (body[i + 1] != name[i])
                    return false;
            return true;
        }

        /// <summary>
        /// Writes a frame's flags and length so that they end at <paramref name="end"/>; returns their start.
        /// </summary>
        public static int HeaderBefore(byte[] bytes, int end, int body, bool more)
        {
            var flags = more ? More : (byte)0;
            if (body <= ShortBodyMax)
            {
                bytes[end - 2] = flags;
                bytes[end - 1] = (byte)body;
                return end - 2;
            }
            bytes[end - LongHeaderBytes] = (byte)(flags | Long);
            for (var i = 0; i < 8; i++)
                bytes[end - 1 - i] = (byte)((long)body >> (8 * i));
            return end - LongHeaderBytes;
        }

        static int Property(string name, string value) => 1 + name.Length + 4 + value.Length;

        static int Property(string name, string value, byte[] bytes, int at)
        {
            var length = at + Word(name, bytes, at);
            bytes[length + 3] = (byte)value.Length; // 4 bytes big-endian; no value is longer than 255
            Ascii(value, bytes, length + 4);
            return Property(name, value);
        }

        static int Word(string word, byte[] bytes, int at)
        {
            bytes[at] = (byte)word.Length;
            Ascii(word, bytes, at + 1);
            return 1 + word.Length;
        }

        static void Ascii(string text, byte[] bytes, int at)
        {
            for (var i = 0; i < text.Length; i++)
                bytes[at + i] = (byte)text[i];
        }
    }
}
