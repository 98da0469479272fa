using System.Collections.Generic;

namespace Npcface.Tests
{
    /// <summary>More faces than the daemon can draw: levels are told, frames go on, an importance can be set.</summary>
    static class Load
    {
        const int Faces = 30; // × 120 frames a second

        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var (streams, told) = (new List<FaceStream>(), new List<FaceLevel>());
            for (var i = 0; i < Faces; i++)
            {
                var options = Program.Small(i % 2 == 0 ? "ada" : "ben");
                (options.Size, options.SizeMin, options.Fps, options.Importance) = (128, 64, 120f, 0.25f);
                streams.Add(client.Open(options));
                streams[i].LevelChanged += told.Add;
                streams[i].Failed += error => Program.Check(false, error.ToString());
                streams[i].Idle((uint)i);
            }
            streams[0].SetImportance(0f); // before it is open: not lost
            Program.Until(client, () => told.Count > 0 && streams[0].Level != null, "a level", 60);
            Program.Check(told[0].Reason == "load" && told[0].Fps < 120 && told[0].Level > 0, told[0].Reason);
            var last = streams[0];
            Program.Until(client, () => last.TryTakeFrame(out var frame) && frame.Width == last.Level?.Width, "a frame", 60);
            last.SetImportance(1f);
            try
            {
                last.SetImportance(2f);
                Program.Check(false, "an importance of 2 was taken");
            }
            catch (FaceException error)
            {
                Program.Check(error.Error.Code == FaceErrorCode.Limit, error.Message);
            }
            foreach (var stream in streams.GetRange(1, Faces - 1))
                stream.Close();
            last.Stop();
            Program.Until(client, () => last.Level == null, "as it was opened", 60);
            Program.Check(last.Render(new FaceState()).Width == 128, "the size in lock-step");
        }
    }
}
