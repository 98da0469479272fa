using System;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface.Tests
{
    /// <summary>The reading thread's part, by itself: a 256² frame off a loopback socket into the mailbox.</summary>
    static class Receive
    {
        const int Pixels = 256 * 256 * 4;

        public static void Bench(int rounds)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var writing = new TcpClient();
            writing.Connect(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
            using var reading = listener.AcceptSocket();
            var message = Message();
            new Thread(() => Write(writing.Client, message, rounds)) { IsBackground = true }.Start();
            var input = new ZmtpInput(new SocketSource(reading, () => false));
            var mailbox = new FrameMailbox();
            var texture = new byte[Pixels];
            var cost = new double[rounds];
            for (var i = 0; i < rounds; i++)
            {
                input.Next();
                var began = Stopwatch.GetTimestamp();
                FrameHeader.TryRead(input.Body(), out var header);
                input.Next();
                mailbox.Writing.Reserve(256, 256);
                input.Body(mailbox.Writing.Pixels);
                mailbox.Publish();
                mailbox.TryTake(out var frame);
                frame.CopyBottomUp(texture);
                cost[i] = (Stopwatch.GetTimestamp() - began) * 1000.0 / Stopwatch.Frequency;
            }
            Array.Sort(cost);
            Console.WriteLine($"both threads: {cost[rounds / 2]:0.0000} ms median, {cost[rounds * 99 / 100]:0.0000} ms p99");
        }

        static byte[] Message()
        {
            var header = new MessageWriter();
            header.Begin("frame").Key("stream").Integer(1).Key("sequence").Integer(7).Key("time_s").Float(1.0)
                .Key("width").Integer(256).Key("height").Integer(256).Key("format").Text("rgba8")
                .Key("alpha").Text("straight").Key("dropped").Integer(0);
            header.End(0);
            header.Payload(new float[Pixels / 4]);
            return header.Bytes[header.First..header.Last];
        }

        static void Write(Socket socket, byte[] message, int rounds)
        {
            for (var i = 0; i < rounds; i++)
                for (var at = 0; at < message.Length;)
                    at += socket.Send(message, at, message.Length - at, SocketFlags.None);
        }
    }
}
