using System.Threading;

namespace Npcface.Net
{
    /// <summary>
    /// Hands the newest frame from the network's thread to the game's. Three frames rotate: one is written, one waits,
    /// one is read; a newer frame replaces the waiting one, so nobody waits for anybody and nothing is allocated.
    /// </summary>
    internal sealed class FrameMailbox
    {
        readonly object _gate = new object();
        FaceFrame _writing = new FaceFrame(), _waiting = new FaceFrame(), _reading = new FaceFrame();
        bool _fresh;
        long _received;

        /// <summary>Frames that were replaced before anybody took them.</summary>
        public long Skipped { get; private set; }

        /// <summary>Frames that came in all.</summary>
        public long Received => Interlocked.Read(ref _received);

        /// <summary>The frame to fill; network's thread only.</summary>
        public FaceFrame Writing => _writing;

        /// <summary>The frame that was filled becomes the newest; network's thread only.</summary>
        public void Publish()
        {
            lock (_gate)
            {
                if (_fresh)
                    Skipped++;
                (_writing, _waiting) = (_waiting, _writing);
                _fresh = true;
                Interlocked.Increment(ref _received);
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Throws away what waits.</summary>
        public void Clear()
        {
            lock (_gate)
                _fresh = false;
        }

        /// <summary>Wakes who waits, to look at something else than frames.</summary>
        public void Wake()
        {
            lock (_gate)
                Monitor.PulseAll(_gate);
        }

        /// <summary>The newest frame if it was not taken yet.</summary>
        public bool TryTake(out FaceFrame frame, int waitMilliseconds = 0)
        {
            lock (_gate)
            {
                if (!_fresh && waitMilliseconds > 0)
                    Monitor.Wait(_gate, waitMilliseconds);
                frame = _fresh ? _waiting : null;
                if (!_fresh)
                    return false;
                (_reading, _waiting) = (_waiting, _reading);
                _fresh = false;
                return true;
            }
        }
    }
}
