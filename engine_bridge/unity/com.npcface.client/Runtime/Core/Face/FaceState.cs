using System;

namespace Npcface
{
    /// <summary>
    /// The numbers of a face at one moment, in the order of <see cref="Channels.Names"/>. Starts neutral.
    /// </summary>
    public sealed class FaceState
    {
        /// <summary>A neutral face.</summary>
        public FaceState() => Clear();

        /// <summary>
        /// All 60 numbers; write them in place. What lies outside a channel's range is clamped by the daemon.
        /// </summary>
        public float[] Values { get; } = new float[Channels.Count];

        /// <summary>
        /// A number by its channel's name. In a loop that runs every frame, look the index up once instead.
        /// </summary>
        /// <exception cref="FaceException">No channel has this name.</exception>
        public float this[string name]
        {
            get => Values[Channels.Index(name)];
            set => Values[Channels.Index(name)] = value;
        }

        /// <summary>A number by its channel's place.</summary>
        public float this[int index]
        {
            get => Values[index];
            set => Values[index] = value;
        }

        /// <summary>Back to the neutral face.</summary>
        public void Clear()
        {
            for (var i = 0; i < Values.Length; i++)
                Values[i] = Channels.Neutral(i);
        }

        /// <summary>Takes over all numbers of another state.</summary>
        public void CopyFrom(FaceState other) => Array.Copy(other.Values, Values, Values.Length);

        internal void CheckFinite()
        {
            for (var i = 0; i < Values.Length; i++)
                if (float.IsNaN(Values[i]) || float.IsInfinity(Values[i]))
                    throw new FaceException(FaceErrorCode.State,
                        $"{Channels.Names[i]} is {Values[i]}, expected a finite number.",
                        "Leave out frames in which tracking was lost.");
        }
    }
}
