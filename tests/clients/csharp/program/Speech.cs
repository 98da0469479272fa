using System;
using System.Collections.Generic;

namespace Npcface.Tests
{
    /// <summary>Lines on the daemon's clock.</summary>
    static class Speech
    {
        static readonly Phoneme[] Hello =
        {
            new Phoneme("HH", 0f), new Phoneme("AH", 0.06f), new Phoneme("L", 0.14f), new Phoneme("OW", 0.22f, 0.5f),
        };

        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var stream = client.Open(Program.Small("ada"));
            var (started, ended, times) = (-1.0, false, new List<double>());
            stream.Started += seconds => started = seconds;
            stream.Ended += () => ended = true;
            stream.Failed += error => Program.Check(false, error.ToString());
            stream.Emotion("happy", 0.5f);
            stream.Say(Hello, new SpeechOptions { Alphabet = Alphabet.Arpabet, ThenStop = true });
            Program.Check(stream.IsSpeaking, "not speaking");
            Program.Until(client, () => Take(stream, times) && ended, "the line ended");
            Program.Check(started >= 0 && started < 0.2, $"started at {started}");
            Program.Check(times.Count >= 2 && times[^1] >= 0.3, $"{times.Count} frames until {times[^1]}");
            Program.Check(!stream.IsPlaying, "still playing");
            stream.Idle(7);
            var before = stream.Received;
            Program.Until(client, () => stream.Received > before + 5, "idle life");
            Timeline(client, stream);
        }

        /// <summary>A line of which the next piece is sent while it is spoken.</summary>
        public static void Pieces(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var stream = client.Open(Program.Small("ben"));
            var (ended, sent, times) = (false, 1, new List<double>());
            stream.Ended += () => ended = true;
            stream.Failed += error => Program.Check(false, error.ToString());
            var live = new SpeechOptions { Alphabet = Alphabet.Oculus, MoreWillCome = true, ThenStop = true };
            stream.Say(new[] { new Phoneme("PP", 0f, 0.2f) }, live);
            live.Continues = true;
            Program.Until(client, () =>
            {
                Take(stream, times);
                if (sent < 5 && times.Count >= 2 * sent)
                {
                    live.MoreWillCome = sent < 4;
                    var from = 0.2f * sent++;
                    stream.Say(new[] { new Phoneme(sent % 2 == 0 ? "aa" : "O", from, from + 0.2f) }, live);
                }
                return ended;
            }, "the line ended");
            Program.Check(sent == 5 && times[^1] >= 0.7, $"{sent} pieces, until {times[^1]}");
        }

        static void Timeline(FaceClient client, FaceStream stream)
        {
            var row = new float[Channels.Count];
            var rows = new List<float>();
            var state = new FaceState();
            for (var i = 0; i < 10; i++)
            {
                state["jawOpen"] = i / 9f;
                var count = stream.Pack(state, row);
                rows.AddRange(row[..count]);
            }
            var ended = false;
            stream.Ended += () => ended = true;
            stream.Play(rows.ToArray(), 10, 30f, thenStop: true);
            Program.Until(client, () => ended, "the timeline ended");
        }

        static bool Take(FaceStream stream, List<double> times)
        {
            if (stream.TryTakeFrame(out var frame))
            {
                Program.Check(times.Count == 0 || frame.TimeSeconds > times[^1], "time runs backwards");
                times.Add(frame.TimeSeconds);
            }
            return true;
        }
    }
}
