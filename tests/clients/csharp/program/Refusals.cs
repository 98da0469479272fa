using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Npcface.Tests
{
    /// <summary>Answers, and errors that say what to do.</summary>
    static class Refusals
    {
        public static void Requests(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            IReadOnlyList<CharacterInfo> characters = null;
            DaemonFigures figures = null;
            var up = 0.0;
            client.Failed += error => Program.Check(false, error.ToString());
            client.ListCharacters(list => characters = list);
            client.Load("ada", () => client.Reload("ada", () => client.Stats(found => figures = found)));
            client.Ping(seconds => up = seconds);
            Program.Until(client, () => characters != null && figures != null && up > 0, "answers");
            Program.Check(string.Join(" ", characters.Select(item => item.Id)) == "ada ben", "other characters");
            Program.Check(figures.Clients >= 1 && client.Welcome.Emotions.Contains("happy"), "other figures");
        }

        public static void Version(string[] arguments)
        {
            using var client = new FaceClient(arguments[0], "", "test", "99.0.0");
            Refused(client, FaceErrorCode.Version, "99.0.0");
        }

        public static void Token(string[] arguments)
        {
            using (var wrong = new FaceClient(arguments[0], "wrong"))
                Refused(wrong, FaceErrorCode.Session, "token");
            using var right = new FaceClient(arguments[0], arguments[1]);
            Program.Until(right, () => right.State == ClientState.Connected, "connected with the token");
        }

        public static void Unknown(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var errors = new List<FaceError>();
            var stream = client.Open(Program.Small("nobody"));
            stream.Failed += errors.Add;
            client.Unload("nobody", null, errors.Add);
            Program.Until(client, () => errors.Count == 2, "both errors");
            Program.Check(errors.All(error => error.Code == FaceErrorCode.Character && error.Remedy.Length > 0),
                string.Join(" | ", errors));
            stream.Close();
            var good = client.Open(Program.Small("ada"));
            good.Failed += errors.Add;
            good.Emotion("peckish");
            Program.Until(client, () => errors.Count == 3, "the emotion's error");
            Program.Check(errors[2].Code == FaceErrorCode.State && errors[2].Cause.Contains("peckish"), $"{errors[2]}");
            Throws(FaceErrorCode.Character, () => client.Open(FaceOptions.Of("../secret")));
            Throws(FaceErrorCode.Limit, () => client.Open(FaceOptions.Of("ada", 100)));
            Throws(FaceErrorCode.State, () => good.Submit(new FaceState { ["jawOpen"] = float.NaN }));
            Throws(FaceErrorCode.State, () => new FaceState()["jawDropped"] = 1f);
            Throws(FaceErrorCode.State, () => good.SubmitLandmarks(new float[10], 2, 64, 64));
            good.SubmitLandmarks(Face68(), 2, 200, 200);
            Program.Until(client, () => good.TryTakeFrame(out _), "the frame of the landmarks");
        }

        /// <summary>No daemon: no exception, a time-out with a remedy, and a quick end.</summary>
        public static void Nobody(string[] arguments)
        {
            Throws(FaceErrorCode.Launch, () => new FaceClient("127.0.0.1:5747"));
            var client = new FaceClient(arguments[0]) { TimeoutSeconds = 0.3 };
            FaceError error = null;
            client.ListCharacters(_ => Program.Check(false, "an answer"), found => error = found);
            Program.Until(client, () => error != null, "the time-out");
            Program.Check(error.Code == FaceErrorCode.Timeout && error.Remedy.Contains("npcface serve"), $"{error}");
            var clock = Stopwatch.StartNew();
            client.Dispose();
            client.Dispose();
            Program.Check(clock.ElapsedMilliseconds < 1500, $"{clock.ElapsedMilliseconds} ms to dispose");
        }

        static float[] Face68()
        {
            var points = new float[68 * 2];
            for (var i = 0; i < 68; i++)
            {
                points[2 * i] = 100f + 60f * (float)Math.Cos(i * 0.37);
                points[2 * i + 1] = 100f + 70f * (float)Math.Sin(i * 0.61);
            }
            return points;
        }

        static void Refused(FaceClient client, FaceErrorCode code, string word)
        {
            FaceError error = null;
            client.Failed += found => error = found;
            Program.Until(client, () => client.State == ClientState.Refused, "refused");
            client.Poll();
            Program.Check(error != null && error.Code == code && error.Cause.Contains(word), $"{error}");
        }

        static void Throws(FaceErrorCode code, Action action)
        {
            try
            {
                action();
            }
            catch (FaceException error)
            {
                Program.Check(error.Error.Code == code && error.Error.Remedy.Length > 0, error.Message);
                return;
            }
            Program.Check(false, $"no {code} error");
        }
    }
}
