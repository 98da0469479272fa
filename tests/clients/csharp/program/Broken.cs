using System;
using System.IO;
using Npcface.Wire;

namespace Npcface.Tests
{
    /// <summary>Bytes that are no message end in a friendly exception, never in another one.</summary>
    static class Broken
    {
        public static void Run(string[] arguments)
        {
            var random = new Random(7);
            var refused = 0;
            foreach (var path in Directory.GetFiles(arguments[0], "reply_*.bin"))
                for (var round = 0; round < 200; round++)
                {
                    var bytes = File.ReadAllBytes(path);
                    if (round % 2 == 0)
                        bytes = bytes[..random.Next(bytes.Length)];
                    else
                        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    refused += Read(bytes) ? 0 : 1;
                }
            Program.Check(refused > 500, $"only {refused} were refused");
        }

        static bool Read(byte[] bytes)
        {
            try
            {
                if (!FrameHeader.TryRead(bytes, out _))
                    MessageMap.Decode(bytes);
                return true;
            }
            catch (FaceException error)
            {
                Program.Check(error.Error.Remedy.Length > 0, "an error without a remedy");
                return false;
            }
        }
    }
}
