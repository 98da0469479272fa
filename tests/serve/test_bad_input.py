"""Whatever a client sends, it gets a typed error and the daemon lives."""

from __future__ import annotations

import struct
from typing import Any

import msgpack
import pytest

from npcface.wire import PROTOCOL
from tests.serve.peer import Peer

NAN = float("nan")
OPEN = {"type": "open", "stream": 1, "character": "ada", "size": 64}


@pytest.fixture
def peer(daemon: Any) -> Any:
    with Peer(daemon.address) as peer:
        assert peer.ask(OPEN, "opened")["stream"] == 1
        yield peer
        assert peer.ask({"type": "ping"}, "pong")["type"] == "pong", "the daemon no longer answers"
        peer.send({"type": "state", "stream": 1, "sequence": 999, "named": {"jawOpen": 0.5}})
        while (frame := peer.receive("frame"))["sequence"] != 999:
            pass
        assert len(peer.pixels) == frame["width"] * frame["height"] * 4


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"type": "dance"}, "protocol"),
        ({"type": 5}, "protocol"),
        ({}, "protocol"),
        ({"type": "state", "sequence": 1}, "protocol"),
        ({"type": "state", "stream": 1, "sequence": 1, "values": [0.5]}, "state"),
        ({"type": "state", "stream": 1, "sequence": 1, "values": ["a"] * 60}, "protocol"),
        ({"type": "state", "stream": 1, "sequence": 1, "named": {"jawOpen": NAN}}, "state"),
        ({"type": "state", "stream": 1, "sequence": 1, "named": {"JawOpen": 1.0}}, "state"),
        ({"type": "state", "stream": 8, "sequence": 1}, "stream"),
        ({"type": "close", "stream": 8}, "stream"),
        ({"type": "stop", "stream": 8}, "stream"),
        ({**OPEN, "stream": 1}, "stream"),
        ({**OPEN, "stream": 2, "character": "nobody"}, "character"),
        ({**OPEN, "stream": 2, "character": "../ada"}, "protocol"),
        ({**OPEN, "stream": 2, "format": "bgra8"}, "protocol"),
        ({**OPEN, "stream": 2, "quality": "ultra"}, "protocol"),
        ({**OPEN, "stream": 2, "size": 100_000}, "protocol"),
        ({"type": "load", "character": "nobody"}, "character"),
        ({"type": "reload", "character": "con"}, "character"),
        ({"type": "unload", "character": "ada"}, "character"),
        ({"type": "unload", "character": "nobody"}, "character"),
        ({"type": "hello", "protocol": "2.0.0"}, "version"),
        ({"type": "hello", "protocol": "one"}, "version"),
        ({"type": "hello", "protocol": "1.0.0", "channels": ["jaw"]}, "state"),
    ],
)
def test_a_bad_message_is_answered_with_its_code(peer: Peer, header: dict[str, Any], code: str) -> None:
    answer = peer.ask(header)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert answer["cause"] and answer["remedy"]


def test_the_error_names_stream_and_sequence(peer: Peer) -> None:
    answer = peer.ask({"type": "state", "stream": 1, "sequence": 31, "values": [0.5]})
    assert (answer["stream"], answer["sequence"], answer["request"]) == (1, 31, 77)
    assert "60 channels" in answer["cause"]


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"\xc1"],
        [b"\x00" * 1000],
        [b"", msgpack.packb({"type": "ping"})],
        [msgpack.packb({"type": "ping"})] * 3,
        [msgpack.packb({"type": "ping"}) + b"more"],
        [b"\x82\xa4type\xa4ping\xa1x" + b"\x91" * 200_000 + b"\xc0"],
        [bytes(300_000)],
    ],
)
def test_bytes_that_are_no_message(peer: Peer, frames: list[bytes]) -> None:
    peer.send_frames(frames)
    assert peer.receive("error")["code"] == "protocol"


@pytest.mark.parametrize("payload", [None, b"", bytes(100), struct.pack("<136f", *[NAN] * 136)])
def test_bad_payloads(peer: Peer, payload: bytes | None) -> None:
    header = {"type": "landmarks", "stream": 1, "sequence": 1, "points": 68, "dims": 2, "width": 64, "height": 64}
    assert peer.ask(header, payload=payload)["code"] == "protocol"
    header = {"type": "timeline", "stream": 1, "frames": 1}
    if payload is not None and len(payload) != 4 * 60:
        assert peer.ask(header, payload=payload)["code"] == "protocol"


def test_unknown_symbols_and_emotions_come_back_as_errors_and_the_stream_goes_on(peer: Peer) -> None:
    peer.send({"type": "speech", "stream": 1, "alphabet": "arpabet", "phonemes": [["AA", 0.0, 0.1], ["Q!", 0.1, 0.2]]})
    assert peer.receive("error")["code"] == "state"
    peer.send({"type": "emotion", "stream": 1, "emotion": "peckish"})
    assert peer.receive("error")["code"] == "state"
    assert peer.receive("frame")["stream"] == 1


def test_nothing_but_hello_is_understood_before_the_hello(daemon: Any) -> None:
    with Peer(daemon.address, hello=False) as stranger:
        for header in ({"type": "list"}, {"type": "state", "stream": 1, "sequence": 1}, OPEN):
            assert stranger.ask(header)["code"] == "session"
        stranger.send_frames([b"junk"])
        assert stranger.receive("error")["code"] == "protocol"
        assert stranger.ask({"type": "hello", "protocol": "1.0.0"}, "welcome")["protocol"] == PROTOCOL


def test_a_message_above_the_limit_closes_only_that_connection(daemon: Any) -> None:
    with Peer(daemon.address) as greedy, Peer(daemon.address) as other:
        greedy.send_frames([bytes(17 * 1024 * 1024)])
        assert other.ask({"type": "ping"}, "pong")["type"] == "pong"
        assert greedy.ask({"type": "ping"})["code"] == "session"  # reconnected, so a stranger
