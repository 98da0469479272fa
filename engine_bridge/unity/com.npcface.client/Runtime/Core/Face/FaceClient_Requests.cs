using System;
using System.Collections.Generic;
using System.Diagnostics;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface
{
    public sealed partial class FaceClient
    {
        sealed class Pending
        {
            public Action<MessageMap> Done;
            public Action<FaceError> Failed;
            public double Deadline;
        }

        readonly Dictionary<uint, Pending> _pending = new Dictionary<uint, Pending>();
        readonly Stopwatch _clock = Stopwatch.StartNew();
        uint _requests;

        /// <summary>All characters in the daemon's store, also those that cannot be used, with the reason.</summary>
        public void ListCharacters(Action<IReadOnlyList<CharacterInfo>> done, Action<FaceError> failed = null) =>
            Ask("list", map => done(CharacterInfo.Read(map)), failed);

        /// <summary>The daemon's figures.</summary>
        public void Stats(Action<DaemonFigures> done, Action<FaceError> failed = null) =>
            Ask("stats", map => done(new DaemonFigures(map)), failed);

        /// <summary>Is the daemon there? Gives the seconds it has been up.</summary>
        public void Ping(Action<double> done, Action<FaceError> failed = null) =>
            Ask("ping", map => done(map.Number("time_s")), failed);

        /// <summary>Reads a character into the daemon's memory before it is needed.</summary>
        public void Load(string character, Action done = null, Action<FaceError> failed = null) =>
            Ask("load", character, done, failed);

        /// <summary>Lets the daemon forget a character that no stream shows.</summary>
        public void Unload(string character, Action done = null, Action<FaceError> failed = null) =>
            Ask("unload", character, done, failed);

        /// <summary>
        /// Reads a character again from disk; open streams change over, and keep the old face on error.
        /// </summary>
        public void Reload(string character, Action done = null, Action<FaceError> failed = null) =>
            Ask("reload", character, done, failed);

        /// <summary>
        /// A number for a request whose answer goes to one of the two; both are called from <see cref="Poll"/>.
        /// </summary>
        internal uint Expect(Action<MessageMap> done, Action<FaceError> failed)
        {
            lock (_pending)
            {
                _requests = _requests == uint.MaxValue ? 1 : _requests + 1;
                _pending[_requests] = new Pending
                {
                    Done = done, Failed = failed, Deadline = _clock.Elapsed.TotalSeconds + TimeoutSeconds,
                };
                return _requests;
            }
        }

        void Ask(string type, Action<MessageMap> done, Action<FaceError> failed)
        {
            var message = _outbox.Rent(Expect(done, failed));
            Requests.Plain(message.Writer, message.Request, type);
            _outbox.Post(message);
        }

        void Ask(string type, string character, Action done, Action<FaceError> failed)
        {
            var message = _outbox.Rent(Expect(map => done?.Invoke(), failed));
            Requests.Character(message.Writer, message.Request, type, character);
            _outbox.Post(message);
        }

        /// <summary>Takes the request an answer belongs to, null if nobody waits for it.</summary>
        Pending Answered(uint request)
        {
            lock (_pending)
                return request != 0 && _pending.Remove(request, out var pending) ? pending : null;
        }

        /// <summary>Nobody waits for this answer any more.</summary>
        internal void Forget(uint request) => Answered(request);

        void Fail(Pending pending, FaceError error)
        {
            if (pending.Failed != null)
                pending.Failed(error);
            else
                Failed?.Invoke(error);
        }

        void FailAll(FaceError error)
        {
            lock (_pending)
            {
                foreach (var pending in _pending.Values)
                    Notify(() => Fail(pending, error));
                _pending.Clear();
            }
        }

        void Expire()
        {
            var late = 0u;
            lock (_pending)
                foreach (var pair in _pending)
                    if (pair.Value.Deadline < _clock.Elapsed.TotalSeconds)
                        late = pair.Key;
            if (late == 0)
                return; // one a call is enough: it is called every frame
            _outbox.Cancel(late);
            lock (_gate)
                foreach (var stream in _streams.Values)
                    stream.Cancel(late);
            var pending = Answered(late);
            if (pending != null)
                Fail(pending, new FaceError(FaceErrorCode.Timeout,
                    $"The daemon at {_address} does not answer within {TimeoutSeconds:0.#} s.",
                    "Is it running there (npcface serve), and is the address the one in its ready line?"));
        }
    }
}
