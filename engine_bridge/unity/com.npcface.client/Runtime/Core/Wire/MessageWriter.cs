using System;
using System.Buffers.Binary;
using System.Text;

namespace Npcface.Wire
{
    /// <summary>
    /// One outgoing message in a buffer that is used again: ZMTP framing, a MessagePack map, an optional payload.
    /// Call <see cref="Begin"/>, keys and values in turn, <see cref="End"/>, and <see cref="Payload"/> if there is one.
    /// </summary>
    internal sealed class MessageWriter
    {
        const int Start = Zmtp.LongHeaderBytes; // room for the frame's header, whose length is known last

        int _map;

        /// <summary>The buffer; the message lies from <see cref="First"/> to <see cref="Last"/>.</summary>
        public byte[] Bytes { get; private set; } = new byte[1024];

        public int First { get; private set; }

        public int Last { get; private set; }

        /// <summary>The map alone, without framing.</summary>
        public ReadOnlySpan<byte> Header => Bytes.AsSpan(Start, HeaderBytes);

        int HeaderBytes { get; set; }

        public MessageWriter Begin(string type)
        {
            Last = _map = Start;
            Put(0x80);
            return Key("type").Text(type);
        }

        /// <summary>A key; the value must follow. Maps of up to 15 keys.</summary>
        public MessageWriter Key(string name)
        {
            Bytes[_map]++;
            return Text(name);
        }

        /// <summary>Adds the request's number if it is not 0, and the frame's header.</summary>
        public void End(uint request)
        {
            if (request != 0)
                Key("request").Integer(request);
            HeaderBytes = Last - Start;
            First = Zmtp.HeaderBefore(Bytes, Start, HeaderBytes, more: false);
        }

        /// <summary>
        /// Adds little-endian float32 numbers as the message's second frame; after <see cref="End"/>.
        /// </summary>
        public void Payload(ReadOnlySpan<float> numbers)
        {
            var bytes = numbers.Length * 4;
            Reserve(Zmtp.LongHeaderBytes + bytes);
            First = Zmtp.HeaderBefore(Bytes, Start, HeaderBytes, more: true);
            var body = Last + (bytes > Zmtp.ShortBodyMax ? Zmtp.LongHeaderBytes : 2);
            Zmtp.HeaderBefore(Bytes, body, bytes, more: false);
            for (var i = 0; i < numbers.Length; i++)
                BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(body + 4 * i),
                    BitConverter.SingleToInt32Bits(numbers[i]));
            Last = body + bytes;
        }

        /// <summary>A whole ZMTP command instead of a message.</summary>
        public void Command(string name, ReadOnlySpan<byte> context)
        {
            First = 0;
            Last = 0;
            Reserve(3 + name.Length + context.Length);
            Put(Zmtp.Command);
            Put((byte)(1 + name.Length + context.Length));
            Put((byte)name.Length);
            foreach (var letter in name)
                Put((byte)letter);
            context.CopyTo(Bytes.AsSpan(Last));
            Last += context.Length;
        }

        public MessageWriter Text(string text)
        {
            var bytes = Encoding.UTF8.GetByteCount(text);
            Reserve(5 + bytes);
            if (bytes < 32)
                Put((byte)(0xA0 | bytes));
            else if (bytes < 256)
                Put(0xD9, (byte)bytes);
            else
                Big(0xDA, (ulong)bytes, 2);
            Last += Encoding.UTF8.GetBytes(text, 0, text.Length, Bytes, Last);
            return this;
        }

        public MessageWriter Integer(long value)
        {
            if (value < 0)
                Big(0xD3, (ulong)value, 8);
            else if (value < 0x80)
                Put((byte)value);
            else if (value <= byte.MaxValue)
                Big(0xCC, (ulong)value, 1);
            else if (value <= ushort.MaxValue)
                Big(0xCD, (ulong)value, 2);
            else if (value <= uint.MaxValue)
                Big(0xCE, (ulong)value, 4);
            else
                Big(0xCF, (ulong)value, 8);
            return this;
        }

        public MessageWriter Float(double value)
        {
            Big(0xCB, (ulong)BitConverter.DoubleToInt64Bits(value), 8);
            return this;
        }

        public MessageWriter Boolean(bool value)
        {
            Put(value ? (byte)0xC3 : (byte)0xC2);
            return this;
        }

        public MessageWriter Nil()
        {
            Put(0xC0);
            return this;
        }

        public MessageWriter Array(int count) => Collection(count, 0x90, 0xDC);

        public MessageWriter Map(int count) => Collection(count, 0x80, 0xDE);

        MessageWriter Collection(int count, byte small, byte large)
        {
            if (count < 16)
                Put((byte)(small | count));
            else
                Big(large, (ulong)count, 2);
            return this;
        }

        void Big(byte mark, ulong value, int bytes)
        {
            Put(mark);
            for (var i = bytes - 1; i >= 0; i--)
                Put((byte)(value >> (8 * i)));
        }

        void Put(byte first, byte second)
        {
            Put(first);
            Put(second);
        }

        void Put(byte value)
        {
            Reserve(1);
            Bytes[Last++] = value;
        }

        void Reserve(int more)
        {
            if (Last + more <= Bytes.Length)
                return;
            var larger = new byte[Math.Max(Bytes.Length * 2, Last + more)];
            Buffer.BlockCopy(Bytes, 0, larger, 0, Last);
            Bytes = larger;
        }
    }
}
