using System.Threading;

namespace Npcface.Tests
{
    /// <summary>A game that stands still for a while gets the newest frame, not the oldest, and keeps its connection.</summary>
    static class Slow
    {
        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var stream = client.Open(Program.Small("ada"));
            var started = false;
            stream.Started += _ => started = true;
            stream.Idle();
            Program.Until(client, () => started && stream.TryTakeFrame(out _), "frames");
            stream.TryTakeFrame(out var frame);
            var (taken, skipped) = (stream.Received, stream.Skipped);
            Thread.Sleep(1500); // a level loads
            client.Poll();
            Program.Check(stream.TryTakeFrame(out frame), "no frame after standing still");
            Program.Check(frame.TimeSeconds > 0.5, $"an old frame: {frame.TimeSeconds} s");
            Program.Check(stream.Skipped > skipped, $"{stream.Skipped - skipped} frames skipped");
            Program.Check(stream.Received > taken + 1 && client.State == ClientState.Connected, "connection lost");
        }
    }
}
