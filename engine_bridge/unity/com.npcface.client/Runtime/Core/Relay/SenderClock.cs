using System;

namespace Npcface.Relay
{
    /// <summary>
    /// Local clock → sender's clock of the quickest packets of the last seconds, which waited least in queues.
    /// </summary>
    internal sealed class SenderClock
    {
        const double HalfWindow = 4.0, Rate = 0.05, Jump = 0.5, Set = 1.0; // seconds; share

        double _transit, _now, _least, _leastBefore, _since;

        public SenderClock() => Reset();

        public void Reset()
        {
            _transit = double.NaN;
            _now = 0.0;
            _least = _leastBefore = double.PositiveInfinity;
            _since = double.NegativeInfinity;
        }

        /// <summary>A packet of the sender's time has come now.</summary>
        public void Heard(double time, double now)
        {
            var transit = now - time;
            var least = Math.Min(_least, _leastBefore);
            if (!double.IsInfinity(least) && Math.Abs(transit - least) > Set)
            {
                _least = transit; // one of the clocks was set, or stood still
                _leastBefore = double.PositiveInfinity;
            }
            else if (now - _since > HalfWindow)
            {
                _leastBefore = _least;
                _least = transit;
                _since = now;
            }
            else
                _least = Math.Min(_least, transit);
        }

        /// <summary>What the sender's clock said when a quick packet that comes now was made.</summary>
        public double Sender(double now)
        {
            var least = Math.Min(_least, _leastBefore);
            var off = least - _transit;
            var most = Rate * Math.Max(now - _now, 0.0);
            if (!(Math.Abs(off) <= Jump)) // also at the first time, when it is NaN
                _transit = least;
            else
                _transit += Math.Min(Math.Max(off, -most), most);
            _now = now;
            return now - _transit;
        }
    }
}
