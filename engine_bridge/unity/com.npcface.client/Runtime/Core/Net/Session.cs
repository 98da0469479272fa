using System;
using System.Net.Sockets;

namespace Npcface.Net
{
    /// <summary>One connection of a link.</summary>
    internal sealed class Session
    {
        public readonly Socket Socket;
        public readonly SocketSource Source;

        public Session(Socket socket, SocketSource source)
        {
            Socket = socket;
            Source = source;
        }

        /// <summary>Number by which the outbox knows it.</summary>
        public int Number { get; set; }

        /// <summary>Ends it from any thread; who reads or sends wakes up.</summary>
        public void Break()
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception error) when (error is SocketException || error is ObjectDisposedException)
            {
                // it has ended already
            }
            Socket.Dispose();
        }
    }
}
