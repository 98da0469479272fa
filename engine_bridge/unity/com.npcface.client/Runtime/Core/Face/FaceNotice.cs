using Npcface.Wire;

namespace Npcface
{
    /// <summary>Nothing failed, but a person should know.</summary>
    public sealed class FaceNotice
    {
        internal FaceNotice(MessageMap map)
        {
            Code = map.Text("code");
            Cause = map.Text("cause");
            Remedy = map.Text("remedy");
            Stream = map.Integer("stream");
        }

        /// <summary><c>rights</c>, <c>renderer</c>, <c>hang</c>, <c>limit</c>, or a newer one.</summary>
        public string Code { get; }

        /// <summary>What is so, as a sentence.</summary>
        public string Cause { get; }

        /// <summary>What can be done, as a sentence.</summary>
        public string Remedy { get; }

        /// <summary>Of which stream; -1: of the daemon.</summary>
        public long Stream { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Code}: {Cause} {Remedy}";
    }
}
