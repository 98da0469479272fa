using System;
using Npcface.Relay;

namespace Npcface
{
    /// <summary>
    /// Packets of a <see cref="FaceEncoder"/> (of any language) → faces, in any order, with any of them missing or
    /// twice. One decoder a speaker. Allocates nothing after it was made, and never throws for what came.
    /// </summary>
    public sealed class FaceDecoder
    {
        const int Version = 1, Window = 64, Restart = 1024, HeadBytes = 5;

        readonly KeyFaces _keys = new KeyFaces();
        readonly int[] _steps = new int[FaceSteps.Count];
        ulong _seen; // bit n: the n-th packet before the newest has been here
        int _run;
        long _newestSequence, _newestMilliseconds;

        /// <summary>The newest face; neutral before the first. Hold it while nothing comes.</summary>
        public FaceState Newest { get; } = new FaceState();

        /// <summary>The face of the packet that came last with one, which may be older than the newest.</summary>
        public FaceState Arrived { get; } = new FaceState();

        /// <summary>Number of <see cref="Arrived"/>; counts on over 65535.</summary>
        public long Sequence { get; private set; }

        /// <summary>Of <see cref="Arrived"/>, on the sender's clock; counts on over 65.536 s.</summary>
        public double TimeSeconds { get; private set; }

        /// <summary><see cref="Arrived"/> is newer than all before.</summary>
        public bool IsNewest { get; private set; }

        /// <summary>
        /// One more each time a sender was started again: sequence and time begin anew. 0 before the first packet.
        /// </summary>
        public int Stream { get; private set; }

        /// <summary>Takes one packet; the properties change if there is a face in it.</summary>
        public FaceOutcome Push(ReadOnlySpan<byte> packet)
        {
            if (packet.Length <= HeadBytes || packet.Length > FaceSteps.PacketBytes || packet[0] >> 6 != Version)
                return FaceOutcome.Broken;
            var isKey = (packet[0] >> 4 & 3) == 1;
            var age = isKey ? 0 : packet[HeadBytes];
            if ((packet[0] >> 4 & 3) > 1 || !isKey && age == 0)
                return FaceOutcome.Broken;
            var bits = new BitReader(packet.Slice(isKey ? HeadBytes : HeadBytes + 1));
            if (!FaceBlock.Read(ref bits, _steps))
                return FaceOutcome.Broken;

            var number = packet[1] | packet[2] << 8;
            var step = (short)(number - _newestSequence);
            var run = packet[0] & 15;
            var fresh = Stream == 0 || run != _run || step < -Restart && isKey;
            if (fresh && !isKey)
                return FaceOutcome.KeyMissing;
            if (!fresh && step <= -Window)
                return FaceOutcome.Late;
            if (!fresh && step <= 0 && (_seen >> -step & 1) != 0)
                return FaceOutcome.Duplicate;
            var sequence = fresh ? number : _newestSequence + step;
            var key = isKey ? null : _keys.Find(sequence - age);
            if (!isKey && key == null)
                return FaceOutcome.KeyMissing;
            if (!Add(key))
                return FaceOutcome.Broken;

            var milliseconds = packet[3] | packet[4] << 8;
            if (fresh)
                Begin(run, milliseconds);
            if (isKey)
                _keys.Keep(sequence, _steps);
            Take(sequence, fresh ? 1 : step, milliseconds);
            return FaceOutcome.Face;
        }

        /// <summary>The face's own steps out of its difference; false if they are none of a face.</summary>
        bool Add(int[] key)
        {
            for (var i = 0; i < _steps.Length; i++)
            {
                _steps[i] += key != null ? key[i] : FaceSteps.Neutral(i);
                if (_steps[i] < FaceSteps.Lowest(i) || _steps[i] > FaceSteps.Highest(i))
                    return false;
            }
            return true;
        }

        void Begin(int run, int milliseconds)
        {
            Stream++;
            _run = run;
            _seen = 0;
            _newestMilliseconds = milliseconds;
            _keys.Clear();
        }

        void Take(long sequence, int step, int milliseconds)
        {
            var time = step > 0
                ? _newestMilliseconds + (milliseconds - _newestMilliseconds & 0xFFFF)
                : _newestMilliseconds - (_newestMilliseconds - milliseconds & 0xFFFF);
            if (step > 0)
            {
                _seen = (step < Window ? _seen << step : 0) | 1;
                _newestSequence = sequence;
                _newestMilliseconds = time;
            }
            else
                _seen |= 1ul << -step;
            for (var i = 0; i < _steps.Length; i++)
                Arrived.Values[i] = (float)((double)_steps[i] / FaceSteps.PerUnit(i));
            IsNewest = step > 0;
            if (IsNewest)
                Newest.CopyFrom(Arrived);
            Sequence = sequence;
            TimeSeconds = time / 1000.0;
        }
    }
}
