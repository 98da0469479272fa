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
        public long Dropped;
        public bool Premultiplied;
        public int Slot; // of the shared ring; −1: the pixels follow in the message
        public long Generation;

        /// <summary>False if the message is of another type.</summary>
        /// <exception cref="FaceException">Not a message, or a texture of impossible size.</exception>
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
            if (isFrame && (frame.Width < 1 || frame.Height < 1 || frame.Width > 4096 || frame.Height > 4096))
                throw new FaceException(FaceErrorCode.Protocol,
                    $"A frame of {frame.Width} × {frame.Height} pixels came.", "Please report it.");
            return isFrame;
        }

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
            else if (Is(key, "slot"))
                Slot = (int)reader.Integer();
            else if (Is(key, "generation"))
                Generation = reader.Integer();
            else
                reader.Skip();
        }

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
