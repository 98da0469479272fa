using System;
using System.IO;

namespace Npcface.Tests
{
    /// <summary>Blocks and partial frames from a real daemon.</summary>
    static class Formats
    {
        const int Side = 128, Whole = Side * Side * 4;

        /// <summary>
        /// Arguments: address, shared or socket, a path: frames of one face are written to it plus .rgba8, .bc1, .bc3,
        /// and bottom row first to .rgba8.up and so on.
        /// </summary>
        public static void Run(string[] arguments)
        {
            using var client = Program.Connect(arguments[0]);
            var shared = arguments[1] == "shared";
            NoAlpha(client);
            foreach (var (format, bytes) in new[]
                { (FaceFormat.Rgba8, Whole), (FaceFormat.Bc1, Whole / 8), (FaceFormat.Bc3, Whole / 4) })
            {
                var stream = Open(client, format, format == FaceFormat.Bc3);
                var frame = stream.Render(Lids(0.5f));
                Program.Check(frame.Format == format && frame.Bytes == bytes, $"{frame.Format}, {frame.Bytes} bytes");
                Program.Check(stream.SharedMemory == shared && stream.Parts == 0, "blocks came another way");
                var path = $"{arguments[2]}.{format.ToString().ToLowerInvariant()}";
                var turned = new byte[bytes];
                frame.CopyBottomUp(turned);
                File.WriteAllBytes(path, frame.Pixels);
                File.WriteAllBytes(path + ".up", turned);
            }
            Parts(client, shared);
        }

        static FaceStream Open(FaceClient client, FaceFormat format, bool partial = false) =>
            client.Open(new FaceOptions
            {
                Character = "ada", Size = Side, Quality = FaceQuality.Warp, Format = format, Partial = partial,
            });

        static FaceState Lids(float shut) => new FaceState { ["eyeBlinkLeft"] = shut, ["eyeBlinkRight"] = shut };

        static void NoAlpha(FaceClient client)
        {
            var options = Program.Small("ada");
            options.Format = FaceFormat.Bc1;
            options.Background = FaceBackground.Transparent;
            try
            {
                client.Open(options);
            }
            catch (FaceException error)
            {
                Program.Check(error.Error.Remedy.Contains("Bc3"), error.Message);
                return;
            }
            Program.Check(false, "bc1 was taken for a transparent background");
        }

        /// <summary>Parts add up, also of frames that nobody took.</summary>
        static void Parts(FaceClient client, bool shared)
        {
            FaceStream whole = Open(client, FaceFormat.Rgba8), partial = Open(client, FaceFormat.Rgba8, true);
            for (var step = 0; step < 70; step++) // every 64th is whole
            {
                var state = Lids(step % 8 / 8f);
                if (step % 10 == 5)
                    Untaken(client, partial, Lids(1f));
                var frame = partial.Render(state);
                var expected = whole.Render(state);
                Program.Check(frame.Bytes == Whole && expected.Bytes == Whole, "another size");
                Program.Check(frame.Pixels.AsSpan().SequenceEqual(expected.Pixels), $"step {step} differs");
            }
            Program.Check(whole.Parts == 0, "parts came unasked");
            Program.Check(shared ? partial.Parts == 0 : partial.Parts > 60, $"{partial.Parts} parts came");
        }

        static void Untaken(FaceClient client, FaceStream stream, FaceState state)
        {
            var received = stream.Received;
            stream.Submit(state);
            Program.Until(client, () => stream.Received > received, "a frame that is not taken");
        }

        /// <summary>Arguments: bc1 or bc3, width in pixels, a file of blocks. Writes file.up, bottom row first.</summary>
        public static void TurnOver(string[] arguments)
        {
            var blocks = File.ReadAllBytes(arguments[2]);
            var format = arguments[0] == "bc1" ? FaceFormat.Bc1 : FaceFormat.Bc3;
            var width = int.Parse(arguments[1]);
            var frame = new FaceFrame();
            frame.Reserve(width, blocks.Length / format.RowBytes(width) * 4, format);
            blocks.CopyTo(frame.Pixels, 0);
            var turned = new byte[blocks.Length];
            frame.CopyBottomUp(turned);
            File.WriteAllBytes(arguments[2] + ".up", turned);
        }
    }
}
