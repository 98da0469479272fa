using System.Collections.Generic;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>What the daemon said about itself at the handshake.</summary>
    public sealed class Welcome
    {
        internal Welcome(MessageMap map)
        {
            Protocol = map.Text("protocol");
            var numbers = Protocol.Split('.');
            KnowsImportance = numbers.Length == 3 && int.TryParse(numbers[1], out var minor) && minor >= 2;
            Daemon = map.Text("daemon");
            ChannelNames = map.Texts("channels");
            Emotions = map.Texts("emotions");
            Quality = map.Text("quality", "warp");
            HeartbeatSeconds = map.Number("heartbeat_s", 2.0);
            Streams = (int)map.Map("limits").Integer("streams", 32);
        }

        /// <summary>Version of the protocol the daemon speaks.</summary>
        public string Protocol { get; }

        /// <summary>Name and version of the daemon.</summary>
        public string Daemon { get; }

        /// <summary>Emotions it knows, for <see cref="FaceStream.Emotion"/>.</summary>
        public IReadOnlyList<string> Emotions { get; }

        /// <summary>What <see cref="FaceQuality.Auto"/> comes to: <c>warp</c> or <c>neural</c>.</summary>
        public string Quality { get; }

        /// <summary>Streams one client may have open.</summary>
        public int Streams { get; }

        /// <summary>Protocol 1.2 or newer: streams have an importance.</summary>
        internal bool KnowsImportance { get; }

        internal string[] ChannelNames { get; }

        internal double HeartbeatSeconds { get; }
    }
}
