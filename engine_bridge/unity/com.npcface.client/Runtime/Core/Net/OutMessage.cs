using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>A message on its way out, in a buffer that is used again.</summary>
    internal sealed class OutMessage
    {
        public readonly MessageWriter Writer = new MessageWriter();

        /// <summary>Number of the request, 0 if no answer is wanted.</summary>
        public uint Request;

        /// <summary>Stream whose newest state this is, −1 for anything else: a newer one takes its place.</summary>
        public long StateOf;

        /// <summary>The connection it was taken for; it must not go out on a later one.</summary>
        public int Session;
    }
}
