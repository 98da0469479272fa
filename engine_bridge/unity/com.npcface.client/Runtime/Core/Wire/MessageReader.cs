using System;
using System.Buffers.Binary;
using System.Text;

namespace Npcface.Wire
{
    /// <summary>
    /// Reads MessagePack from a span. Nothing in the bytes can make it read outside or allocate much.
    /// </summary>
    internal ref struct MessageReader
    {
        const int DeepestNesting = 16;

        readonly ReadOnlySpan<byte> _bytes;
        int _at;

        public MessageReader(ReadOnlySpan<byte> bytes)
        {
            _bytes = bytes;
            _at = 0;
        }

        public int Map() => Collection(0x80, 0xDE, "a map");

        public int Array() => Collection(0x90, 0xDC, "a list");

        /// <summary>UTF-8 bytes of a text.</summary>
        public ReadOnlySpan<byte> Text()
        {
            var mark = Mark();
            if ((mark & 0xE0) == 0xA0)
                return Take(mark & 0x1F);
            switch (mark)
            {
                case 0xD9: return Take((int)Big(1));
                case 0xDA: return Take((int)Big(2));
                case 0xDB: return Take(Length(Big(4)));
                default: throw Wrong("a text", mark);
            }
        }

        public string String() => Encoding.UTF8.GetString(Text());

        public double Float()
        {
            switch (Peek())
            {
                case 0xCA:
                    _at++;
                    return BitConverter.Int32BitsToSingle((int)Big(4));
                case 0xCB:
                    _at++;
                    return BitConverter.Int64BitsToDouble((long)Big(8));
                default:
                    return Integer();
            }
        }

        public long Integer()
        {
            var mark = Mark();
            if (mark < 0x80 || mark >= 0xE0)
                return (sbyte)mark;
            switch (mark)
            {
                case 0xCC: return (long)Big(1);
                case 0xCD: return (long)Big(2);
                case 0xCE: return (long)Big(4);
                case 0xCF: return (long)Math.Min(Big(8), long.MaxValue);
                case 0xD0: return (sbyte)Big(1);
                case 0xD1: return (short)Big(2);
                case 0xD2: return (int)Big(4);
                case 0xD3: return (long)Big(8);
                default: throw Wrong("a whole number", mark);
            }
        }

        /// <summary>Steps over a value of any kind without keeping it.</summary>
        public void Skip(int depth = 0)
        {
            var mark = Peek();
            if (depth > DeepestNesting)
                throw Wrong("less nesting", mark);
            if (mark == 0xC0 || mark == 0xC2 || mark == 0xC3)
                _at++;
            else if (mark == 0xCA || mark == 0xCB)
                Float();
            else if ((mark & 0xF0) == 0x80 || mark == 0xDE || mark == 0xDF)
                for (var left = 2L * Map(); left > 0; left--)
                    Skip(depth + 1);
            else if ((mark & 0xF0) == 0x90 || mark == 0xDC || mark == 0xDD)
                for (var left = Array(); left > 0; left--)
                    Skip(depth + 1);
            else if ((mark & 0xE0) == 0xA0 || mark == 0xD9 || mark == 0xDA || mark == 0xDB)
                Text();
            else
                Integer();
        }

        /// <summary>A value of any kind as object: null, bool, long, double, string, object[] or MessageMap.</summary>
        public object Any(int depth = 0)
        {
            var mark = Peek();
            if (depth > DeepestNesting)
                throw Wrong("less nesting", mark);
            if (mark == 0xC0 || mark == 0xC2 || mark == 0xC3)
            {
                _at++;
                return mark == 0xC0 ? null : (object)(mark == 0xC3);
            }
            if (mark == 0xCA || mark == 0xCB)
                return Float();
            if ((mark & 0xF0) == 0x80 || mark == 0xDE || mark == 0xDF)
                return AnyMap(depth);
            if ((mark & 0xF0) == 0x90 || mark == 0xDC || mark == 0xDD)
                return AnyList(depth);
            if ((mark & 0xE0) == 0xA0 || mark == 0xD9 || mark == 0xDA || mark == 0xDB)
                return String();
            return Integer();
        }

        MessageMap AnyMap(int depth)
        {
            var map = new MessageMap();
            for (var left = Map(); left > 0; left--)
            {
                var key = String();
                map[key] = Any(depth + 1);
            }
            return map;
        }

        object[] AnyList(int depth)
        {
            var list = new object[Array()];
            for (var i = 0; i < list.Length; i++)
                list[i] = Any(depth + 1);
            return list;
        }

        int Collection(byte small, byte large, string what)
        {
            var mark = Mark();
            var count = (mark & 0xF0) == small ? mark & 0x0F
                : mark == large ? (long)Big(2)
                : mark == large + 1 ? (long)Big(4)
                : throw Wrong(what, mark);
            return Length((ulong)count); // every element takes a byte at least
        }

        int Length(ulong count) => count <= (ulong)(_bytes.Length - _at) ? (int)count : throw Short();

        ulong Big(int bytes)
        {
            var part = Take(bytes);
            switch (bytes)
            {
                case 1: return part[0];
                case 2: return BinaryPrimitives.ReadUInt16BigEndian(part);
                case 4: return BinaryPrimitives.ReadUInt32BigEndian(part);
                default: return BinaryPrimitives.ReadUInt64BigEndian(part);
            }
        }

        byte Peek() => _at < _bytes.Length ? _bytes[_at] : throw Short();

        byte Mark()
        {
            var mark = Peek();
            _at++;
            return mark;
        }

        ReadOnlySpan<byte> Take(int count)
        {
            if (count > _bytes.Length - _at)
                throw Short();
            _at += count;
            return _bytes.Slice(_at - count, count);
        }

        static FaceException Short() => new FaceException(FaceErrorCode.Protocol,
            "A message ends in the middle of a value.", "Is the daemon's version the one this client was made for?");

        static FaceException Wrong(string expected, byte mark) => new FaceException(FaceErrorCode.Protocol,
            $"A message holds MessagePack type 0x{mark:x2} where {expected} was expected.",
            "Is the daemon's version the one this client was made for?");
    }
}
