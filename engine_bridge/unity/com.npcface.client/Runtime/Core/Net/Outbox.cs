using System.Collections.Generic;
using System.Threading;

namespace Npcface.Net
{
    /// <summary>
    /// Messages between the game's threads, which never wait, and the sender's thread. What the handshake needs goes at
    /// once; everything else when the daemon has said welcome. Of several states of a stream only the newest is kept.
    /// </summary>
    internal sealed class Outbox
    {
        const int Most = 256;

        readonly object _gate = new object();
        readonly List<OutMessage> _urgent = new List<OutMessage>(), _normal = new List<OutMessage>();
        readonly Stack<OutMessage> _free = new Stack<OutMessage>();
        bool _open;
        int _session;

        /// <summary>An empty message; give it to <see cref="Post"/>.</summary>
        public OutMessage Rent(uint request = 0)
        {
            lock (_gate)
            {
                var message = _free.Count > 0 ? _free.Pop() : new OutMessage();
                message.Request = request;
                message.StateOf = -1;
                return message;
            }
        }

        /// <summary>Send when the handshake is done; when too many wait, the oldest is given up.</summary>
        public void Post(OutMessage message)
        {
            lock (_gate)
            {
                if (message.StateOf >= 0)
                    RemoveStateOf(message.StateOf);
                if (_normal.Count == Most)
                    Remove(0);
                _normal.Add(message);
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>Send at once: greeting, answers to PING, what is opened again.</summary>
        public void PostNow(OutMessage message)
        {
            lock (_gate)
            {
                _urgent.Add(message);
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>The daemon has said welcome: everything may go.</summary>
        public void Open()
        {
            lock (_gate)
            {
                _open = true;
                Monitor.PulseAll(_gate);
            }
        }

        /// <summary>A new connection begins: what waited for the old one is thrown away. Returns its number.</summary>
        public int Reset(bool keepWaiting)
        {
            lock (_gate)
            {
                _open = false;
                Drop(_urgent);
                if (!keepWaiting)
                    Drop(_normal);
                return ++_session;
            }
        }

        /// <summary>Takes back a request that has not gone out.</summary>
        public void Cancel(uint request)
        {
            lock (_gate)
                for (var i = _normal.Count - 1; i >= 0; i--)
                    if (_normal[i].Request == request)
                        Remove(i);
        }

        /// <summary>The next message; waits for one, but not longer than given.</summary>
        public bool TryTake(out OutMessage message, int waitMilliseconds)
        {
            lock (_gate)
            {
                var list = Ready();
                if (list == null)
                {
                    Monitor.Wait(_gate, waitMilliseconds);
                    list = Ready();
                }
                message = list?[0];
                list?.RemoveAt(0);
                if (message != null)
                    message.Session = _session;
                return message != null;
            }
        }

        /// <summary>The message was sent or given up: its buffer is used again.</summary>
        public void Return(OutMessage message)
        {
            lock (_gate)
                _free.Push(message);
        }

        List<OutMessage> Ready() => _urgent.Count > 0 ? _urgent : _open && _normal.Count > 0 ? _normal : null;

        void RemoveStateOf(long stream)
        {
            for (var i = 0; i < _normal.Count; i++)
                if (_normal[i].StateOf == stream)
                {
                    Remove(i);
                    return;
                }
        }

        void Remove(int index)
        {
            _free.Push(_normal[index]);
            _normal.RemoveAt(index);
        }

        void Drop(List<OutMessage> messages)
        {
            foreach (var message in messages)
                _free.Push(message);
            messages.Clear();
        }
    }
}
