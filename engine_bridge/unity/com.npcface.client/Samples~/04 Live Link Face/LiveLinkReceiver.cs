using System;
using System.Net;
using System.Net.Sockets;
using UnityEngine;

namespace Npcface.Samples
{
    /// <summary>
    /// A face that does what yours does: the phone app Live Link Face sends ARKit's numbers over UDP. In the app, set
    /// this
    /// computer's address and port 11111 as target.
    /// </summary>
    public sealed class LiveLinkReceiver : MonoBehaviour
    {
        [SerializeField] NpcFace _face = null;
        [SerializeField] int _port = LiveLinkFace.Port;
        readonly byte[] _packet = new byte[2048];
        readonly ArkitFrame _frame = new ArkitFrame();
        Socket _socket;

        void OnEnable()
        {
            try
            {
                _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                _socket.Blocking = false;
                _socket.Bind(new IPEndPoint(IPAddress.Any, _port));
            }
            catch (SocketException error)
            {
                Debug.LogError($"[npcface] UDP port {_port} is not free: {error.Message}", this);
                enabled = false;
            }
        }

        void OnDisable()
        {
            _socket?.Dispose();
            _socket = null;
        }

        void Update()
        {
            var seen = false;
            while (_socket != null && _socket.Available > 0) // only the newest packet counts
                seen |= LiveLinkFace.TryRead(new ReadOnlySpan<byte>(_packet, 0, _socket.Receive(_packet)), _frame);
            if (seen)
                _face.Drive(_frame.State);
        }
    }
}
