using System;
using System.Diagnostics;
using System.Threading;

namespace Npcface.Tests
{
    /// <summary>State in, texture out, a thousand times, and what that costs.</summary>
    static class LockStep
    {
        const int WarmUp = 50;

        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var stream = client.Open(Program.Small("ada"));
            var frames = int.Parse(arguments[1]);
            var shared = arguments[2] == "shared";
            var state = new FaceState();
            var jaw = Channels.Index("jawOpen");
            byte[] shut = null;
            long bytes = 0, total = 0, last = 0;
            for (var i = 0; i < WarmUp + frames; i++)
            {
                if (i == WarmUp)
                {
                    Program.Check(stream.SharedMemory == shared, "frames do not come the way they should");
                    bytes = GC.GetAllocatedBytesForCurrentThread();
                    total = GC.GetTotalAllocatedBytes(true);
                }
                state[jaw] = i % 2;
                var frame = Next(client, stream, stream.Submit(state));
                shut ??= (byte[])frame.Pixels.Clone();
                if (i % 100 == 1)
                    Program.Check(!frame.Pixels.AsSpan().SequenceEqual(shut), "the mouth did not open");
                Program.Check(frame.Sequence > last, "an older frame came later");
                last = frame.Sequence;
            }
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            total = GC.GetTotalAllocatedBytes(true) - total;
            Console.WriteLine($"{frames} {bytes} {total}");
        }

        /// <summary>As a game does it: no waiting for the network, a look once in a while.</summary>
        static FaceFrame Next(FaceClient client, FaceStream stream, long sequence)
        {
            FaceFrame frame;
            for (var looks = 0; !stream.TryTakeFrame(out frame) || frame.Sequence < sequence; looks++)
            {
                client.Poll();
                Program.Check(looks < 60_000, "no frame came");
                Thread.Sleep(1);
            }
            return frame;
        }

        /// <summary>Milliseconds from the first byte of a frame being read to the texture's buffer being updated.</summary>
        public static void Bench(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var options = new FaceOptions { Character = "ada", Size = 256, Quality = FaceQuality.Warp };
            var stream = client.Open(options);
            var state = new FaceState();
            var texture = new byte[256 * 256 * 4];
            var rounds = int.Parse(arguments[1]);
            var take = new double[rounds];
            for (var i = 0; i < rounds; i++)
            {
                state[24] = i % 2;
                var sequence = stream.Submit(state);
                FaceFrame frame;
                long began;
                do
                {
                    Thread.Sleep(1); // as a game that draws other things
                    client.Poll();
                    began = Stopwatch.GetTimestamp();
                }
                while (!stream.TryTakeFrame(out frame) || frame.Sequence < sequence);
                frame.CopyBottomUp(texture);
                take[i] = (Stopwatch.GetTimestamp() - began) * 1000.0 / Stopwatch.Frequency;
            }
            Array.Sort(take);
            Console.WriteLine($"game thread: {take[rounds / 2]:0.0000} ms median, {take[rounds * 99 / 100]:0.0000} ms p99");
            Receive.Bench(rounds);
        }
    }
}
