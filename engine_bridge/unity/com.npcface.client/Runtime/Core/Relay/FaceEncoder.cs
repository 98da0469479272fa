using System;
using Npcface.Relay;

namespace Npcface
{
    /// <summary>
    /// Faces as small packets (about 21 bytes) for other players, who draw them with a daemon of their own. Each is
    /// written as its difference from a key face that was sent before, never from the face before, so that a lost
    /// packet harms little. One encoder a speaker. Allocates nothing after it was made.
    /// </summary>
    public sealed class FaceEncoder
    {
        /// <summary>No packet is longer.</summary>
        public const int PacketBytes = FaceSteps.PacketBytes;

        const int Version = 1;

        static readonly int[] NeutralSteps = MakeNeutral();

        readonly int _interval, _slack, _run;
        readonly int[] _steps = new int[FaceSteps.Count], _key = new int[FaceSteps.Count];
        readonly BitWriter _asKey = new BitWriter(PacketBytes), _asDelta = new BitWriter(PacketBytes);
        int _sequence, _age = -1;

        /// <summary>An encoder.</summary>
        /// <param name="keyInterval">
        /// Packets from one key face to the next at most, 1 to 255. 1 for lines that lose packets: a lost one then
        /// costs one face.
        /// </param>
        /// <param name="keySlack">A face becomes a key if that takes at most so many bytes more, −255 to 255.</param>
        /// <param name="run">0..15; −1 for a random one. Tells receivers that this sender was started again.</param>
        /// <param name="firstSequence">0..65535; −1 for a random one.</param>
        /// <exception cref="FaceException">An argument is out of range.</exception>
        public FaceEncoder(int keyInterval = 8, int keySlack = 1, int run = -1, int firstSequence = -1)
        {
            if (keyInterval < 1 || keyInterval > 255 || keySlack < -255 || keySlack > 255
                || run < -1 || run > 15 || firstSequence < -1 || firstSequence > 0xFFFF)
                throw new FaceException(FaceErrorCode.State,
                    $"keyInterval {keyInterval}, keySlack {keySlack}, run {run} or firstSequence {firstSequence} is "
                    + "out of range: 1 to 255, -255 to 255, 0 to 15, 0 to 65535.", "Leave them out for the defaults.");
            var chance = Guid.NewGuid().GetHashCode();
            _interval = keyInterval;
            _slack = keySlack;
            _run = run >= 0 ? run : chance >> 16 & 15;
            _sequence = firstSequence >= 0 ? firstSequence : chance & 0xFFFF;
        }

        /// <summary>Makes the next packet a key, for instance because a player has just come.</summary>
        public void AskKey() => _age = -1;

        /// <summary>Writes the packet of a face and returns its length.</summary>
        /// <param name="state">The face; what lies outside a channel's range is clamped.</param>
        /// <param name="timeSeconds">On the sender's clock, any origin, growing.</param>
        /// <param name="packet">Room for <see cref="PacketBytes"/>.</param>
        /// <exception cref="FaceException">A number is not finite, or there is too little room.</exception>
        public int Encode(FaceState state, double timeSeconds, Span<byte> packet)
        {
            state.CheckFinite();
            if (double.IsNaN(timeSeconds) || double.IsInfinity(timeSeconds) || packet.Length < PacketBytes)
                throw new FaceException(FaceErrorCode.State,
                    $"The time is {timeSeconds} and there is room for {packet.Length} bytes.",
                    $"Give a finite number of seconds, and room for {PacketBytes} bytes.");
            for (var i = 0; i < FaceSteps.Count; i++)
                _steps[i] = FaceSteps.Of(i, state.Values[i]);
            var milliseconds = (int)((long)Math.Floor(timeSeconds * 1000.0 + 0.5) & 0xFFFF);
            var age = _age + 1;
            var best = Write(_asKey, 0, milliseconds, NeutralSteps);
            if (age > 0 && age < _interval)
            {
                var delta = Write(_asDelta, age, milliseconds, _key);
                if (delta.Length + _slack < best.Length)
                    best = delta;
            }
            _age = best == _asKey ? 0 : age;
            if (_age == 0)
                Array.Copy(_steps, _key, _steps.Length);
            _sequence = _sequence + 1 & 0xFFFF;
            best.Bytes.AsSpan(0, best.Length).CopyTo(packet);
            return best.Length;
        }

        /// <summary>A packet; of age 0 a key, else a difference from the key face sent so many packets ago.</summary>
        BitWriter Write(BitWriter to, int age, int milliseconds, int[] from)
        {
            to.Clear();
            to.Byte(Version << 6 | (age == 0 ? 1 : 0) << 4 | _run);
            to.Byte(_sequence);
            to.Byte(_sequence >> 8);
            to.Byte(milliseconds);
            to.Byte(milliseconds >> 8);
            if (age != 0)
                to.Byte(age);
            FaceBlock.Write(to, _steps, from);
            return to;
        }

        static int[] MakeNeutral()
        {
            var steps = new int[FaceSteps.Count];
            for (var i = 0; i < steps.Length; i++)
                steps[i] = FaceSteps.Neutral(i);
            return steps;
        }
    }
}
