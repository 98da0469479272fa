using System;
using System.Diagnostics;

namespace Npcface.Tests
{
    /// <summary>
    /// The daemon is killed while it pushes frames, and started again by the test. Prints the milliseconds from the
    /// moment "back" is read to the next frame. Lock-step, idle life and emotions go on by themselves.
    /// </summary>
    static class Restart
    {
        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var (idle, steps) = (client.Open(Program.Small("ada")), client.Open(Program.Small("ben")));
            var (lost, interrupted) = (0, false);
            client.Disconnected += _ => lost++;
            idle.Interrupted += () => interrupted = true;
            idle.Emotion("happy", 0.5f);
            idle.Say(new[] { new Phoneme("aa", 0f, 30f) }, new SpeechOptions { Alphabet = Alphabet.Oculus });
            var state = new FaceState { ["jawOpen"] = 1f };
            steps.Render(state);
            Program.Until(client, () => idle.Received > 5, "frames");
            Say("playing");
            Program.Until(client, () => lost == 1 && interrupted, "noticed that the daemon is gone");
            Say("lost");
            Program.Check(Console.ReadLine() == "back", "not back");
            var clock = Stopwatch.StartNew();
            var (pushed, stepped) = (idle.Received, steps.Received);
            Program.Until(client, () => idle.Received > pushed && steps.Received > stepped, "frames again");
            Say($"{clock.ElapsedMilliseconds}");
            steps.Render(state);
            Program.Check(idle.IsOpen && steps.IsOpen, "streams are not open");
        }

        static void Say(string text)
        {
            Console.WriteLine(text);
            Console.Out.Flush();
        }
    }
}
