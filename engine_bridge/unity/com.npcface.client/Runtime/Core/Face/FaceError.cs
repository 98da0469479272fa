using System;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>What went wrong and what to do about it, in sentences for people.</summary>
    public sealed class FaceError
    {
        /// <summary>An error with its parts.</summary>
        public FaceError(FaceErrorCode code, string cause, string remedy, long stream = -1, long sequence = -1)
        {
            Code = code;
            Cause = cause;
            Remedy = remedy;
            Stream = stream;
            Sequence = sequence;
        }

        /// <summary>The kind.</summary>
        public FaceErrorCode Code { get; }

        /// <summary>What happened: what was given and what was expected.</summary>
        public string Cause { get; }

        /// <summary>What to do.</summary>
        public string Remedy { get; }

        /// <summary>Number of the stream it belongs to, −1 if none.</summary>
        public long Stream { get; }

        /// <summary>Sequence number of the state it belongs to, −1 if none.</summary>
        public long Sequence { get; }

        internal static FaceError Read(MessageMap map) => new FaceError(
            Enum.TryParse<FaceErrorCode>(map.Text("code"), true, out var code) ? code : FaceErrorCode.Unknown,
            map.Text("cause"), map.Text("remedy"), map.Integer("stream", -1), map.Integer("sequence", -1));

        /// <summary>Cause and remedy in one line.</summary>
        public override string ToString() => $"{Cause} {Remedy}";
    }
}
