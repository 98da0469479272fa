using System;
using System.IO;

namespace Npcface.Tests
{
    /// <summary>The golden face packets: written bit by bit, read number by number, and at no cost to the collector.</summary>
    static class FacePackets
    {
        const int Faces = 40, FaceBytes = 8 + 60 * 4;

        public static void Run(string[] arguments)
        {
            var packets = Encode(arguments[0]);
            Decode(File.ReadAllBytes(Path.Combine(arguments[0], "arrivals.bin")));
            Play(File.ReadAllBytes(Path.Combine(arguments[0], "playout.bin")));
            Refuse(packets);
            Arguments();
            Console.WriteLine(Allocated(arguments[0]));
        }

        static byte[][] Encode(string folder)
        {
            var faces = File.ReadAllBytes(Path.Combine(folder, "faces.bin"));
            var packets = File.ReadAllBytes(Path.Combine(folder, "packets.bin"));
            var encoder = new FaceEncoder(6, 2, 9, 65530);
            var packet = new byte[FaceEncoder.PacketBytes];
            var all = new byte[Faces][];
            var at = 0;
            for (var number = 0; number < Faces; number++)
            {
                var time = Face(faces, number, out var state);
                var length = encoder.Encode(state, time, packet);
                var expected = packets.AsSpan(at + 2, packets[at] | packets[at + 1] << 8);
                Program.Check(packet.AsSpan(0, length).SequenceEqual(expected), $"packet {number} differs");
                at += 2 + length;
                all[number] = packet[..length];
            }
            Program.Check(at == packets.Length, "packets are left");
            return all;
        }

        static double Face(byte[] faces, int number, out FaceState state)
        {
            state = new FaceState();
            Buffer.BlockCopy(faces, number * FaceBytes + 8, state.Values, 0, 60 * 4);
            return BitConverter.ToDouble(faces, number * FaceBytes);
        }

        static void Decode(byte[] arrivals)
        {
            var decoder = new FaceDecoder();
            var count = 0;
            for (var at = 0; at < arrivals.Length; count++)
            {
                var outcome = (FaceOutcome)arrivals[at];
                var length = BitConverter.ToUInt16(arrivals, at + 11);
                var came = decoder.Push(arrivals.AsSpan(at + 13, length));
                Program.Check(came == outcome, $"arrival {count} is {came}, expected {outcome}");
                var shown = outcome == FaceOutcome.Face ? decoder.Arrived : decoder.Newest;
                for (var i = 0; i < 60; i++)
                    Program.Check(shown.Values[i] == BitConverter.ToSingle(arrivals, at + 13 + length + 4 * i),
                        $"arrival {count}: {Channels.Names[i]} is {shown.Values[i]}");
                Program.Check(decoder.Stream == arrivals[at + 2], $"arrival {count} is of stream {decoder.Stream}");
                if (outcome == FaceOutcome.Face)
                {
                    var place = (decoder.IsNewest, decoder.Sequence, (int)Math.Round(decoder.TimeSeconds * 1000.0));
                    var expected = (arrivals[at + 1] == 1, (long)BitConverter.ToInt32(arrivals, at + 3),
                        BitConverter.ToInt32(arrivals, at + 7));
                    Program.Check(place == expected, $"arrival {count} is at {place}, expected {expected}");
                }
                at += 13 + length + 240;
            }
            Program.Check(count > 40, $"only {count} arrivals");
        }

        static void Play(byte[] events)
        {
            var decoder = new FaceDecoder();
            var playout = new FacePlayout();
            var looks = 0;
            for (var at = 0; at < events.Length;)
            {
                var now = BitConverter.ToDouble(events, at + 1);
                if (events[at] == 0)
                {
                    var length = BitConverter.ToUInt16(events, at + 9);
                    if (decoder.Push(events.AsSpan(at + 11, length)) == FaceOutcome.Face)
                        playout.Take(decoder, now);
                    at += 11 + length;
                    continue;
                }
                var shown = playout.Show(now);
                Program.Check((int)playout.Playing == events[at + 9], $"{playout.Playing} at {now} s");
                for (var i = 0; i < 60; i++)
                {
                    var expected = BitConverter.ToSingle(events, at + 10 + 4 * i);
                    Program.Check(Math.Abs(shown[i] - expected) <= 0.001,
                        $"{Channels.Names[i]} at {now} s is {shown[i]}, expected {expected}");
                }
                at += 250;
                looks++;
            }
            Program.Check(looks > 100, $"only {looks} looks");
        }

        /// <summary>Whatever comes is a face within its limits, or is said to be none; nothing is thrown.</summary>
        static void Refuse(byte[][] packets)
        {
            var random = new Random(5);
            var broken = 0;
            for (var round = 0; round < 20_000; round++)
            {
                var decoder = new FaceDecoder();
                decoder.Push(packets[0]);
                var packet = (byte[])packets[random.Next(Faces)].Clone();
                if (round % 3 == 0)
                    random.NextBytes(packet);
                else
                    packet[random.Next(packet.Length)] ^= (byte)(1 << random.Next(8));
                if (round % 3 == 2)
                    packet = packet[..random.Next(packet.Length)];
                broken += decoder.Push(packet) == FaceOutcome.Broken ? 1 : 0;
                for (var i = 0; i < Channels.Weights; i++)
                    Program.Check(decoder.Newest.Values[i] >= 0f && decoder.Newest.Values[i] <= 1f, "no weight");
            }
            Program.Check(broken > 8000, $"only {broken} of 20,000 were refused");
        }

        static void Arguments()
        {
            Refused(() => new FaceEncoder(keyInterval: 0), "keyInterval 0");
            Refused(() => new FaceEncoder(run: 16), "run 16");
            Refused(() => new FacePlayout(holdSeconds: double.NaN), "NaN");
            var encoder = new FaceEncoder(firstSequence: 7);
            Refused(() => encoder.Encode(new FaceState { ["headYaw"] = float.NaN }, 0.0, new byte[200]), "headYaw");
            Refused(() => encoder.Encode(new FaceState(), double.NaN, new byte[200]), "NaN");
            Refused(() => encoder.Encode(new FaceState(), 0.0, new byte[20]), "20 bytes");
            var packet = new byte[FaceEncoder.PacketBytes];
            var decoder = new FaceDecoder();
            decoder.Push(packet.AsSpan(0, encoder.Encode(new FaceState(), 0.0, packet)));
            Program.Check(decoder.Sequence == 7, "what was refused took a number");
            encoder.AskKey();
            encoder.Encode(new FaceState(), 0.0, packet);
            Program.Check((packet[0] >> 4 & 3) == 1, "no key came");
        }

        static void Refused(Action call, string names)
        {
            try
            {
                call();
            }
            catch (FaceException error)
            {
                Program.Check(error.Message.Contains(names), error.Message);
                return;
            }
            Program.Check(false, $"{names} was taken");
        }

        /// <summary>Bytes the game's thread allocates for a minute of one face, there and back.</summary>
        static long Allocated(string folder)
        {
            var faces = File.ReadAllBytes(Path.Combine(folder, "faces.bin"));
            var encoder = new FaceEncoder();
            var decoder = new FaceDecoder();
            var playout = new FacePlayout();
            var packet = new byte[FaceEncoder.PacketBytes];
            Face(faces, 4, out var state);
            long before = 0;
            for (var frame = 0; frame < 1900; frame++)
            {
                if (frame == 100)
                    before = GC.GetAllocatedBytesForCurrentThread();
                state.Values[24] = frame % 50 / 50f;
                var length = encoder.Encode(state, frame / 30.0, packet);
                Program.Check(decoder.Push(packet.AsSpan(0, length)) == FaceOutcome.Face, "no face");
                playout.Take(decoder, frame / 30.0);
                playout.Show(frame / 30.0);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
