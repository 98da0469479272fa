using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface.Tests
{
    /// <summary>Every golden message is written byte for byte, and every golden answer read.</summary>
    static class Golden
    {
        static string _folder;

        public static void Run(string[] arguments)
        {
            _folder = arguments[0];
            Requests_();
            Replies();
            Transport();
            Console.WriteLine(string.Join("\n", Used));
        }

        static readonly List<string> Used = new List<string>();

        static byte[] File_(string name)
        {
            Used.Add(name + ".bin");
            return File.ReadAllBytes(Path.Combine(_folder, name + ".bin"));
        }

        static void Requests_()
        {
            var payload = new List<float>();
            for (var i = 0; i < 68 * 2; i++)
                payload.Add(i);
            var named = new Dictionary<string, float> { ["eyeBlinkLeft"] = 1f, ["scale"] = 1.125f };
            var color = new FaceOptions
            {
                Character = "ada", Size = 512, Alpha = FaceAlpha.Premultiplied, Background = FaceBackground.Color,
                Red = 0, Green = 128, Blue = 255, Fps = 60f,
            };
            var neural = new FaceOptions { Character = "ada", Quality = FaceQuality.Neural };
            var line = new[] { new Phoneme("h", 0f), new Phoneme("aɪ", 0.08f, 0.4f) };
            var piece = new SpeechOptions { Alphabet = Alphabet.Oculus, Continues = true, MoreWillCome = true };
            Same("hello", to => Requests.Hello(to, 1, "golden", new[] { "jawOpen", "headYaw" }));
            Same("hello_shared", to => Requests.Hello(to, 1, "", Array.Empty<string>(), sharedMemory: true));
            Same("hello_other_major", to => Requests.Hello(to, 1, "", Array.Empty<string>(), "", "2.0.0"));
            foreach (var (type, number) in new[] { ("ping", 2u), ("list", 3u), ("stats", 14u), ("bye", 15u) })
                Same(type, to => Requests.Plain(to, number, type));
            foreach (var (type, number) in new[] { ("load", 4u), ("unload", 5u), ("reload", 6u) })
                Same(type, to => Requests.Character(to, number, type, "ada"));
            Same("open", to => Requests.Open(to, 7, 1, FaceOptions.Of("ada")));
            Same("open_color", to => Requests.Open(to, 7, 2, color));
            Same("open_neural", to => Requests.Open(to, 7, 3, neural));
            var far = new FaceOptions { Character = "ada", Importance = 0.25f, SizeMin = 128 };
            Same("open_far", to => Requests.Open(to, 7, 4, far));
            var blocks = new FaceOptions { Character = "ada", Format = FaceFormat.Bc3 };
            Same("open_blocks", to => Requests.Open(to, 7, 5, blocks));
            Same("open_partial", to => Requests.Open(to, 7, 6, new FaceOptions { Character = "ada", Partial = true }));
            var marked = new FaceOptions { Character = "ada", Watermark = true, RightsNotice = false };
            Same("open_marked", to => Requests.Open(to, 7, 7, marked));
            Same("adjust", to => Requests.Adjust(to, 16, 1, 0.75f));
            Same("close", to => Requests.Stream(to, 8, "close", 1));
            Same("stop", to => Requests.Stream(to, 13, "stop", 1));
            Same("state", to => Requests.State(to, 1, 41, new[] { 0.5f, -12.25f }));
            Same("state_named", to => Requests.NamedState(to, 1, 42, named));
            Same("landmarks", to => Requests.Landmarks(to, 1, 43, payload.ToArray(), 2, 640, 480, false), true);
            Same("speech", to => Requests.Speech(to, 9, 1, line, new SpeechOptions { Alphabet = Alphabet.Ipa }));
            Same("speech_piece", to => Requests.Speech(to, 0, 1, new[] { new Phoneme("PP", 0.5f) }, piece));
            var rows = new[] { 0f, 0.5f, 0.25f, 1f, 1f, 0f };
            Same("timeline", to => Requests.Timeline(to, 10, 1, 3, 25f, rows, true, false, 0), true);
            Same("idle", to => Requests.Idle(to, 11, 1, 7));
            Same("emotion", to => Requests.Emotion(to, 12, 1, "happy", 0.5f));
        }

        static void Replies()
        {
            var welcome = new Welcome(Map("welcome"));
            Equal(welcome.Protocol, "1.3.0");
            Equal(welcome.Quality, "neural");
            Equal(welcome.ChannelNames.Length, Channels.Count);
            Equal(string.Join(" ", welcome.ChannelNames), string.Join(" ", Channels.Names));
            Equal(Map("pong").Number("time_s"), 12.5);
            Equal(Map("alive").Number("time_s"), 22.5);
            var characters = CharacterInfo.Read(Map("characters"));
            Equal(characters[0].Id + characters[0].Loaded + characters[0].Streams, "adaTrue1");
            Equal(characters[1].Error, "portrait.png is missing.");
            Equal(Map("done").Text("what"), "load");
            Equal(Map("opened").Text("quality"), "neural");
            Equal(Map("opened").Map("ring").Count, 0);
            Program.Check(Map("opened_marked").Boolean("watermark"), "opened_marked is not marked");
            var ring = Map("opened_ring").Map("ring");
            Equal((ring.Text("kind"), ring.Integer("bytes"), ring.Integer("slots")), ("file", 53248L, 3L));
            Program.Check(SharedRing.TryOpen(ring) == null, "a ring of another machine was opened");
            Equal(Map("closed").Text("reason"), "closed by the client");
            Equal(Map("ended").Text("then"), "idle");
            var level = new FaceLevel(Map("level"));
            Equal((level.Level, level.Fps, level.Quality), (3, 15.0, "warp"));
            Equal((level.Width, level.Height, level.Reason), (192, 192, "load"));
            var figures = new DaemonFigures(Map("figures"));
            Equal((figures.Frames, figures.FrameMilliseconds, figures.Late), (1800L, 9.5, 2L));
            Equal((figures.Load, figures.LoadWanted, figures.Lowered), (0.75, 1.5, 2L));
            var notice = new FaceNotice(Map("notice"));
            Equal((notice.Code, notice.Remedy, notice.Stream), ("rights", "State them.", 1L));
            var error = FaceError.Read(Map("error"));
            Equal((error.Code, error.Stream, error.Sequence), (FaceErrorCode.Character, 1L, -1L));
            Program.Check(FrameHeader.TryRead(File_("reply_frame"), out var frame), "reply_frame is no frame");
            Equal((frame.Stream, frame.Sequence, frame.TimeSeconds, frame.Width, frame.Height, frame.Dropped),
                (1u, 41L, 1.25, 4, 4, 3L));
            Equal((frame.Slot, frame.Generation), (-1, 0L));
            Program.Check(FrameHeader.TryRead(File_("reply_frame_slot"), out frame), "reply_frame_slot is no frame");
            Equal((frame.Slot, frame.Generation, frame.Width), (2, 84L, 64));
            Program.Check(FrameHeader.TryRead(File_("reply_frame_part"), out frame), "reply_frame_part is no frame");
            Equal((frame.IsPart, frame.PartX, frame.PartY, frame.PartWidth, frame.PartHeight), (true, 4, 8, 4, 4));
            Equal((frame.Width, frame.Height, frame.Bytes), (8, 16, File_("reply_frame_part.payload").Length));
            Program.Check(FrameHeader.TryRead(File_("reply_frame_blocks"), out frame), "reply_frame_blocks is no frame");
            Equal((frame.Format, frame.IsPart, frame.Bytes),
                (FaceFormat.Bc3, false, File_("reply_frame_blocks.payload").Length));
            Program.Check(!FrameHeader.TryRead(File_("reply_pong"), out _), "reply_pong is a frame");
        }

        static void Transport()
        {
            Bytes("zmtp_greeting", Zmtp.Greeting());
            Zmtp.CheckGreeting(File_("zmtp_greeting"));
            Bytes("zmtp_ready", Zmtp.Ready());
            Bytes("zmtp_ready_identity", Zmtp.Ready("game-1"));
            var ping = Read("zmtp_ping");
            Program.Check(ping.IsCommand && Zmtp.IsCommand(ping.Body(), "PING"), "zmtp_ping is no PING");
            var pong = new MessageWriter();
            pong.Command("PONG", new[] { (byte)'c', (byte)'t', (byte)'x' });
            Bytes("zmtp_pong", pong.Bytes[pong.First..pong.Last]);
            var message = new MessageWriter();
            Requests.Plain(message, 2, "ping");
            Bytes("zmtp_message_ping", message.Bytes[message.First..message.Last]);
            Equal(Read("zmtp_message_255").Length, 255);
            Equal(Read("zmtp_message_256").Length, 256);
            var input = Read("zmtp_message_frame");
            Program.Check(input.More && FrameHeader.TryRead(input.Body(), out _), "zmtp_message_frame has no header");
            input.Next();
            var pixels = new byte[input.Length];
            input.Body(pixels);
            Bytes("reply_frame.payload", pixels);
        }

        static ZmtpInput Read(string name)
        {
            var input = new ZmtpInput(new Trickle(File_(name)), 16);
            input.Next();
            return input;
        }

        static MessageMap Map(string name) => MessageMap.Decode(File_("reply_" + name));

        static void Same(string name, Action<MessageWriter> write, bool payload = false)
        {
            var to = new MessageWriter();
            write(to);
            Bytes("request_" + name, to.Header.ToArray());
            if (!payload)
                return;
            var bytes = File_($"request_{name}.payload");
            Bytes($"request_{name}.payload", to.Bytes[(to.Last - bytes.Length)..to.Last]);
            var input = new ZmtpInput(new Trickle(to.Bytes[to.First..to.Last]), 16);
            input.Next();
            Equal((input.Length, input.More), (to.Header.Length, true));
            input.Body();
            input.Next();
            Equal((input.Length, input.More), (bytes.Length, false));
        }

        static void Bytes(string name, byte[] made) =>
            Program.Check(made.AsSpan().SequenceEqual(File_(name)), $"{name}: {BitConverter.ToString(made)}");

        static void Equal<T>(T found, T expected) =>
            Program.Check(Equals(found, expected), $"{found} instead of {expected}");

        /// <summary>Bytes that come one, two or three at a time.</summary>
        sealed class Trickle : IByteSource
        {
            readonly byte[] _bytes;
            int _at;

            public Trickle(byte[] bytes) => _bytes = bytes;

            public int Receive(byte[] buffer, int offset, int count)
            {
                if (_at == _bytes.Length)
                    throw new LinkLostException("the end");
                var piece = Math.Min(Math.Min(count, 1 + _at % 3), _bytes.Length - _at);
                Buffer.BlockCopy(_bytes, _at, buffer, offset, piece);
                _at += piece;
                return piece;
            }
        }
    }
}
