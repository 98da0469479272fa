"""Peers that hang up in the worst moment, or call themselves like another, harm nobody but themselves."""

from __future__ import annotations

import time
from typing import Any

import msgpack
import pytest
import zmq

from tests.serve.peer import Peer

PING = msgpack.packb({"type": "ping"})


def test_a_flood_that_hangs_up_does_not_end_the_daemon(start_daemon: Any) -> None:
    """libzmq 4.3.5 aborts when a PING is due on a connection whose input waits and whose peer is gone."""
    daemon = start_daemon("--heartbeat-interval-s", "0.2", "--heartbeat-timeout-s", "1.0")
    with zmq.Context() as context:
        for _ in range(3):
            flooders = [context.socket(zmq.DEALER) for _ in range(12)]
            for flooder in flooders:
                flooder.linger = 100
                flooder.connect(daemon.address)
            for _ in range(400):
                for flooder in flooders:
                    flooder.send(PING)
            for flooder in flooders:
                flooder.close()
        with Peer(daemon.address) as peer:
            for _ in range(10):  # of the intervals: enough for an abort
                time.sleep(0.1)
                assert peer.ask({"type": "ping"}, "pong")["type"] == "pong"
    assert daemon.process.poll() is None


@pytest.mark.parametrize("elder_stays", [True, False])
def test_who_calls_himself_like_another_gets_nothing_of_his(start_daemon: Any, elder_stays: bool) -> None:
    daemon = start_daemon()
    with zmq.Context() as context:
        elder, younger = (context.socket(zmq.DEALER) for _ in range(2))
        for socket in (elder, younger):
            socket.linger = 0
            socket.setsockopt(zmq.ROUTING_ID, b"the same")
        elder.connect(daemon.address)
        elder.send(msgpack.packb({"type": "hello", "protocol": "1.3.0"}))
        assert msgpack.unpackb(elder.recv_multipart()[0])["type"] == "welcome"
        elder.send(msgpack.packb({"type": "open", "stream": 1, "character": "ada", "size": 64}))
        elder.send(msgpack.packb({"type": "idle", "stream": 1}))
        while msgpack.unpackb(elder.recv_multipart()[0])["type"] != "frame":
            pass
        if not elder_stays:
            elder.close()
        younger.connect(daemon.address)
        younger.send(PING)
        came = []
        while younger.poll(1500):
            came.append(msgpack.unpackb(younger.recv_multipart()[0])["type"])
        assert "frame" not in came and "alive" not in came, "these are for who said hello"
        if elder_stays:
            assert msgpack.unpackb(elder.recv_multipart()[0])["type"] in ("frame", "alive")
        elder.close()
        younger.close()
