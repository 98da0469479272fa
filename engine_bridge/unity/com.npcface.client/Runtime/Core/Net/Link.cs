using System;
using System.Net.Sockets;
using System.Threading;
using Npcface.Wire;

namespace Npcface.Net
{
    /// <summary>
    /// A ZMTP connection that makes itself anew for as long as it lives. Two threads of its own: one connects and
    /// reads,
    /// one sends, so that the game's threads never touch the socket and frames are taken while a level loads.
    /// </summary>
    internal sealed partial class Link : IDisposable
    {
        readonly Address _address;
        readonly Outbox _outbox;
        readonly ILinkOwner _owner;
        readonly Thread _reader, _sender;
        readonly object _sleep = new object();
        readonly Backoff _backoff = new Backoff();
        volatile Session _session;
        volatile bool _stop, _leave;

        public Link(Address address, Outbox outbox, ILinkOwner owner)
        {
            _address = address;
            _outbox = outbox;
            _owner = owner;
            _reader = new Thread(Read) { IsBackground = true, Name = "npcface read" };
            _sender = new Thread(Send) { IsBackground = true, Name = "npcface send" };
        }

        /// <summary>Seconds of silence after which the daemon is taken for dead.</summary>
        public double MostSilentSeconds
        {
            set
            {
                var session = _session;
                if (session != null)
                    session.Source.MostSilentSeconds = value;
            }
        }

        public void Start()
        {
            _reader.Start();
            _sender.Start();
        }

        /// <summary>The handshake succeeded: after the next loss try again soon.</summary>
        public void Succeeded() => _backoff.Reset();

        /// <summary>
        /// Sends what is ready, then ends both threads. Takes a second at most, whatever the daemon does.
        /// </summary>
        public void Dispose()
        {
            _leave = true;
            _sender.Join(300);
            _stop = true;
            lock (_sleep)
                Monitor.PulseAll(_sleep);
            _session?.Break();
            _reader.Join(600);
        }

        void Read()
        {
            while (!_stop)
            {
                var reason = Connected();
                if (_stop)
                    return;
                var wait = Math.Max(_owner.Lost(reason), _backoff.Next());
                lock (_sleep)
                    if (!_stop)
                        Monitor.Wait(_sleep, wait);
            }
        }

        /// <summary>One connection from its beginning to its end; returns why it ended.</summary>
        FaceError Connected()
        {
            Session session = null;
            try
            {
                var socket = _address.Connect(Stopped);
                session = new Session(socket, new SocketSource(socket, Stopped));
                Serve(session);
                return null;
            }
            catch (LinkLostException error)
            {
                return Lost(error.Message);
            }
            catch (FaceException error)
            {
                return error.Error;
            }
            catch (Exception error) when (error is SocketException || error is ObjectDisposedException)
            {
                return Lost($"There is no connection to {_address} ({error.Message}).");
            }
            catch (Exception error) // a mistake in here must not end the game
            {
                return new FaceError(FaceErrorCode.Internal, error.ToString(), "Please report it.");
            }
            finally
            {
                _session = null;
                session?.Break();
            }
        }

        bool Stopped() => _stop;

        static FaceError Lost(string cause) => new FaceError(FaceErrorCode.Lost, cause,
            "Is the daemon running (npcface serve)? The client keeps trying.");
    }
}
