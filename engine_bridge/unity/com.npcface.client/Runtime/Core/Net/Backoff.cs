using System;

namespace Npcface.Net
{
    /// <summary>
    /// How long to wait before the next try to connect: 50 ms, then twice as long each time, up to a limit.
    /// </summary>
    internal sealed class Backoff
    {
        const int First = 50;

        int _next = First;

        /// <summary>Longest wait in milliseconds: short enough to be back soon after the daemon is.</summary>
        public int Most { get; set; } = 500;

        /// <summary>Milliseconds to wait now.</summary>
        public int Next()
        {
            var now = Math.Min(_next, Most);
            _next = Math.Min(_next * 2, Most);
            return now;
        }

        /// <summary>It worked: the next loss is tried again soon.</summary>
        public void Reset() => _next = First;
    }
}
