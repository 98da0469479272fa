using System;

namespace Npcface.Wire
{
    /// <summary>
    /// Bytes in pieces of any length in, ZMTP frames out, without a copy of what is large: a frame's header is asked
    /// for with <see cref="Next"/>, then its body either as a view into the buffer or straight into an array.
    /// </summary>
    internal sealed class ZmtpInput
    {
        readonly IByteSource _source;
        byte[] _buffer;
        int _start, _end;

        public ZmtpInput(IByteSource source, int capacity = 16 * 1024)
        {
            _source = source;
            _buffer = new byte[capacity];
        }

        /// <summary>More frames of this message follow.</summary>
        public bool More { get; private set; }

        /// <summary>The frame is a command (PING, ERROR …), not part of a message.</summary>
        public bool IsCommand { get; private set; }

        /// <summary>Bytes of the frame's body.</summary>
        public int Length { get; private set; }

        /// <summary>Reads a frame's flags and length; its body must be taken before the next call.</summary>
        /// <exception cref="FaceException">Reserved flags, or longer than the protocol allows.</exception>
        public void Next()
        {
            var flags = Take(1)[0];
            if ((flags & ~(Zmtp.More | Zmtp.Long | Zmtp.Command)) != 0)
                throw new FaceException(FaceErrorCode.Protocol, $"ZMTP flags 0x{flags:x2} are reserved.",
                    "The connection is out of step and is made anew.");
            var length = 0UL;
            foreach (var part in Take((flags & Zmtp.Long) != 0 ? 8 : 1))
                length = length << 8 | part;
            if (length > Zmtp.BodyBytesMax)
                throw new FaceException(FaceErrorCode.Protocol,
                    $"A frame of {length} bytes came, at most {Zmtp.BodyBytesMax} are allowed.",
                    "The connection is out of step and is made anew.");
            Length = (int)length;
            More = (flags & Zmtp.More) != 0;
            IsCommand = (flags & Zmtp.Command) != 0;
        }

        /// <summary>The body as a view that is valid until the next call.</summary>
        public ReadOnlySpan<byte> Body() => Take(Length);

        /// <summary>The body into an array; what is not here yet is received right into it.</summary>
        public void Body(byte[] destination)
        {
            var here = Math.Min(Length, _end - _start);
            Buffer.BlockCopy(_buffer, _start, destination, 0, here);
            _start += here;
            while (here < Length)
                here += _source.Receive(destination, here, Length - here);
        }

        /// <summary>A number of raw bytes as a view that is valid until the next call.</summary>
        public ReadOnlySpan<byte> Take(int count)
        {
            Room(count);
            while (_end - _start < count)
                _end += _source.Receive(_buffer, _end, _buffer.Length - _end);
            _start += count;
            return _buffer.AsSpan(_start - count, count);
        }

        void Room(int count)
        {
            if (_start + count <= _buffer.Length && _start < _end)
                return;
            var target = count > _buffer.Length ? new byte[count] : _buffer;
            Buffer.BlockCopy(_buffer, _start, target, 0, _end - _start);
            _end -= _start;
            _start = 0;
            _buffer = target;
        }
    }
}
