using System;
using System.Net.Sockets;
using Npcface.Wire;

namespace Npcface.Net
{
    internal sealed partial class Link
    {
        const int PingBodyStart = 7; // 1 + "PING" + 2 bytes time to live; the context follows

        /// <summary>Greeting, READY, then messages until the connection breaks.</summary>
        void Serve(Session session)
        {
            var input = new ZmtpInput(session.Source);
            session.Socket.Send(Zmtp.Greeting());
            Zmtp.CheckGreeting(input.Take(Zmtp.GreetingBytes));
            session.Socket.Send(Zmtp.Ready());
            AwaitReady(input);
            session.Number = _outbox.Reset(keepWaiting: true);
            _session = session;
            _owner.Greeted();
            while (!_stop)
            {
                input.Next();
                if (input.IsCommand)
                    Answer(input.Body());
                else
                    _owner.Message(input);
            }
        }

        // libzmq closes a connection on which a message arrives before its own READY has gone out.
        static void AwaitReady(ZmtpInput input)
        {
            input.Next();
            if (!input.IsCommand || !Zmtp.IsCommand(input.Body(), "READY"))
                throw new FaceException(FaceErrorCode.Protocol, "The peer refused the connection.",
                    "Is the port the one of npcface serve?");
        }

        void Answer(ReadOnlySpan<byte> command)
        {
            if (!Zmtp.IsCommand(command, "PING") || command.Length < PingBodyStart)
                return;
            var pong = _outbox.Rent();
            pong.Writer.Command("PONG", command.Slice(PingBodyStart));
            _outbox.PostNow(pong);
        }

        void Send()
        {
            while (!_stop)
            {
                if (!_outbox.TryTake(out var message, _leave ? 0 : 100))
                {
                    if (_leave)
                        return;
                    continue;
                }
                var session = _session;
                if (session != null && session.Number == message.Session)
                    Send(session, message.Writer);
                _outbox.Return(message);
            }
        }

        static void Send(Session session, MessageWriter message)
        {
            try
            {
                for (var at = message.First; at < message.Last;)
                    at += session.Socket.Send(message.Bytes, at, message.Last - at, SocketFlags.None);
            }
            catch (Exception error) when (error is SocketException || error is ObjectDisposedException)
            {
                session.Break(); // the reading thread notices, reports and connects again
            }
        }
    }
}
