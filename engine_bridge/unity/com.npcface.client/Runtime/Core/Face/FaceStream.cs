using System;
using System.Diagnostics;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>
    /// The textures of one face: in lock-step (<see cref="Submit"/>, one texture for one state) or pushed on the
    /// daemon's
    /// clock (<see cref="Say"/>, <see cref="Idle"/>, <see cref="Play"/>). Made by <see cref="FaceClient.Open"/>; events
    /// come from <see cref="FaceClient.Poll"/>. After a restart of the daemon it goes on with what it did last.
    /// </summary>
    public sealed partial class FaceStream
    {
        /// <summary>
        /// Sequence numbers of lock-step frames start here; pushed frames count from 0, so they differ.
        /// </summary>
        public const long FirstSequence = 1L << 32;

        readonly FaceClient _client;
        readonly Outbox _outbox;
        readonly FrameMailbox _mailbox = new FrameMailbox();
        FaceError _problem;
        bool _closed;

        internal FaceStream(FaceClient client, Outbox outbox, uint id, FaceOptions options)
        {
            _client = client;
            _outbox = outbox;
            Id = id;
            Options = options;
        }

        /// <summary>The daemon draws it: its quality, <c>warp</c> or <c>neural</c>. Again after a restart.</summary>
        public event Action<string> Opened;

        /// <summary>
        /// The first frame of a line, timeline or idle life is here; its seconds in the line. Start the sound.
        /// </summary>
        public event Action<double> Started;

        /// <summary>A line or timeline is over.</summary>
        public event Action Ended;

        /// <summary>A line was cut off because the connection was lost; say it again if it still matters.</summary>
        public event Action Interrupted;

        /// <summary>
        /// The daemon draws what it pushes better or less well from now on; frames tell their own size.
        /// </summary>
        public event Action<FaceLevel> LevelChanged;

        /// <summary>The daemon refused something.</summary>
        public event Action<FaceError> Failed;

        /// <summary>Number on the wire.</summary>
        public uint Id { get; }

        /// <summary>What was asked for; do not change it.</summary>
        public FaceOptions Options { get; }

        /// <summary>The daemon has opened it and has not gone since.</summary>
        public bool IsOpen { get; private set; }

        /// <summary><c>warp</c> or <c>neural</c>: what the stream really gets; empty before it is open.</summary>
        public string Quality { get; private set; } = "";

        /// <summary>Its textures carry the invisible mark; the daemon may do so without being asked.</summary>
        public bool Watermark { get; private set; }

        /// <summary>Pixels come through shared memory, not by the socket.</summary>
        public bool SharedMemory { get; private set; }

        /// <summary>The daemon's last word on how it draws it; null as long as it is as it was opened.</summary>
        public FaceLevel Level { get; private set; }

        /// <summary>The daemon pushes frames, as far as is known here.</summary>
        public bool IsPlaying => _play != Playing.Nothing;

        /// <summary>A line or timeline is running.</summary>
        public bool IsSpeaking => _play == Playing.Line;

        /// <summary>Frames that a newer one replaced before they were taken here.</summary>
        public long Skipped => _mailbox.Skipped;

        /// <summary>Frames that came so far.</summary>
        public long Received => _mailbox.Received;

        /// <summary>Frames of which only a part came.</summary>
        public long Parts => _whole.Parts;

        /// <summary>The newest frame if there is one since the last call. It is valid until the next call.</summary>
        public bool TryTakeFrame(out FaceFrame frame) => _mailbox.TryTake(out frame);

        /// <summary>
        /// Sends a state and waits for its texture; for tools and tests, a game does not wait. Frame valid until the
        /// next.
        /// </summary>
        /// <exception cref="FaceException">It did not come in time, or was refused.</exception>
        public FaceFrame Render(FaceState state, int timeoutMilliseconds = 10_000)
        {
            _problem = null;
            var sequence = Submit(state);
            for (var began = Stopwatch.GetTimestamp(); Elapsed(began) < timeoutMilliseconds;)
            {
                if (_mailbox.TryTake(out var frame, 100) && frame.Sequence >= sequence)
                    return frame;
                var problem = _problem;
                if (problem != null)
                    throw new FaceException(problem);
            }
            throw new FaceException(_client.LastError ?? new FaceError(FaceErrorCode.Timeout,
                $"No frame came within {timeoutMilliseconds} ms.", "Is the daemon still running?", Id));
        }

        /// <summary>Closes it; can be called twice.</summary>
        public void Close()
        {
            if (_closed)
                return;
            _closed = true;
            _client.Forget(this);
            if (!_client.IsConnected)
                return;
            var message = _outbox.Rent();
            Requests.Stream(message.Writer, 0, "close", Id);
            _outbox.Post(message);
        }

        static double Elapsed(long since) => (Stopwatch.GetTimestamp() - since) * 1000.0 / Stopwatch.Frequency;
    }
}
