using System;
using System.Collections.Generic;
using Npcface.Net;

namespace Npcface
{
    /// <summary>How far a client has come.</summary>
    public enum ClientState
    {
        /// <summary>Trying to reach the daemon; goes on by itself.</summary>
        Connecting,
        /// <summary>The daemon has said welcome.</summary>
        Connected,
        /// <summary>The daemon refused this client (version or token); tried again every five seconds.</summary>
        Refused,
        /// <summary>Disposed.</summary>
        Closed,
    }

    /// <summary>
    /// A connection to one daemon, for all faces of a game. It connects, and connects again, on threads of its own;
    /// calls
    /// never wait for the network. Call <see cref="Poll"/> once a frame: all events and answers come from there.
    /// Use it from one thread.
    /// </summary>
    public sealed partial class FaceClient : IDisposable
    {
        /// <summary>Where <c>npcface serve</c> listens by default.</summary>
        public const string DefaultAddress = "tcp://127.0.0.1:5747";

        readonly string _address, _token, _name, _protocol;
        readonly bool _sharedMemory;
        readonly Outbox _outbox = new Outbox();
        readonly Link _link;
        readonly Queue<Action> _inbox = new Queue<Action>();
        readonly object _gate = new object();
        readonly Dictionary<uint, FaceStream> _streams = new Dictionary<uint, FaceStream>();
        uint _streamNumbers;
        volatile Welcome _welcome;
        volatile int[] _order; // channel of the agreed order → place in FaceState.Values, −1 for one we do not know
        volatile ClientState _state;

        /// <summary>Begins to connect.</summary>
        /// <param name="address"><c>tcp://HOST:PORT</c>, as in the daemon's ready line.</param>
        /// <param name="token">If the daemon was started with one.</param>
        /// <param name="name">Free text for the daemon's log, such as "my-game 1.2".</param>
        /// <param name="sharedMemory">
        /// Take pixels through shared memory if the daemon runs on this machine and both can; else by the socket.
        /// </param>
        /// <exception cref="FaceException">The address is malformed.</exception>
        public FaceClient(string address = DefaultAddress, string token = "", string name = "npcface-csharp 0.1.0",
            bool sharedMemory = true)
            : this(address, token, name, Wire.Requests.Protocol, sharedMemory) { }

        internal FaceClient(string address, string token, string name, string protocol, bool sharedMemory = true)
        {
            _address = address;
            _protocol = protocol;
            _token = token ?? "";
            _name = name ?? "";
            var place = new Address(address);
            _sharedMemory = sharedMemory && place.IsThisMachine;
            _link = new Link(place, _outbox, this);
            _link.Start();
        }

        /// <summary>The daemon said welcome, for the first time or again after it was restarted.</summary>
        public event Action<Welcome> Connected;

        /// <summary>The connection was lost; the client tries to get it back.</summary>
        public event Action<FaceError> Disconnected;

        /// <summary>Something that belongs to no stream and no call went wrong.</summary>
        public event Action<FaceError> Failed;

        /// <summary>
        /// Nothing failed, but a person should know: who may use a portrait is not stated, or the daemon fell back to
        /// something slower.
        /// </summary>
        public event Action<FaceNotice> Noticed;

        /// <summary>How far it has come.</summary>
        public ClientState State => _state;

        /// <summary>What the daemon said last; null before the first handshake.</summary>
        public Welcome Welcome => _welcome;

        /// <summary>Why it is not connected; null while it is.</summary>
        public FaceError LastError { get; private set; }

        /// <summary>Longest wait for an answer, in seconds.</summary>
        public double TimeoutSeconds { get; set; } = 10.0;

        /// <summary>
        /// Opens a stream of textures; it stays open, also over restarts of the daemon, until it is closed.
        /// </summary>
        /// <exception cref="FaceException">Options out of range, or the client is closed.</exception>
        public FaceStream Open(FaceOptions options)
        {
            options.Check();
            if (_state == ClientState.Closed)
                throw new FaceException(FaceErrorCode.Lost, "The client is closed.", "Make a new FaceClient.");
            lock (_gate)
            {
                var stream = new FaceStream(this, _outbox, ++_streamNumbers, options.Copy());
                _streams.Add(stream.Id, stream);
                if (_state == ClientState.Connected)
                    stream.Reopen(now: false);
                return stream;
            }
        }

        /// <summary>
        /// Hands over what came since the last call: events, answers, errors. Nothing is allocated if nothing did.
        /// </summary>
        public void Poll()
        {
            while (true)
            {
                Action notice;
                lock (_inbox)
                {
                    if (_inbox.Count == 0)
                        break;
                    notice = _inbox.Dequeue();
                }
                notice();
            }
            Expire();
        }

        /// <summary>Says goodbye and ends the threads; takes a second at most. Can be called twice.</summary>
        public void Dispose()
        {
            if (_state == ClientState.Closed)
                return;
            var bye = _outbox.Rent();
            Wire.Requests.Plain(bye.Writer, 0, "bye");
            _outbox.PostNow(bye);
            _link.Dispose();
            _state = ClientState.Closed;
            lock (_gate)
                _streams.Clear();
            lock (_inbox)
                _inbox.Clear();
        }

        internal bool IsConnected => _state == ClientState.Connected;

        internal int[] Order => _order;

        internal void Notify(Action notice)
        {
            lock (_inbox)
                _inbox.Enqueue(notice);
        }

        internal void Forget(FaceStream stream)
        {
            lock (_gate)
                _streams.Remove(stream.Id);
        }
    }
}
