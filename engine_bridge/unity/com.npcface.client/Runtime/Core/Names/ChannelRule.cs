using System;

namespace Npcface
{
    /// <summary>How one named number of a tracker enters a <see cref="FaceState"/>: scaled, then clamped.</summary>
    public readonly struct ChannelRule
    {
        /// <summary>A rule.</summary>
        public ChannelRule(int index, float gain, float low, float high, bool backup = false)
        {
            Index = index;
            Gain = gain;
            Low = low;
            High = high;
            Backup = backup;
        }

        /// <summary>Place in <see cref="FaceState.Values"/>; −1 drops the number.</summary>
        public int Index { get; }

        /// <summary>Factor: the sign, and degrees for radians.</summary>
        public float Gain { get; }

        /// <summary>Smallest result.</summary>
        public float Low { get; }

        /// <summary>Largest result.</summary>
        public float High { get; }

        /// <summary>
        /// Counts only in frames that do not set the gaze in another way; several such numbers add up.
        /// </summary>
        public bool Backup { get; }

        /// <summary>The number as the face takes it.</summary>
        public float Apply(float value) => Math.Min(Math.Max(Gain * value, Low), High);
    }
}
