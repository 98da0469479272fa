using System;
using System.Diagnostics;
using System.Net.Sockets;
using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>
    /// Reads a socket without ever blocking for long, so that a thread that reads can always be ended.
    /// </summary>
    internal sealed class SocketSource : IByteSource
    {
        const int WaitMicroseconds = 100_000;

        readonly Socket _socket;
        readonly Func<bool> _stopped;
        readonly Stopwatch _silence = Stopwatch.StartNew();

        public SocketSource(Socket socket, Func<bool> stopped)
        {
            _socket = socket;
            _stopped = stopped;
        }

        /// <summary>A daemon says something every few seconds; one that is silent for longer is gone.</summary>
        public double MostSilentSeconds { get; set; } = 10.0;

        public int Receive(byte[] buffer, int offset, int count)
        {
            while (!_stopped())
            {
                if (_socket.Poll(WaitMicroseconds, SelectMode.SelectRead))
                {
                    var received = _socket.Receive(buffer, offset, count, SocketFlags.None);
                    if (received == 0)
                        throw new LinkLostException("The daemon closed the connection.");
                    _silence.Restart();
                    return received;
                }
                if (_silence.Elapsed.TotalSeconds > MostSilentSeconds)
                    throw new LinkLostException($"The daemon was silent for {MostSilentSeconds:0} s.");
            }
            throw new LinkLostException("The client was closed.");
        }
    }
}
