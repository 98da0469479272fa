using System;

namespace Npcface.Wire
{
    /// <summary>The connection is over; the reason is for people.</summary>
    internal sealed class LinkLostException : Exception
    {
        public LinkLostException(string reason) : base(reason) { }
    }
}
