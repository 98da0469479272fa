"""The director's protocol: messages travel unharmed, and whatever arrives, only ``ProtocolError`` comes out."""

from __future__ import annotations

import re
from pathlib import Path

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.cluster import messages as msg
from npcface.errors import ProtocolError
from npcface.wire.codec import encode
from npcface.wire.errors import VersionError
from npcface.wire.replies import Error

names = st.text(max_size=40)
numbers = st.integers(0, 2**32 - 1)
places = st.builds(
    msg.Place,
    request=numbers,
    lease=numbers,
    character=st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,63}\Z"),
    fps=st.floats(1, 120),
    current=names,
    avoid=st.lists(names, max_size=5),
)


@given(places)
def test_requests_come_back(place: msg.Place) -> None:
    assert msg.decode_asked([encode(place)]) == place


@given(st.builds(msg.Moved, lease=numbers, worker=names, endpoint=names, reason=names))
def test_replies_come_back(moved: msg.Moved) -> None:
    assert msg.decode_said([encode(moved)]) == moved


@given(st.lists(st.binary(max_size=200), max_size=3))
def test_noise_is_a_protocol_error(frames: list[bytes]) -> None:
    for decode in (msg.decode_asked, msg.decode_said):
        with pytest.raises(ProtocolError):
            decode(frames)


@pytest.mark.parametrize(
    "header",
    [
        {"type": "place", "lease": -1, "character": "ada"},
        {"type": "place", "lease": 1, "character": "../ada"},
        {"type": "place", "lease": 1, "character": "ada", "fps": 1e9},
        {"type": "place", "lease": 1, "character": "ada", "avoid": ["x"] * 65},
        {"type": "place", "lease": 1, "character": "ada", "current": "x" * 200},
        {"type": "open", "stream": 1, "character": "ada"},
        {"type": "status", "request": "one"},
        [],
    ],
)
def test_what_is_out_of_range_is_refused(header: object) -> None:
    with pytest.raises(ProtocolError):
        msg.decode_asked([msgpack.packb(header)])


def test_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProtocolError, match="65536"):
        msg.decode_asked([b"\x81" * (msg.HEADER_BYTES_MAX + 1)])


def test_another_major_version_is_named() -> None:
    with pytest.raises(VersionError, match=r"2\.0\.0"):
        msg.decode_asked([msgpack.packb({"type": "hello", "protocol": "2.0.0"})])


def test_unknown_keys_are_ignored() -> None:
    header = {"type": "release", "lease": 7, "colour": "blue"}
    assert msg.decode_asked([msgpack.packb(header)]) == msg.Release(lease=7)


def test_no_worker_is_an_error_of_its_own() -> None:
    error = msg.error_of(Error(code="worker", cause="None.", remedy="Wait."))
    assert isinstance(error, msg.NoWorkerError)
    assert type(msg.error_of(Error(code="limit", cause="", remedy=""))).__name__ == "LimitError"


def test_every_reason_to_move_is_told() -> None:
    folder = Path(msg.__file__).parent
    reasons = set(re.findall(r"_move\(.*\"(\w+)\"\)", (folder / "steward.py").read_text(encoding="utf-8")))
    assert {"lost", "drain"} < reasons
    for text in (msg.Moved.__doc__ or "", (folder / "PROTOCOL.md").read_text(encoding="utf-8")):
        assert [reason for reason in reasons if f"`{reason}`" not in text] == []


def test_the_document_names_every_message() -> None:
    text = (Path(msg.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
    kinds: list[type[msgspec.Struct]] = [*msg.Asked.__args__, *msg.Said.__args__]
    assert [kind for kind in kinds if f"`{kind.__struct_config__.tag}`" not in text] == []
    assert msg.PROTOCOL in text
