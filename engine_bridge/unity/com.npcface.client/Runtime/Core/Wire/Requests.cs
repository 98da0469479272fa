using System;
using System.Collections.Generic;

namespace Npcface.Wire
{
    /// <summary>Every message a client sends, as bytes; what has its default value is left out.</summary>
    internal static partial class Requests
    {
        public const string Protocol = "1.3.0";

        public static void Hello(MessageWriter to, uint request, string client, IReadOnlyList<string> channels,
            string token = "", string protocol = Protocol, bool sharedMemory = false)
        {
            to.Begin("hello").Key("protocol").Text(protocol);
            if (client.Length > 0)
                to.Key("client").Text(client);
            if (channels.Count > 0)
                to.Key("channels").Array(channels.Count);
            for (var i = 0; i < channels.Count; i++)
                to.Text(channels[i]);
            if (token.Length > 0)
                to.Key("token").Text(token);
            if (sharedMemory)
                to.Key("shared_memory").Boolean(true);
            to.End(request);
        }

        /// <summary>ping, bye, list or stats.</summary>
        public static void Plain(MessageWriter to, uint request, string type) => to.Begin(type).End(request);

        /// <summary>load, unload or reload.</summary>
        public static void Character(MessageWriter to, uint request, string type, string character)
        {
            to.Begin(type).Key("character").Text(character);
            to.End(request);
        }

        public static void Open(MessageWriter to, uint request, uint stream, FaceOptions options)
        {
            to.Begin("open").Key("stream").Integer(stream).Key("character").Text(options.Character);
            if (options.Size != 256)
                to.Key("size").Integer(options.Size);
            if (options.Format != FaceFormat.Rgba8)
                to.Key("format").Text(options.Format.Name());
            if (options.Partial)
                to.Key("partial").Boolean(true);
            if (options.Alpha == FaceAlpha.Premultiplied)
                to.Key("alpha").Text("premultiplied");
            if (options.Background == FaceBackground.Transparent)
                to.Key("background").Text("transparent");
            if (options.Background == FaceBackground.Color)
                to.Key("background").Array(3).Integer(options.Red).Integer(options.Green).Integer(options.Blue);
            if (options.Quality != FaceQuality.Auto)
                to.Key("quality").Text(options.Quality == FaceQuality.Warp ? "warp" : "neural");
            if (!options.Fps.Equals(30f))
                to.Key("fps").Float(options.Fps);
            if (!options.Importance.Equals(0.5f))
                to.Key("importance").Float(options.Importance);
            if (options.SizeMin > 0)
                to.Key("size_min").Integer(options.SizeMin);
            if (options.Watermark)
                to.Key("watermark").Boolean(true);
            if (!options.RightsNotice)
                to.Key("notice").Boolean(false);
            to.End(request);
        }

        public static void Adjust(MessageWriter to, uint request, uint stream, float importance)
        {
            to.Begin("adjust").Key("stream").Integer(stream).Key("importance").Float(importance);
            to.End(request);
        }

        /// <summary>close or stop.</summary>
        public static void Stream(MessageWriter to, uint request, string type, uint stream)
        {
            to.Begin(type).Key("stream").Integer(stream);
            to.End(request);
        }

        public static void State(MessageWriter to, uint stream, long sequence, ReadOnlySpan<float> values)
        {
            to.Begin("state").Key("stream").Integer(stream).Key("sequence").Integer(sequence);
            to.Key("values").Array(values.Length);
            foreach (var value in values)
                to.Float(value);
            to.End(0);
        }

        public static void NamedState(MessageWriter to, uint stream, long sequence,
            IReadOnlyCollection<KeyValuePair<string, float>> named)
        {
            to.Begin("state").Key("stream").Integer(stream).Key("sequence").Integer(sequence);
            to.Key("named").Map(named.Count);
            foreach (var pair in named)
                to.Text(pair.Key).Float(pair.Value);
            to.End(0);
        }

        public static void Landmarks(MessageWriter to, uint stream, long sequence, ReadOnlySpan<float> points, int dims,
            int width, int height, bool absolute)
        {
            to.Begin("landmarks").Key("stream").Integer(stream).Key("sequence").Integer(sequence);
            to.Key("points").Integer(points.Length / dims).Key("dims").Integer(dims);
            to.Key("width").Integer(width).Key("height").Integer(height);
            if (absolute)
                to.Key("motion").Text("absolute");
            to.End(0);
            to.Payload(points);
        }
    }
}
