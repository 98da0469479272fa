using System;
using System.Collections.Generic;
using System.Threading;

namespace Npcface.Tests
{
    /// <summary>The checks that need C#; each is a verb, and pytest runs it against a real daemon.</summary>
    static class Program
    {
        static readonly Dictionary<string, Action<string[]>> Verbs = new Dictionary<string, Action<string[]>>
        {
            ["golden"] = Golden.Run,
            ["broken"] = Broken.Run,
            ["faces"] = FacePackets.Run,
            ["lockstep"] = LockStep.Run,
            ["bench"] = LockStep.Bench,
            ["speech"] = Speech.Run,
            ["pieces"] = Speech.Pieces,
            ["slow"] = Slow.Run,
            ["load"] = Load.Run,
            ["restart"] = Restart.Run,
            ["requests"] = Refusals.Requests,
            ["version"] = Refusals.Version,
            ["token"] = Refusals.Token,
            ["unknown"] = Refusals.Unknown,
            ["nobody"] = Refusals.Nobody,
            ["names"] = Names.Run,
            ["formats"] = Formats.Run,
            ["turnover"] = Formats.TurnOver,
            ["layouts"] = Layouts.Run,
        };

        static int Main(string[] arguments)
        {
            Verbs[arguments[0]](arguments[1..]);
            return 0;
        }

        /// <summary>Polls until something is true; ends the program if it does not become so.</summary>
        public static void Until(FaceClient client, Func<bool> done, string what, double seconds = 20)
        {
            var deadline = DateTime.UtcNow.AddSeconds(seconds);
            while (!done())
            {
                client.Poll();
                Check(DateTime.UtcNow < deadline, $"in {seconds} s not: {what}; {client.State} {client.LastError}");
                Thread.Sleep(1);
            }
        }

        public static FaceClient Connect(string address)
        {
            var client = new FaceClient(address);
            Until(client, () => client.State == ClientState.Connected, "connected");
            return client;
        }

        public static FaceOptions Small(string character) =>
            new FaceOptions { Character = character, Size = 64, Quality = FaceQuality.Warp };

        public static void Check(bool fine, string otherwise)
        {
            if (fine)
                return;
            Console.Error.WriteLine(otherwise);
            Environment.Exit(1);
        }
    }
}
