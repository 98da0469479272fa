using System;

namespace Npcface.Relay
{
    /// <summary>The last four key faces of one sender, by their numbers.</summary>
    internal sealed class KeyFaces
    {
        const int Kept = 4;

        readonly long[] _sequences = new long[Kept];
        readonly int[][] _steps = new int[Kept][];

        public KeyFaces()
        {
            for (var i = 0; i < Kept; i++)
                _steps[i] = new int[FaceSteps.Count];
            Clear();
        }

        public void Clear()
        {
            for (var i = 0; i < Kept; i++)
                _sequences[i] = long.MinValue;
        }

        /// <summary>The steps of a key face; null if it has not come or is too old.</summary>
        public int[] Find(long sequence)
        {
            var place = Array.IndexOf(_sequences, sequence);
            return place < 0 ? null : _steps[place];
        }

        /// <summary>Keeps a key face in place of the oldest one, unless it is older itself.</summary>
        public void Keep(long sequence, int[] steps)
        {
            var oldest = 0;
            for (var i = 1; i < Kept; i++)
                if (_sequences[i] < _sequences[oldest])
                    oldest = i;
            if (sequence < _sequences[oldest])
                return;
            _sequences[oldest] = sequence;
            Array.Copy(steps, _steps[oldest], steps.Length);
        }
    }
}
