using System;
using System.Globalization;
using System.Linq;

namespace Npcface.Tests
{
    /// <summary>Prints what names mean here, for pytest to compare with what they mean in Python.</summary>
    static class Names
    {
        public static void Run(string[] arguments)
        {
            foreach (var name in Visemes.Names)
            {
                var state = new FaceState();
                Visemes.Add(state, name, 1f);
                Print("viseme", name, state);
            }
            Console.WriteLine("known " + string.Join(" ", ChannelTable.Names));
            var frame = new ArkitFrame();
            for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
            {
                frame.Begin();
                foreach (var pair in line.Split(' ').Select(word => word.Split('=')))
                    frame.Set(pair[0], float.Parse(pair[1], CultureInfo.InvariantCulture));
                Print("frame", "-", frame.End());
            }
            Packet(frame);
        }

        static void Packet(ArkitFrame frame)
        {
            var packet = new byte[60 + 1 + 61 * 4];
            packet[60] = 61;
            BitConverter.GetBytes(0.5f).Reverse().ToArray().CopyTo(packet, 61 + 17 * 4); // JawOpen
            BitConverter.GetBytes(0.1f).Reverse().ToArray().CopyTo(packet, 61 + 52 * 4); // HeadYaw, radians
            Program.Check(LiveLinkFace.TryRead(packet, frame), "the packet was refused");
            Program.Check(frame.State["jawOpen"] == 0.5f && Math.Abs(frame.State["headYaw"] - 5.7296f) < 1e-3f, "misread");
            Program.Check(!LiveLinkFace.TryRead(packet.AsSpan(1, 100), frame), "half a packet was read");
        }

        static void Print(string what, string name, FaceState state) => Console.WriteLine(what + " " + name + " "
            + string.Join(" ", state.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
    }
}
