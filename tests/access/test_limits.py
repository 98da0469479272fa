"""What one connection may take of the daemon's time, and that nobody can speak for another."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
import pytest
import zmq

from npcface.errors import LimitError
from npcface.serve.config import Config
from npcface.serve.gate import GUESSES
from npcface.serve.limits import Bucket, Limits
from npcface.wire import zmtp
from npcface.wire.requests import List
from tests.conftest import Daemon, start
from tests.serve.peer import Peer
from tests.serve.test_raw_zmtp import HELLO, OPEN, RawPeer

TOKEN = "open sesame"
ERRORS_PER_S = 5
STRICT = (
    "--quality", "warp", "--token", TOKEN, "--messages-per-s", "50", "--errors-per-s", str(ERRORS_PER_S),
    "--megabytes-per-s", "2", "--hellos-per-s", "100", "--max-connections", "40",
    "--opens-per-s", "0.001", "--lookups-per-s", "0.001",  # no third one, however long a machine takes
)  # fmt: skip


@pytest.fixture(scope="module")
def strict(character_store: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """Allows little; limits are those of a connection, so tests that make their own do not meet."""
    running = start(character_store, tmp_path_factory.mktemp("strict") / "log.txt", *STRICT)
    yield running
    assert running.stop() == 0, running.log.read_text()


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    bucket = Bucket(rate=10.0, burst=5.0, left=5.0, filled_s=0.0)
    assert sum(bucket.take(0.0) for _ in range(100)) == 5
    assert sum(bucket.take(1.0 + k * 0.01) for k in range(100)) in (14, 15)
    assert bucket.take(100.0, 1000.0) and not bucket.take(101.0), "what was taken too much is owed"
    assert bucket.take(200.0)


def test_four_seconds_worth_may_come_at_once() -> None:
    limits = Limits(Config(lookups_per_s=1.0), 0.0)
    for _ in range(4):
        limits.charge(List(), 0.0)
    with pytest.raises(LimitError, match="1 times a second"):
        limits.charge(List(), 0.0)
    limits.charge(List(), 0.5)


def flood(peer: Peer, frames: list[bytes]) -> tuple[list[dict[str, Any]], float]:
    """Send as fast as it goes for two seconds; the errors that came back, and how long it really took."""
    began_s, errors = time.monotonic(), []
    peer.socket.sndhwm = 100
    while time.monotonic() < began_s + 2.0:
        try:
            peer.socket.send_multipart(frames, zmq.NOBLOCK)
        except zmq.Again:
            peer.socket.poll(5, zmq.POLLOUT)
        while peer.socket.poll(0):
            answer = msgpack.unpackb(peer.socket.recv_multipart()[0])
            if answer["type"] == "error":
                errors.append(answer)
    return errors, time.monotonic() - began_s


def test_a_flood_of_pings_is_told_once_a_second_and_harms_nobody(strict: Daemon) -> None:
    with Peer(strict.address, token=TOKEN) as flooder, Peer(strict.address, token=TOKEN) as game:
        errors, seconds = flood(flooder, [msgpack.packb({"type": "ping"})])
        assert 1 <= len(errors) <= seconds + 2 and {error["code"] for error in errors} == {"limit"}
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_a_flood_of_garbage_is_no_flood_of_errors(strict: Daemon) -> None:
    with Peer(strict.address, token=TOKEN) as flooder, Peer(strict.address, token=TOKEN) as game:
        errors, seconds = flood(flooder, [b"\xc1garbage"])
        assert len(errors) <= (4 + seconds) * ERRORS_PER_S + seconds + 2
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_who_never_stops_is_cut(strict: Daemon) -> None:
    before = len(strict.log.read_text())
    with RawPeer(strict.address) as peer:
        assert peer.ask({**HELLO, "token": TOKEN})[0]["type"] == "welcome"
        heavy = zmtp.encode_message([b"\xc0", bytes(2 << 20)])
        peer.socket.settimeout(5.0)
        with pytest.raises((ConnectionError, TimeoutError)):  # cut, or not read any more
            for _ in range(1000):
                peer.send(heavy)
    with Peer(strict.address, token=TOKEN) as game:
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
    assert "was cut: it sent more than it may" in strict.log.read_text()[before:]


def test_opens_and_lookups_are_counted(strict: Daemon) -> None:
    with Peer(strict.address, token=TOKEN) as peer:
        opens = [peer.ask({**OPEN, "stream": number, "request": 77}, "opened")["type"] for number in range(4)]
        assert opens[0] == "opened" and opens[2:] == ["error", "error"]
        lists = [peer.ask({"type": "list"}, "characters")["type"] for _ in range(4)]
        assert lists[0] == "characters" and lists[2:] == ["error", "error"]


def test_wrong_tokens_make_one_wait(strict: Daemon) -> None:
    hello = {"type": "hello", "protocol": "1.0.0"}
    tokens = [*(f"guess {k}" for k in range(20)), TOKEN]
    with Peer(strict.address, hello=False) as guesser:
        for number, token in enumerate(tokens):  # all at once, as the first wait is one second
            guesser.send({**hello, "token": token, "request": number})
        codes = [guesser.receive("welcome", "error").get("code", "welcome") for _ in tokens]
        assert codes[:GUESSES] == ["session"] * GUESSES
        assert set(codes[GUESSES:]) == {"limit"}, "not even the right one"
    with Peer(strict.address, token=TOKEN) as game:
        assert game.welcome["type"] == "welcome"


def test_idle_connections_lock_nobody_out(strict: Daemon) -> None:
    host, port = strict.address.removeprefix("tcp://").rsplit(":", 1)
    with Peer(strict.address, token=TOKEN) as game:
        crowd = [socket.create_connection((host, int(port)), timeout=30) for _ in range(120)]
        try:
            assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
        finally:
            for one in crowd:
                one.close()
        with Peer(strict.address, token=TOKEN) as late:
            assert late.ask({"type": "ping"}, "pong")["type"] == "pong"


def test_clients_that_go_make_room_at_once(start_daemon: Callable[..., Any]) -> None:
    running = start_daemon("--quality", "warp", "--max-clients", "2", "--heartbeat-interval-s", "3600")
    with Peer(running.address) as game:
        for _ in range(20):  # one after the other, faster than the daemon looks for those that have gone
            with Peer(running.address) as guest:
                assert guest.welcome["type"] == "welcome"
        assert game.ask({"type": "ping"}, "pong")["type"] == "pong"
