namespace Npcface.Relay
{
    /// <summary>Bits into bytes, most significant first, and exponential Golomb codes. See PROTOCOL.md 12.</summary>
    internal sealed class BitWriter
    {
        readonly byte[] _bytes;
        int _bits;

        public BitWriter(int bytes) => _bytes = new byte[bytes];

        public byte[] Bytes => _bytes;

        /// <summary>Bytes that hold what was written, the last one filled up with zeros.</summary>
        public int Length => (_bits + 7) / 8;

        public void Clear()
        {
            System.Array.Clear(_bytes, 0, _bytes.Length);
            _bits = 0;
        }

        public void Byte(int value) => Write((uint)value & 0xFF, 8);

        public void Write(uint value, int count)
        {
            while (count-- > 0)
            {
                _bytes[_bits >> 3] |= (byte)((value >> count & 1) << (7 - (_bits & 7)));
                _bits++;
            }
        }

        /// <summary>A number from 0 up.</summary>
        public void Golomb(int value, int order)
        {
            var shifted = (uint)value + (1u << order);
            var length = 0;
            while (shifted >> length != 0)
                length++;
            Write(shifted, 2 * length - 1 - order);
        }
    }
}
