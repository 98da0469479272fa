using System;

namespace Npcface.Relay
{
    /// <summary>A face as 60 whole numbers, in the order of <see cref="Channels"/>. See PROTOCOL.md 12.</summary>
    internal static class FaceSteps
    {
        const int Head = Channels.Weights, Gaze = Head + 3, Translation = Gaze + 2, Scale = Translation + 2;

        public const int Count = Scale + 1;

        /// <summary>The longest packet there is, in bytes.</summary>
        public const int PacketBytes = 135;

        /// <summary>Whether a channel and the next one are the two sides of one thing.</summary>
        public static readonly bool[] Paired = MakePaired();

        public static int PerUnit(int channel) =>
            channel < Head ? 128 : channel < Translation ? 16 : channel < Scale ? 2048 : 512;

        public static int Lowest(int channel) =>
            channel < Head ? 0 : channel < Gaze ? -960 : channel < Translation ? -720 : channel < Scale ? -2048 : 128;

        public static int Highest(int channel) =>
            channel < Head ? 128 : channel < Gaze ? 960 : channel < Translation ? 720 : 2048;

        public static int Neutral(int channel) => channel == Scale ? 512 : 0;

        /// <summary>The nearest step within the channel's limits; the number must be finite.</summary>
        public static int Of(int channel, float value)
        {
            var step = Math.Floor((double)value * PerUnit(channel) + 0.5);
            return (int)Math.Min(Math.Max(step, Lowest(channel)), Highest(channel));
        }

        /// <summary>A number within its channel's limits.</summary>
        public static float Clamp(int channel, float value)
        {
            var steps = (float)PerUnit(channel);
            return Math.Min(Math.Max(value, Lowest(channel) / steps), Highest(channel) / steps);
        }

        static bool[] MakePaired()
        {
            var paired = new bool[Count];
            for (var i = 0; i + 1 < Count; i++)
            {
                var name = Channels.Names[i];
                paired[i] = name.EndsWith("Left", StringComparison.Ordinal)
                    && Channels.Names[i + 1] == name.Substring(0, name.Length - 4) + "Right";
            }
            return paired;
        }
    }
}
