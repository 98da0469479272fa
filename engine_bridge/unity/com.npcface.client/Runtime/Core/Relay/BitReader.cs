using System;

namespace Npcface.Relay
{
    /// <summary>What <see cref="BitWriter"/> wrote. Never throws: what cannot be read is 0 and sets a mark.</summary>
    internal ref struct BitReader
    {
        const int MostZeros = 12;

        readonly ReadOnlySpan<byte> _bytes;
        int _at;

        public BitReader(ReadOnlySpan<byte> bytes)
        {
            _bytes = bytes;
            _at = 0;
            Failed = false;
        }

        /// <summary>The bits ended too early, or held a number that no face has.</summary>
        public bool Failed { get; private set; }

        /// <summary>Nothing is left but zeros in the last byte.</summary>
        public bool AtEnd => 8 * _bytes.Length - _at < 8 && Read(8 * _bytes.Length - _at) == 0;

        public int Read(int count)
        {
            if (Failed || count > 8 * _bytes.Length - _at)
            {
                Failed = true;
                return 0;
            }
            var value = 0;
            for (; count > 0; count--, _at++)
                value = value << 1 | _bytes[_at >> 3] >> (7 - (_at & 7)) & 1;
            return value;
        }

        public int Golomb(int order)
        {
            var zeros = 0;
            while (Read(1) == 0)
                if (Failed || ++zeros > MostZeros)
                {
                    Failed = true;
                    return 0;
                }
            var tail = zeros + order;
            return (1 << tail | Read(tail)) - (1 << order);
        }
    }
}
