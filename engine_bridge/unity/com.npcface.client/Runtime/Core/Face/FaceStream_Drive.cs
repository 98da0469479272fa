using System;
using System.Collections.Generic;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface
{
    public sealed partial class FaceStream
    {
        enum Playing { Nothing, Idle, Line }

        readonly float[] _ordered = new float[128];
        readonly FaceState _last = new FaceState();
        long _sequence = FirstSequence - 1;
        bool _hasState;
        volatile Playing _play;
        bool _thenStop;
        uint _seed, _playRequest;
        string _emotion = "";
        float _strength, _toldImportance;

        /// <summary>
        /// Asks for the texture of one state and returns its sequence number. Of several that wait only the last is
        /// drawn, so it may be called every frame. Stops what is being pushed.
        /// </summary>
        /// <exception cref="FaceException">A number is not finite.</exception>
        public long Submit(FaceState state)
        {
            state.CheckFinite();
            lock (_last)
            {
                _last.CopyFrom(state);
                _hasState = true;
                _play = Playing.Nothing;
                _sequence++;
                if (IsOpen)
                    PostState();
                return _sequence;
            }
        }

        /// <summary>Asks for the texture of one frame of a face tracker and returns its sequence number.</summary>
        /// <param name="points">x, y or x, y, z of 478 (MediaPipe) or 68 (iBUG) points, pixels, y down.</param>
        /// <param name="dims">2 or 3 numbers a point.</param>
        /// <param name="width">Of the image the tracker saw, in pixels.</param>
        /// <param name="height">Of the image the tracker saw, in pixels.</param>
        /// <param name="absolute">Re-enact the tracked face instead of moving this one as it moves.</param>
        /// <exception cref="FaceException">Another number of points.</exception>
        public long SubmitLandmarks(ReadOnlySpan<float> points, int dims, int width, int height, bool absolute = false)
        {
            if (dims != 2 && dims != 3 || points.Length != 478 * dims && points.Length != 68 * dims)
                throw new FaceException(FaceErrorCode.State,
                    $"{points.Length} numbers came for {dims} dimensions, expected 478 or 68 points of 2 or 3 numbers.",
                    "Give x, y (and z) of MediaPipe's 478 or iBUG's 68 points in pixels.");
            lock (_last)
            {
                _play = Playing.Nothing;
                _hasState = false; // the tracker goes on by itself after a restart
                var message = _outbox.Rent();
                message.StateOf = Id;
                Requests.Landmarks(message.Writer, Id, ++_sequence, points, dims, width, height, absolute);
                Deliver(message);
                return _sequence;
            }
        }

        /// <summary>
        /// Speaks a line, or a piece of one; frames come on the daemon's clock from <see cref="Started"/> on.
        /// </summary>
        public void Say(IReadOnlyList<Phoneme> phonemes, SpeechOptions options = default)
        {
            if (options.Continues)
            {
                var piece = _outbox.Rent(_client.Expect(map => { }, Report));
                Requests.Speech(piece.Writer, piece.Request, Id, phonemes, options);
                Deliver(piece);
                return;
            }
            var message = Begin(Playing.Line, options.ThenStop, options.Seed);
            Requests.Speech(message.Writer, message.Request, Id, phonemes, options);
            Deliver(message);
        }

        /// <summary>
        /// Plays rows of numbers in the order of <see cref="Welcome"/>'s channels; see <see cref="Pack"/>.
        /// </summary>
        /// <param name="rows">Frames × channels numbers.</param>
        /// <param name="frames">1 to 36,000.</param>
        /// <param name="fps">Of the rows, 1 to 240 a second.</param>
        /// <param name="thenStop">No idle life afterwards.</param>
        /// <param name="idle">Blinks, breath and sway on top.</param>
        public void Play(ReadOnlySpan<float> rows, int frames, float fps = 30f, bool thenStop = false,
            bool idle = false)
        {
            var message = Begin(Playing.Line, thenStop, 0);
            Requests.Timeline(message.Writer, message.Request, Id, frames, fps, rows, thenStop, idle, 0);
            Deliver(message);
        }

        /// <summary>Writes a state into one row for <see cref="Play"/> and returns the row's length.</summary>
        /// <exception cref="FaceException">Not connected yet: the order of the channels is not agreed.</exception>
        public int Pack(FaceState state, Span<float> row)
        {
            var order = _client.Order ?? throw new FaceException(FaceErrorCode.Lost,
                "The order of the channels is not agreed yet.", "Wait for FaceClient.Connected.");
            for (var i = 0; i < order.Length; i++)
                row[i] = order[i] >= 0 ? state.Values[order[i]] : 0f;
            return order.Length;
        }

        /// <summary>Blinks, breath and sway until something else is asked for.</summary>
        public void Idle(uint seed = 0)
        {
            var message = Begin(Playing.Idle, false, seed);
            Requests.Idle(message.Writer, message.Request, Id, seed);
            Deliver(message);
        }

        /// <summary>Fades to an emotion that lies over speech, timelines and idle life until it is changed.</summary>
        /// <param name="name">One of <see cref="Welcome.Emotions"/>.</param>
        /// <param name="strength">0..1; 0.3 to 0.7 looks like people.</param>
        public void Emotion(string name, float strength = 1f)
        {
            _emotion = name ?? "";
            _strength = strength;
            if (IsOpen)
                PostEmotion();
        }

        /// <summary>Says anew how important it is, such as when the player comes nearer.</summary>
        /// <param name="importance">0 (far away) to 1 (near).</param>
        /// <exception cref="FaceException">Outside 0 to 1.</exception>
        public void SetImportance(float importance)
        {
            FaceOptions.CheckImportance(importance);
            lock (_last)
            {
                Options.Importance = importance; // also for when it is opened again
                if (IsOpen)
                    PostImportance();
            }
        }

        /// <summary>No more pushed frames.</summary>
        public void Stop()
        {
            _play = Playing.Nothing;
            var message = _outbox.Rent(_client.Expect(map => _mailbox.Clear(), Report));
            Requests.Stream(message.Writer, message.Request, "stop", Id);
            Deliver(message);
        }

        OutMessage Begin(Playing what, bool thenStop, uint seed)
        {
            var message = _outbox.Rent(_client.Expect(map => { }, Report));
            lock (_last)
            {
                _play = what;
                _thenStop = thenStop;
                _seed = seed;
                _hasState = false;
                _playRequest = message.Request;
            }
            return message;
        }

        void PostState()
        {
            var message = _outbox.Rent();
            message.StateOf = Id;
            var count = Pack(_last, _ordered);
            Requests.State(message.Writer, Id, _sequence, _ordered.AsSpan(0, count));
            _outbox.Post(message);
        }

        void PostImportance()
        {
            if (_client.Welcome == null || !_client.Welcome.KnowsImportance)
                return;
            _toldImportance = Options.Importance;
            var message = _outbox.Rent(_client.Expect(map => { }, Report));
            Requests.Adjust(message.Writer, message.Request, Id, _toldImportance);
            _outbox.Post(message);
        }

        void PostEmotion()
        {
            var message = _outbox.Rent(_client.Expect(map => { }, Report));
            Requests.Emotion(message.Writer, message.Request, Id, _emotion, _strength);
            _outbox.Post(message);
        }
    }
}
