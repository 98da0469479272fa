using System;
using System.Collections.Generic;

namespace Npcface.Wire
{
    /// <summary>What makes the daemon push frames.</summary>
    internal static partial class Requests
    {
        static readonly string[] Alphabets = { "auto", "ipa", "arpabet", "oculus", "rhubarb" };

        public static void Speech(MessageWriter to, uint request, uint stream, IReadOnlyList<Phoneme> phonemes,
            SpeechOptions options)
        {
            to.Begin("speech").Key("stream").Integer(stream).Key("phonemes").Array(phonemes.Count);
            for (var i = 0; i < phonemes.Count; i++)
                Sound(to, phonemes[i]);
            if (options.Alphabet != Alphabet.Auto)
                to.Key("alphabet").Text(Alphabets[(int)options.Alphabet]);
            if (options.Continues)
                to.Key("begin").Boolean(false);
            if (options.MoreWillCome)
                to.Key("final").Boolean(false);
            if (options.ThenStop)
                to.Key("then").Text("stop");
            if (options.Still)
                to.Key("idle").Boolean(false);
            if (options.Seed != 0)
                to.Key("seed").Integer(options.Seed);
            to.End(request);
        }

        public static void Timeline(MessageWriter to, uint request, uint stream, int frames, float fps,
            ReadOnlySpan<float> rows, bool thenStop, bool idle, uint seed)
        {
            to.Begin("timeline").Key("stream").Integer(stream).Key("frames").Integer(frames);
            if (!fps.Equals(30f))
                to.Key("fps").Float(fps);
            if (thenStop)
                to.Key("then").Text("stop");
            if (idle)
                to.Key("idle").Boolean(true);
            if (seed != 0)
                to.Key("seed").Integer(seed);
            to.End(request);
            to.Payload(rows);
        }

        public static void Idle(MessageWriter to, uint request, uint stream, uint seed)
        {
            to.Begin("idle").Key("stream").Integer(stream);
            if (seed != 0)
                to.Key("seed").Integer(seed);
            to.End(request);
        }

        public static void Emotion(MessageWriter to, uint request, uint stream, string emotion, float strength)
        {
            to.Begin("emotion").Key("stream").Integer(stream).Key("emotion").Text(emotion);
            if (!strength.Equals(1f))
                to.Key("strength").Float(strength);
            to.End(request);
        }

        static void Sound(MessageWriter to, in Phoneme sound)
        {
            to.Array(3).Text(sound.Symbol ?? "").Float(Seconds(sound.Start));
            if (sound.End >= 0f)
                to.Float(Seconds(sound.End));
            else
                to.Nil();
        }

        // 0.08f is 0.07999999821 as a double: round to the microsecond it was meant to be
        static double Seconds(float value) => Math.Round((double)value, 6);
    }
}
