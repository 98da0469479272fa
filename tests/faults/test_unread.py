"""Clients that take no frames: let go after a while, unless they hold the ring's slots on purpose, and cut off then."""

from __future__ import annotations

import time
from typing import Any

import msgpack
import pytest

from npcface.wire import zmtp
from tests.serve.peer import Peer
from tests.serve.test_raw_zmtp import HELLO, OPEN, RawPeer
from tests.serve.test_sharing import POSIX_ONLY, mapped, step

PATIENCE_S = 1.0
SOON = ("--quality", "warp", "--heartbeat-interval-s", "0.3", "--heartbeat-timeout-s", str(PATIENCE_S))


def idle(peer: RawPeer) -> None:
    """Begin more frames than a TCP connection holds, and do not read them."""
    peer.ask(HELLO)
    peer.ask({**OPEN, "size": 512, "fps": 60})
    peer.send(zmtp.encode_message([msgpack.packb({"type": "idle", "stream": 1})]))


def test_a_client_that_reads_nothing_is_cut_off_so_that_it_connects_anew(start_daemon: Any) -> None:
    running = start_daemon("--shared-memory", "off", *SOON)
    with RawPeer(running.address) as deaf:
        idle(deaf)
        deadline_s = time.monotonic() + 30.0
        while "takes no frames or answers" not in running.log.read_text():
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        with pytest.raises(ConnectionError):
            while True:
                deaf.receive()
        with RawPeer(running.address) as again:
            assert again.ask(HELLO)[0]["type"] == "welcome"


def test_what_was_not_read_of_an_earlier_line_is_not_held_against_a_client(start_daemon: Any) -> None:
    running = start_daemon("--shared-memory", "off", *SOON)
    with RawPeer(running.address) as slow:
        idle(slow)
        time.sleep(0.7 * PATIENCE_S)  # frames wait by now
        slow.send(zmtp.encode_message([msgpack.packb({"type": "stop", "stream": 1, "request": 3})]))
        while slow.receive()[0]["type"] != "done":
            pass
        until_s = time.monotonic() + 2.0 * PATIENCE_S
        while time.monotonic() < until_s:
            slow.receive()  # `alive`: nothing else is asked of it
        slow.send(zmtp.encode_message([msgpack.packb({"type": "ping", "request": 4})]))
        while (answer := slow.receive()[0])["type"] == "alive":
            pass
        assert answer["type"] == "pong"
    assert "takes no frames" not in running.log.read_text()


@POSIX_ONLY
def test_who_holds_every_slot_of_a_ring_stays_for_as_long_as_it_says_something(start_daemon: Any) -> None:
    running = start_daemon(*SOON)
    with Peer(running.address, shared_memory=True) as game, Peer(running.address, shared_memory=True) as dead:
        first: dict[Peer, dict[str, Any]] = {}
        rings = [mapped(one) for one in (game, dead)]
        assert all(ring.slots == 3 for ring in rings)
        for one in (game, dead):
            held = [step(one, sequence) for sequence in range(3)]
            one.send({"type": "state", "stream": 1, "sequence": 3})
            first[one] = held[0]
        until_s = time.monotonic() + 3.0 * PATIENCE_S
        while time.monotonic() < until_s:
            assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
            time.sleep(0.1)
        rings[0].release(first[game])
        assert game.receive("frame")["sequence"] == 3
        assert dead.ask({"type": "ping"}, "pong")["code"] == "session"
    assert running.log.read_text().count("takes no frames") == 1
