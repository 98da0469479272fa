using System;
using Npcface.Net;
using Npcface.Wire;

namespace Npcface
{
    /// <summary>What the reading thread does; nothing here may call the game, only <c>Notify</c> it.</summary>
    public sealed partial class FaceClient : ILinkOwner
    {
        const int RefusedMilliseconds = 5000;

        uint _hello;
        bool _greeted;
        FaceError _refusal;
        byte[] _unwanted = Array.Empty<byte>();

        void ILinkOwner.Greeted()
        {
            _greeted = true;
            SayHello();
        }

        void ILinkOwner.Message(ZmtpInput input)
        {
            var header = input.Body();
            if (FrameHeader.TryRead(header, out var frame))
            {
                if (frame.Slot >= 0)
                    Find(frame.Stream)?.ReceiveShared(frame);
                else if (!input.More)
                    throw Malformed("a frame without pixels");
                else
                {
                    input.Next();
                    Pixels(input, frame);
                }
            }
            else
                Control(MessageMap.Decode(header));
            while (input.More)
            {
                input.Next();
                input.Body(Unwanted(input.Length));
            }
        }

        int ILinkOwner.Lost(FaceError reason)
        {
            var refused = _refusal;
            var error = refused ?? reason;
            LastError = error;
            var before = _state;
            _state = refused != null ? ClientState.Refused : ClientState.Connecting;
            if (_greeted)
            {
                _outbox.Reset(keepWaiting: false);
                FailAll(error);
                lock (_gate)
                    foreach (var stream in _streams.Values)
                        stream.LinkLost();
            }
            if (before == ClientState.Connected)
                Notify(() => Disconnected?.Invoke(error));
            else if (reason.Code == FaceErrorCode.Internal || reason.Code == FaceErrorCode.Protocol)
                Notify(() => Failed?.Invoke(error));
            _greeted = false;
            _refusal = null;
            return refused != null ? RefusedMilliseconds : 0;
        }

        void SayHello()
        {
            var message = _outbox.Rent();
            lock (_pending)
                _hello = message.Request = _requests = _requests == uint.MaxValue ? 1 : _requests + 1;
            Requests.Hello(message.Writer, _hello, _name, Array.Empty<string>(), _token, _protocol, _sharedMemory);
            _outbox.PostNow(message);
        }

        void Pixels(ZmtpInput input, in FrameHeader header)
        {
            var stream = Find(header.Stream);
            if (input.Length != header.Bytes)
                throw Malformed($"{input.Length} bytes of pixels for {header.Width} × {header.Height} "
                    + $"{header.Format.Name()}, {header.Bytes} are expected");
            if (stream == null)
                input.Body(Unwanted(input.Length)); // closed a moment ago
            else
                stream.Receive(input, header);
        }

        void Control(MessageMap map)
        {
            var request = (uint)map.Integer("request");
            switch (map.Text("type"))
            {
                case "welcome":
                    Welcomed(new Welcome(map));
                    return;
                case "error":
                    Refuse(request, FaceError.Read(map));
                    return;
                case "level":
                    Stream(map)?.LevelIs(new FaceLevel(map));
                    return;
                case "notice":
                    var notice = new FaceNotice(map);
                    Notify(() => Noticed?.Invoke(notice));
                    return;
                case "ended":
                    Stream(map)?.LineOver(map.Text("then") == "stop");
                    return;
                case "closed":
                    Stream(map)?.ClosedByDaemon(map.Text("reason"));
                    return;
                case "opened":
                    Stream(map)?.OpenedAs(map.Text("quality", "warp"), map.Map("ring"),
                        map.Boolean("watermark"));
                    break;
            }
            var pending = Answered(request);
            if (pending == null)
                return; // alive, or of a newer version
            if (map.Text("type") == "done")
                PlayBegins(request);
            Notify(() => pending.Done(map));
        }

        void Welcomed(Welcome welcome)
        {
            var order = new int[welcome.ChannelNames.Length];
            for (var i = 0; i < order.Length; i++)
                order[i] = Channels.Find(welcome.ChannelNames[i]);
            _order = order;
            _welcome = welcome;
            LastError = null;
            _link.MostSilentSeconds = Math.Max(10.0, 5.0 * welcome.HeartbeatSeconds);
            _link.Succeeded();
            lock (_gate)
            {
                foreach (var stream in _streams.Values)
                    stream.Reopen(now: true);
                _state = ClientState.Connected;
            }
            _outbox.Open();
            Notify(() => Connected?.Invoke(welcome));
        }

        void Refuse(uint request, FaceError error)
        {
            if (request == _hello)
            {
                _refusal = error;
                Notify(() => Failed?.Invoke(error));
                throw new LinkLostException(error.Cause);
            }
            if (error.Code == FaceErrorCode.Session)
                throw new LinkLostException("The daemon does not know this client any more."); // connect anew
            var pending = Answered(request);
            var stream = Find((uint)Math.Max(error.Stream, 0));
            stream?.Problem(error, report: pending == null);
            if (pending != null)
                Notify(() => Fail(pending, error));
            else if (stream == null)
                Notify(() => Failed?.Invoke(error));
        }

        void PlayBegins(uint request)
        {
            lock (_gate)
                foreach (var stream in _streams.Values)
                    stream.PlayBegins(request);
        }

        FaceStream Stream(MessageMap map) => Find((uint)map.Integer("stream"));

        FaceStream Find(uint id)
        {
            lock (_gate)
                return _streams.TryGetValue(id, out var stream) ? stream : null;
        }

        byte[] Unwanted(int bytes)
        {
            if (_unwanted.Length < bytes)
                _unwanted = new byte[bytes];
            return _unwanted;
        }

        static FaceException Malformed(string what) => new FaceException(FaceErrorCode.Protocol,
            $"The daemon sent {what}.", "Is the daemon's version the one this client was made for?");
    }
}
