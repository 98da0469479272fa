using System;
using Npcface.Relay;

namespace Npcface
{
    /// <summary>
    /// A small jitter buffer: faces come unevenly and with gaps, and are shown evenly, a moment later. When nothing
    /// comes, the last face is held and then becomes neutral. One for each speaker; reads no clock, allocates nothing
    /// after it was made.
    /// </summary>
    public sealed class FacePlayout
    {
        const int Kept = 64;
        const double Mend = 0.12, Unseen = 0.25; // s: a jump after a gap is spread, but not if nobody has looked

        readonly double _delay, _hold, _ease;
        readonly Entry[] _faces = new Entry[Kept + 1]; // in order of time; one more than are kept
        readonly SenderClock _clock = new SenderClock();
        readonly FaceState _shown = new FaceState(), _wanted = new FaceState();
        readonly float[] _gap = new float[Channels.Count]; // what was shown less what should have been
        double _mended = double.NegativeInfinity, _looked = double.NegativeInfinity;
        int _count, _stream;

        /// <summary>A buffer.</summary>
        /// <param name="delaySeconds">
        /// How much later than the quickest packets faces are shown; jitter and a packet's interval should fit into it.
        /// </param>
        /// <param name="holdSeconds">How long the newest face is held when nothing comes.</param>
        /// <param name="easeSeconds">How long it then takes to become neutral.</param>
        public FacePlayout(double delaySeconds = 0.1, double holdSeconds = 0.25, double easeSeconds = 0.6)
        {
            if (!(delaySeconds >= 0.0 && holdSeconds >= 0.0 && easeSeconds >= 0.0))
                throw new FaceException(FaceErrorCode.State,
                    $"The times are {delaySeconds}, {holdSeconds} and {easeSeconds}, expected seconds from 0 up.",
                    "The defaults suit most games.");
            _delay = delaySeconds;
            _hold = holdSeconds;
            _ease = Math.Max(easeSeconds, 1e-3);
            for (var i = 0; i < _faces.Length; i++)
                _faces[i] = new Entry();
        }

        /// <summary>What was shown last.</summary>
        public FacePlaying Playing { get; private set; }

        /// <summary>Takes the face that a decoder's <see cref="FaceDecoder.Push"/> has just given.</summary>
        public void Take(FaceDecoder decoder, double nowSeconds)
        {
            if (decoder.Stream != _stream)
            {
                _stream = decoder.Stream;
                _count = 0;
                _clock.Reset();
            }
            _clock.Heard(decoder.TimeSeconds, nowSeconds);
            var entry = _faces[_count];
            var place = _count++;
            for (; place > 0 && _faces[place - 1].Time > decoder.TimeSeconds; place--)
                _faces[place] = _faces[place - 1];
            _faces[place] = entry;
            entry.Time = decoder.TimeSeconds;
            Array.Copy(decoder.Arrived.Values, entry.Values, entry.Values.Length);
            if (_count > Kept)
                DropFirst();
        }

        /// <summary>
        /// The face to show now, on the clock of <see cref="Take"/>, which must not run back. Always the same object.
        /// </summary>
        public FaceState Show(double nowSeconds)
        {
            var was = Playing;
            Want(nowSeconds);
            var values = _shown.Values;
            if (Playing == FacePlaying.Faces && was != FacePlaying.Faces && nowSeconds - _looked < Unseen)
            {
                _mended = nowSeconds;
                for (var i = 0; i < values.Length; i++)
                    _gap[i] = values[i] - _wanted.Values[i];
            }
            _looked = nowSeconds;
            var left = (float)(1.0 - Smooth((nowSeconds - _mended) / Mend));
            for (var i = 0; i < values.Length; i++)
                values[i] = FaceSteps.Clamp(i, _wanted.Values[i] + left * _gap[i]);
            return _shown;
        }

        void Want(double now)
        {
            if (_count == 0)
            {
                Playing = FacePlaying.Nothing;
                _wanted.Clear();
                return;
            }
            var time = _clock.Sender(now) - _delay;
            while (_count > 1 && _faces[1].Time <= time)
                DropFirst();
            var face = _faces[0];
            if (_count > 1)
            {
                Playing = FacePlaying.Faces;
                var span = Math.Max(_faces[1].Time - face.Time, 1e-3);
                Blend(face.Values, _faces[1].Values, Math.Max(time - face.Time, 0.0) / span);
                return;
            }
            var late = time - face.Time;
            Playing = late <= 0.0 ? FacePlaying.Faces : late <= _hold ? FacePlaying.Holding : FacePlaying.Resting;
            Blend(face.Values, null, Smooth((late - _hold) / _ease));
        }

        void Blend(float[] from, float[] to, double share)
        {
            for (var i = 0; i < from.Length; i++)
                _wanted.Values[i] = from[i] + (float)share * ((to != null ? to[i] : Channels.Neutral(i)) - from[i]);
        }

        void DropFirst()
        {
            var first = _faces[0];
            Array.Copy(_faces, 1, _faces, 0, --_count);
            _faces[_count] = first;
        }

        static double Smooth(double x)
        {
            x = Math.Min(Math.Max(x, 0.0), 1.0);
            return x * x * (3.0 - 2.0 * x);
        }

        sealed class Entry
        {
            public readonly float[] Values = new float[Channels.Count];
            public double Time;
        }
    }
}
