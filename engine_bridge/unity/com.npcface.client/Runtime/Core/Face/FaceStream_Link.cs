using System.Collections.Generic;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>What the reading thread tells a stream.</summary>
    public sealed partial class FaceStream
    {
        readonly List<OutMessage> _waiting = new List<OutMessage>();
        bool _awaitsFirst;
        SharedRing _ring; // of the reading thread
        readonly WholeTexture _whole = new WholeTexture(); // so is this

        /// <summary>The pixels of a frame lie ready.</summary>
        internal void Receive(ZmtpInput input, in FrameHeader header)
        {
            if (!header.IsPart && !(Options.Partial && header.Format == FaceFormat.Rgba8))
                input.Body(Prepare(header).Pixels);
            else if (_whole.TryRead(input, header))
                _whole.CopyTo(Prepare(header).Pixels);
            else
                return; // a whole one comes soon
            Publish(header);
        }

        /// <summary>A frame whose pixels lie in shared memory; overwritten ones count as dropped.</summary>
        internal void ReceiveShared(in FrameHeader header)
        {
            _whole.Forget();
            if (_ring != null && _ring.TryRead(header.Slot, header.Generation, header.Format, Prepare(header).Pixels))
                Publish(header);
        }

        FaceFrame Prepare(in FrameHeader header)
        {
            var frame = _mailbox.Writing;
            frame.Reserve(header.Width, header.Height, header.Format);
            frame.Sequence = header.Sequence;
            frame.TimeSeconds = header.TimeSeconds;
            frame.Premultiplied = header.Premultiplied;
            frame.Dropped = header.Dropped;
            return frame;
        }

        void Publish(in FrameHeader header)
        {
            _mailbox.Publish();
            if (!_awaitsFirst || header.Sequence >= FirstSequence)
                return;
            _awaitsFirst = false;
            TellStarted(header.TimeSeconds);
        }

        // apart, because a method that may make a closure makes it whenever it is called
        void TellStarted(double seconds) => _client.Notify(() => Started?.Invoke(seconds));

        /// <summary>
        /// The daemon has confirmed a request; if it was to play, the next pushed frame is its first.
        /// </summary>
        internal void PlayBegins(uint request)
        {
            if (request == _playRequest)
                _awaitsFirst = true;
        }

        /// <summary>Opens the stream, for the first time or again.</summary>
        internal void Reopen(bool now)
        {
            var message = _outbox.Rent(_client.Expect(map => { }, OpenFailed));
            lock (_last)
                _toldImportance = Options.Importance;
            Requests.Open(message.Writer, message.Request, Id, Options);
            if (now)
                _outbox.PostNow(message);
            else
                _outbox.Post(message);
        }

        /// <summary>The daemon draws it: it goes on with what it did last, and gets what waited for this.</summary>
        internal void OpenedAs(string quality, MessageMap ring, bool watermark)
        {
            UnmapRing();
            _whole.Forget();
            _ring = ring.Count > 0 ? SharedRing.TryOpen(ring) : null;
            SharedMemory = _ring != null;
            lock (_last)
            {
                Quality = quality;
                Watermark = watermark;
                IsOpen = true;
                Level = null;
                if (!Options.Importance.Equals(_toldImportance)) // changed while it was being opened
                    PostImportance();
                if (_emotion.Length > 0)
                    PostEmotion();
                if (_hasState)
                    PostState();
                else if (_play == Playing.Idle && _playRequest == 0)
                    ResumeIdle();
                foreach (var message in _waiting)
                    _outbox.Post(message);
                _waiting.Clear();
            }
            _client.Notify(() => Opened?.Invoke(quality));
        }

        /// <summary>Sends now, or when the stream is open: while its character is read from disk it is not.</summary>
        void Deliver(OutMessage message)
        {
            lock (_last)
                if (IsOpen)
                    _outbox.Post(message);
                else
                    _waiting.Add(message);
        }

        /// <summary>Takes back a request that still waits for the stream to open.</summary>
        internal void Cancel(uint request)
        {
            lock (_last)
                if (_waiting.RemoveAll(message => message.Request == request) > 0)
                    _play = Playing.Nothing;
        }

        void OpenFailed(FaceError error)
        {
            DropWaiting();
            Report(error);
        }

        void DropWaiting()
        {
            lock (_last)
            {
                foreach (var message in _waiting)
                    _client.Forget(message.Request);
                _waiting.Clear();
            }
        }

        /// <summary>
        /// The connection is gone. A line is over; what follows it, or idle life, is asked for again later.
        /// </summary>
        internal void LinkLost()
        {
            UnmapRing();
            lock (_last)
            {
                IsOpen = false;
                DropWaiting();
                if (_play == Playing.Line)
                {
                    _play = _thenStop ? Playing.Nothing : Playing.Idle;
                    _client.Notify(() => Interrupted?.Invoke());
                }
                _playRequest = 0;
            }
        }

        internal void LevelIs(FaceLevel level)
        {
            Level = level.Level > 0 ? level : null;
            _client.Notify(() => LevelChanged?.Invoke(level));
        }

        internal void LineOver(bool thenStop)
        {
            _play = thenStop ? Playing.Nothing : Playing.Idle;
            _client.Notify(() => Ended?.Invoke());
        }

        internal void ClosedByDaemon(string reason)
        {
            if (_closed)
                return;
            var error = new FaceError(FaceErrorCode.Lost, $"The daemon closed stream {Id}: {reason}.",
                "It is opened again when the daemon is back.", Id);
            _client.Notify(() => Report(error));
        }

        /// <summary>The daemon refused something of this stream.</summary>
        internal void Problem(FaceError error, bool report)
        {
            _problem = error;
            _mailbox.Wake();
            if (report)
                _client.Notify(() => Report(error));
        }

        void UnmapRing()
        {
            _ring?.Dispose();
            _ring = null;
            SharedMemory = false;
        }

        void ResumeIdle()
        {
            var message = _outbox.Rent(_client.Expect(map => { }, Report));
            _playRequest = message.Request;
            Requests.Idle(message.Writer, message.Request, Id, _seed);
            _outbox.Post(message);
        }

        void Report(FaceError error) => Failed?.Invoke(error);
    }
}
