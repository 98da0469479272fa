"""What one connection may take of the daemon's time, and that nobody can speak for another."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from npcface.serve.gate import GUESSES
from npcface.serve.limits import Bucket
from npcface.wire import zmtp
from tests.serve.peer import Peer
from tests.serve.test_raw_zmtp import HELLO, OPEN, RawPeer


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    bucket = Bucket(rate=10.0, burst=5.0, left=5.0, filled_s=0.0)
    assert sum(bucket.take(0.0) for _ in range(100)) == 5
    assert sum(bucket.take(1.0 + k * 0.01) for k in range(100)) in (14, 15)
    assert bucket.take(100.0, 1000.0) and not bucket.take(101.0), "what was taken too much is owed"
    assert bucket.take(200.0)


def flood(peer: Peer, frames: list[bytes], seconds: float) -> list[dict[str, Any]]:
    """Send as fast as it goes for so long; the errors that came back."""
    import msgpack
    import zmq

    until_s, errors = time.monotonic() + seconds, []
    peer.socket.sndhwm = 100
    while time.monotonic() < until_s:
        try:
            peer.socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            peer.socket.poll(5, zmq.POLLOUT)
        while peer.socket.poll(0):
            answer = msgpack.unpackb(peer.socket.recv_multipart()[0])
            if answer["type"] == "error":
                errors.append(answer)
    return errors


def test_a_flood_of_pings_is_told_once_a_second_and_harms_nobody(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--quality", "warp", "--messages-per-s", "50")
    import msgpack

    with Peer(running.address) as flooder, Peer(running.address) as game:
        seconds = 2.0
        errors = flood(flooder, [msgpack.packb({"type": "ping"})], seconds)
        assert 1 <= len(errors) <= seconds + 2 and {error["code"] for error in errors} == {"limit"}
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_a_flood_of_garbage_is_no_flood_of_errors(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--quality", "warp", "--errors-per-s", "5")
    with Peer(running.address) as flooder, Peer(running.address) as game:
        seconds = 2.0
        assert len(flood(flooder, [b"\xc1garbage"], seconds)) <= 4 * 5 + seconds * 5 + seconds + 2
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_who_never_stops_is_cut(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--quality", "warp", "--megabytes-per-s", "2")
    with RawPeer(running.address) as peer:
        assert peer.ask(HELLO)[0]["type"] == "welcome"
        heavy = zmtp.encode_message([b"\xc0", bytes(2 << 20)])
        peer.socket.settimeout(5.0)
        with pytest.raises((ConnectionError, TimeoutError)):  # cut, or not read any more
            for _ in range(1000):
                peer.send(heavy)
    with Peer(running.address) as game:
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
    assert "was cut: it sent more than it may" in running.log.read_text()


def test_opens_and_lookups_are_counted(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--quality", "warp", "--opens-per-s", "1", "--lookups-per-s", "1")
    with Peer(running.address) as peer:
        opens = [peer.ask({**OPEN, "stream": number, "request": 77}, "opened")["type"] for number in range(8)]
        assert opens[:4] == ["opened"] * 4 and opens[-1] == "error"
        lists = [peer.ask({"type": "list"}, "characters")["type"] for _ in range(8)]
        assert lists[:4] == ["characters"] * 4 and lists[-1] == "error"


def test_wrong_tokens_make_one_wait(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--token", "open sesame", "--hellos-per-s", "100")
    hello = {"type": "hello", "protocol": "1.0.0"}
    with Peer(running.address, hello=False) as guesser:
        codes = [guesser.ask({**hello, "token": f"guess {k}"})["code"] for k in range(20)]
        assert codes[:GUESSES] == ["session"] * GUESSES and set(codes[GUESSES:]) == {"limit"}
        assert guesser.ask({**hello, "token": "open sesame"})["code"] == "limit", "not even the right one"
    with Peer(running.address, token="open sesame") as game:
        assert game.welcome["type"] == "welcome"


def test_nobody_speaks_for_another(daemon: Any) -> None:
    """ROUTER hands an identity over to whoever connects with it; the session stays with who said hello."""
    with RawPeer(daemon.address, b"victim") as victim:
        assert victim.ask(HELLO)[0]["type"] == "welcome"
        assert victim.ask(OPEN)[0]["type"] == "opened"
        with RawPeer(daemon.address, b"victim") as thief:
            answer, _ = thief.ask({"type": "state", "stream": 1, "sequence": 1})
            assert (answer["type"], answer["code"]) == ("error", "session")


def test_idle_connections_lock_nobody_out(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--max-connections", "40")
    host, port = running.address.removeprefix("tcp://").rsplit(":", 1)
    with Peer(running.address) as game:
        crowd = [socket.create_connection((host, int(port)), timeout=30) for _ in range(120)]
        try:
            assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
        finally:
            for one in crowd:
                one.close()
        with Peer(running.address) as late:
            assert late.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_clients_that_go_make_room_at_once(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--max-clients", "2", "--probe-interval-s", "3600")
    with Peer(running.address) as game:
        for _ in range(5):
            deadline_s = time.monotonic() + 20.0
            while True:
                with Peer(running.address, hello=False) as guest:
                    if guest.ask({"type": "hello", "protocol": "1.0.0"}, "welcome")["type"] == "welcome":
                        break
                assert time.monotonic() < deadline_s
                time.sleep(0.05)
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
