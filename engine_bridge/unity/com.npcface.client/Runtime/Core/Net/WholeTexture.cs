using System;
using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>
    /// The last texture of a stream that may come in parts. Of the reading thread, so that a part counts although the
    /// game never took the frame before it.
    /// </summary>
    internal sealed class WholeTexture
    {
        byte[] _pixels = Array.Empty<byte>(), _piece = Array.Empty<byte>();
        int _width, _height; // 0: there is none

        /// <summary>Frames that were completed here.</summary>
        public long Parts { get; private set; }

        /// <summary>The next frame is whole: the daemon knows that nothing is kept here.</summary>
        public void Forget() => _width = _height = 0;

        /// <summary>Reads a whole frame or a part into what is kept; false if the rest of a part is missing.</summary>
        public bool TryRead(ZmtpInput input, in FrameHeader header)
        {
            if (!header.IsPart)
            {
                if (_pixels.Length != header.Bytes)
                    _pixels = new byte[header.Bytes];
                input.Body(_pixels);
                (_width, _height) = (header.Width, header.Height);
                return true;
            }
            if (_piece.Length < header.Bytes)
                _piece = new byte[Math.Max(header.Bytes, _pixels.Length)];
            input.Body(_piece);
            if (_width != header.Width || _height != header.Height)
                return false;
            var row = header.PartWidth * 4;
            for (var y = 0; y < header.PartHeight; y++)
                Buffer.BlockCopy(_piece, y * row, _pixels, ((header.PartY + y) * _width + header.PartX) * 4, row);
            Parts++;
            return true;
        }

        /// <summary>Copies what is kept.</summary>
        public void CopyTo(byte[] pixels) => Buffer.BlockCopy(_pixels, 0, pixels, 0, pixels.Length);
    }
}
