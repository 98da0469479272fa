using System;

namespace Npcface.Wire
{
    /// <summary>The header of a texture: the one message that is read without allocating.</summary>
    internal struct FrameHeader
    {
        public uint Stream;
        public long Sequence;
        public double TimeSeconds;
        public int Width, Height;
        public FaceFormat Format;
        public bool IsPart; // only this rectangle of the texture came, the rest is as before
        public int PartX, PartY, PartWidth, PartHeight;
        public long Dropped;
        public bool Premultiplied;
        public int Slot; // of the shared ring; −1: the pixels follow in the message
        public long Generation;

        /// <summary>Of the pixels that come with it.</summary>
        public int Bytes => IsPart ? PartWidth * PartHeight * 4 : Format.RowBytes(Width) * Format.Rows(Height);

        /// <summary>False if the message is of another type.</summary>
        /// <exception cref="FaceException">Not a message, or a texture of impossible size, format or part.</exception>
        public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader frame)
        {
            frame = default;
            frame.Slot = -1; // what a daemon of protocol 1.1 means
            var reader = new MessageReader(bytes);
            var isFrame = false;
            for (var left = reader.Map(); left > 0; left--)
            {
                var key = reader.Text();
                if (Is(key, "type"))
                {
                    if (!Is(reader.Text(), "frame"))
                        return false;
                    isFrame = true;
                }
                else
                    frame.Field(key, ref reader);
            }
            if (isFrame && (!frame.Format.Fits(frame.Width, frame.Height) || frame.Width > 4096 || frame.Height > 4096))
                throw Impossible($"A frame of {frame.Width} × {frame.Height} pixels in {frame.Format.Name()} came.");
            if (isFrame && frame.IsPart && !frame.PartFits())
                throw Impossible($"A part came that is not in the {frame.Width} × {frame.Height} pixels of a message.");
            return isFrame;
        }

        bool PartFits() => Format == FaceFormat.Rgba8 && Slot < 0 && PartX >= 0 && PartY >= 0 && PartWidth > 0
            && PartHeight > 0 && PartX < Width && PartY < Height && PartWidth <= Width - PartX
            && PartHeight <= Height - PartY;

        void Field(ReadOnlySpan<byte> key, ref MessageReader reader)
        {
            if (Is(key, "stream"))
                Stream = (uint)reader.Integer();
            else if (Is(key, "sequence"))
                Sequence = reader.Integer();
            else if (Is(key, "time_s"))
                TimeSeconds = reader.Float();
            else if (Is(key, "width"))
                Width = (int)reader.Integer();
            else if (Is(key, "height"))
                Height = (int)reader.Integer();
            else if (Is(key, "dropped"))
                Dropped = reader.Integer();
            else if (Is(key, "alpha"))
                Premultiplied = Is(reader.Text(), "premultiplied");
            else if (Is(key, "format"))
                Format = ReadFormat(reader.Text());
            else if (Is(key, "part"))
                Part(ref reader);
            else if (Is(key, "slot"))
                Slot = (int)reader.Integer();
            else if (Is(key, "generation"))
                Generation = reader.Integer();
            else
                reader.Skip();
        }

        void Part(ref MessageReader reader)
        {
            var numbers = reader.Array();
            if (numbers != 0 && numbers != 4)
                throw Impossible($"A part of {numbers} numbers came, not of 4.");
            IsPart = numbers > 0;
            if (!IsPart)
                return;
            PartX = Pixels(ref reader);
            PartY = Pixels(ref reader);
            PartWidth = Pixels(ref reader);
            PartHeight = Pixels(ref reader);
        }

        static int Pixels(ref MessageReader reader) => (int)Math.Clamp(reader.Integer(), -1, int.MaxValue);

        static FaceFormat ReadFormat(ReadOnlySpan<byte> name)
        {
            foreach (var format in Formats)
                if (Is(name, format.Name()))
                    return format;
            throw Impossible("A frame in an unknown format came.");
        }

        static readonly FaceFormat[] Formats = { FaceFormat.Rgba8, FaceFormat.Bc1, FaceFormat.Bc3 };

        static FaceException Impossible(string cause) =>
            new FaceException(FaceErrorCode.Protocol, cause, "Update client and daemon.");

        static bool Is(ReadOnlySpan<byte> text, string name)
        {
            if (text.Length != name.Length)
                return false;
            for (var i = 0; i < name.Length; i++)
                if (text[i] != name[i])
                    return false;
            return true;
        }
    }
}
