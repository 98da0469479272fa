namespace Npcface.Wire
{
    /// <summary>Where bytes come from: a socket, or a file in tests.</summary>
    internal interface IByteSource
    {
        /// <summary>Waits for at least one byte and returns how many were put at <paramref name="offset"/>.</summary>
        /// <exception cref="LinkLostException">There will be no more.</exception>
        int Receive(byte[] buffer, int offset, int count);
    }
}
