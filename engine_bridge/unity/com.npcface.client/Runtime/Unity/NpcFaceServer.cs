using System.Collections.Generic;
using UnityEngine;

namespace Npcface
{
    /// <summary>When a daemon is started by the game itself.</summary>
    public enum LaunchMode
    {
        /// <summary>It runs already, or something else starts it.</summary>
        Never,
        /// <summary>Started with the scene and stopped with it.</summary>
        Always,
    }

    /// <summary>
    /// The connection all faces share, and if wanted the daemon itself as a child process. One in a scene is enough;
    /// with
    /// none, the first face makes one that connects to <c>npcface serve</c> on this machine.
    /// </summary>
    [AddComponentMenu("npcface/NPC Face Server")]
    [DefaultExecutionOrder(-100)] // answers arrive before the faces look at them
    public sealed partial class NpcFaceServer : MonoBehaviour
    {
        #region Connection

        DaemonProcess _daemon;
        volatile string _readyAddress;
        volatile FaceError _ended;

        /// <summary>The client; null while the daemon starts.</summary>
        public FaceClient Client { get; private set; }

        /// <summary>The daemon has said welcome.</summary>
        public bool isConnected => Client != null && Client.State == ClientState.Connected;

        /// <summary>
        /// Starts the daemon; nothing happens if it runs. <see cref="LaunchMode.Always"/> does it by itself.
        /// </summary>
        public void Launch()
        {
            if (_daemon != null && _daemon.IsRunning)
                return;
            Disconnect();
            _ended = null;
            _readyAddress = null;
            try
            {
                _daemon = DaemonProcess.Start(_command, _characters, _arguments, address => _readyAddress = address,
                    error => _ended = error);
            }
            catch (FaceException error)
            {
                Fail(error.Error);
            }
        }

        /// <summary>Connects to a daemon that runs; an earlier connection is closed.</summary>
        public void Connect(string address)
        {
            Client?.Dispose();
            Client = null;
            try
            {
                Client = new FaceClient(address, _token, $"{Application.productName} {Application.version} / Unity");
            }
            catch (FaceException error)
            {
                Fail(error.Error);
                return;
            }
            Client.Connected += _ => _onConnected.Invoke();
            Client.Disconnected += error => _onDisconnected.Invoke(error.ToString());
            Client.Failed += Fail;
            Client.Noticed += Tell;
        }

        /// <summary>
        /// Closes the connection and stops a daemon that was started here; takes two seconds at most.
        /// </summary>
        public void Disconnect()
        {
            Client?.Dispose();
            Client = null;
            _daemon?.Dispose();
            _daemon = null;
        }

        readonly HashSet<string> _told = new HashSet<string>();

        void Tell(FaceNotice notice)
        {
            if (_told.Add(notice.Cause))
                Debug.LogWarning($"[npcface] {notice}", this);
        }

        void Fail(FaceError error)
        {
            Debug.LogWarning($"[npcface] {error}", this);
            _onFailed.Invoke(error.ToString());
        }

        #endregion

        #region MonoBehaviour

        void OnEnable()
        {
            if (_shared == null)
                _shared = this;
            if (_launch == LaunchMode.Always)
                Launch();
            else
                Connect(_address);
        }

        void OnDisable()
        {
            Disconnect();
            if (_shared == this)
                _shared = null;
        }

        void Update()
        {
            if (_readyAddress != null)
            {
                Connect(_readyAddress);
                _readyAddress = null;
            }
            if (_ended != null)
            {
                var error = _ended;
                _ended = null;
                Fail(error);
            }
            Client?.Poll();
        }

        #endregion
    }
}
