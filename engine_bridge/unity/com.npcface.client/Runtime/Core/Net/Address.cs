using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Npcface.Net
{
    /// <summary>Where a daemon listens: <c>tcp://HOST:PORT</c>.</summary>
    internal sealed class Address
    {
        readonly string _text, _host;
        readonly int _port;

        /// <exception cref="FaceException">Not of that form.</exception>
        public Address(string text)
        {
            _text = text ?? "";
            var colon = _text.LastIndexOf(':');
            var given = _text.StartsWith("tcp://", StringComparison.Ordinal) && colon > 6
                && int.TryParse(_text.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _port);
            if (!given || _port < 1 || _port > 65535)
                throw new FaceException(FaceErrorCode.Launch, $"\"{text}\" is no address of a daemon.",
                    "Write tcp://HOST:PORT, as in the daemon's ready line: tcp://127.0.0.1:5747.");
            _host = _text.Substring(6, colon - 6).Trim('[', ']');
        }

        /// <summary>It can only be this machine, tunnels aside.</summary>
        public bool IsThisMachine => _host == "localhost"
            || IPAddress.TryParse(_host, out var address) && IPAddress.IsLoopback(address);

        /// <summary>A connected socket.</summary>
        /// <exception cref="SocketException">Nobody listens there.</exception>
        public Socket Connect(Func<bool> stopped)
        {
            var host = IPAddress.TryParse(_host, out var address) ? address : Resolve();
            var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                socket.SendTimeout = 5000;
                var connecting = socket.BeginConnect(new IPEndPoint(host, _port), null, null);
                var deadline = DateTime.UtcNow.AddSeconds(5);
                while (!connecting.AsyncWaitHandle.WaitOne(100))
                    if (stopped() || DateTime.UtcNow > deadline)
                        throw new SocketException((int)SocketError.TimedOut);
                socket.EndConnect(connecting);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public override string ToString() => _text;

        IPAddress Resolve()
        {
            var found = Dns.GetHostAddresses(_host);
            foreach (var address in found) // the daemon listens on 127.0.0.1 unless told otherwise
                if (address.AddressFamily == AddressFamily.InterNetwork)
                    return address;
            return found.Length > 0 ? found[0] : throw new SocketException((int)SocketError.HostNotFound);
        }
    }
}
