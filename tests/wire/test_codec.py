"""Bytes ↔ messages: what comes back is what went in, and whatever comes in, only ProtocolError comes out."""

from __future__ import annotations

import re

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import ProtocolError
from npcface.wire import PROTOCOL, decode_reply, decode_request, encode
from npcface.wire import replies as say
from npcface.wire import requests as ask
from npcface.wire.codec import HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX, peek
from npcface.wire.errors import VersionError

ids = st.integers(0, 0xFFFF_FFFF)
numbers = st.floats(allow_nan=False, allow_infinity=False)
characters = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True)
phonemes = st.builds(
    ask.Phoneme,
    symbol=st.text(max_size=16),
    start_s=st.floats(0, 86_400),
    end_s=st.none() | st.floats(0, 86_400),
)
requests = st.one_of(
    st.builds(ask.Hello, request=ids, protocol=st.just("1.7.3"), client=st.text(max_size=128)),
    st.builds(
        ask.Open,
        request=ids,
        stream=ids,
        character=characters,
        size=st.integers(4, 32).map(lambda n: n * 16),
        background=st.sampled_from(["portrait", "transparent"]) | st.tuples(*[st.integers(0, 255)] * 3),
        quality=st.sampled_from(["auto", "warp", "neural"]),
        importance=st.floats(0.0, 1.0),
        size_min=st.none() | st.integers(4, 32).map(lambda n: n * 16),
    ),
    st.builds(ask.Adjust, request=ids, stream=ids, importance=st.floats(0.0, 1.0)),
    st.builds(
        ask.State,
        stream=ids,
        sequence=st.integers(0, 2**63 - 1),
        values=st.lists(numbers, max_size=128),
        named=st.dictionaries(st.text(max_size=128), numbers, max_size=8),
    ),
    st.builds(ask.Speech, stream=ids, phonemes=st.lists(phonemes, max_size=20), final=st.booleans()),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(0, 9), inner, max_size=4),
    max_leaves=12,
)
fields = st.sampled_from(["type", "request", "stream", "sequence", "protocol", "values", "character", "phonemes"])
types = st.sampled_from(["hello", "open", "state", "speech", "frame", "welcome", "error", "figures"])


@given(requests, st.none() | st.binary(max_size=64))
def test_a_request_survives_the_round_trip(message: ask.AnyRequest, payload: bytes | None) -> None:
    frames = [encode(message)] if payload is None else [encode(message), payload]
    assert decode_request(frames) == (message, payload)


@given(ids, st.text(), st.text(), st.text())
def test_an_error_reply_survives_the_round_trip(stream: int, code: str, cause: str, remedy: str) -> None:
    error = say.Error(request=3, code=code, cause=cause, remedy=remedy, stream=stream)
    assert decode_reply([encode(error)]) == (error, None)


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_arbitrary_bytes_raise_nothing_but_protocol_errors(frames: list[bytes]) -> None:
    for decode in (decode_request, decode_reply):
        with pytest.raises(ProtocolError):
            decode(frames)
    peek(frames)


@given(st.dictionaries(fields, junk, max_size=6), types)
def test_wrong_values_raise_nothing_but_protocol_errors(header: dict[str, object], kind: str) -> None:
    frames = [msgpack.packb({**header, "type": kind})]
    for decode in (decode_request, decode_reply):
        try:
            decode(frames)
        except ProtocolError as error:
            assert error.cause and error.remedy
    seen = peek(frames)
    assert isinstance(seen.request, int) and isinstance(seen.stream, int) and isinstance(seen.sequence, int)


def test_unknown_fields_are_ignored_and_absent_ones_take_their_default() -> None:
    header = msgpack.packb({"later": {"x": [1]}, "stream": 5, "character": "ada", "type": "open"})
    assert decode_request([header])[0] == ask.Open(stream=5, character="ada", size=256, fps=30.0)


def test_whole_numbers_count_as_floats() -> None:
    header = msgpack.packb({"type": "state", "stream": 1, "sequence": 1, "values": [0, 1, -3]})
    assert decode_request([header])[0] == ask.State(stream=1, sequence=1, values=[0.0, 1.0, -3.0])


def test_an_unknown_type_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ProtocolError, match="Unknown message type 'dance'"):
        decode_request([msgpack.packb({"type": "dance"})])


@pytest.mark.parametrize("extra", [{}, {"client": 5}, {"channels": "all"}])
def test_another_major_version_is_named_even_if_the_hello_has_changed(extra: dict[str, object]) -> None:
    with pytest.raises(VersionError, match=rf"3\.1\.0.*{re.escape(PROTOCOL)}") as caught:
        decode_request([msgpack.packb({"type": "hello", "protocol": "3.1.0", **extra})])
    assert caught.value.remedy == "Update the daemon."


def test_a_newer_minor_version_is_welcome() -> None:
    assert decode_request([encode(ask.Hello(protocol="1.99.0"))])[0] == ask.Hello(protocol="1.99.0")


@pytest.mark.parametrize(
    "header",
    [
        {"type": "open", "stream": 1, "character": "../etc"},
        {"type": "open", "stream": 1, "character": "ada\n"},
        {"type": "open", "stream": 1, "character": "a" * 65},
        {"type": "open", "stream": 1, "character": "ada", "size": 4096},
        {"type": "open", "stream": 1, "character": "ada", "size": 100},
        {"type": "open", "stream": 1, "character": "ada", "background": [0, 0, 256]},
        {"type": "open", "stream": 1, "character": "ada", "background": "green"},
        {"type": "open", "stream": 1, "character": "ada", "fps": 1e9},
        {"type": "open", "stream": 1, "character": "ada", "quality": "ultra"},
        {"type": "open", "stream": 1, "character": "ada", "quality": True},
        {"type": "open", "stream": -1, "character": "ada"},
        {"type": "open", "stream": 1, "character": "ada", "importance": float("nan")},
        {"type": "open", "stream": 1, "character": "ada", "size_min": 32},
        {"type": "open", "stream": 1, "character": "ada", "size_min": 100},
        {"type": "adjust", "stream": 1},
        {"type": "adjust", "stream": 1, "importance": -0.1},
        {"type": "adjust", "stream": 1, "importance": float("inf")},
        {"type": "state", "stream": 1, "sequence": 1, "values": [0.0] * 129},
        {"type": "state", "stream": 1, "sequence": 1.5},
        {"type": "landmarks", "stream": 1, "sequence": 1, "points": 5, "dims": 2, "width": 9, "height": 9},
        {"type": "speech", "stream": 1, "phonemes": [["aa", -1.0]]},
        {"type": "speech", "stream": 1, "phonemes": [["aa", float("nan")]]},
        {"type": "timeline", "stream": 1, "frames": 10**9},
    ],
)
def test_values_out_of_range_are_refused(header: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        decode_request([msgpack.packb(header)])


@pytest.mark.parametrize(
    ("field", "value", "choices"),
    [
        ("quality", "ultra", "auto, warp, neural"),
        ("alpha", "none", "straight, premultiplied"),
        ("format", "", "rgba8, bc1, bc3"),
    ],
)
def test_a_word_that_is_none_of_the_choices_is_answered_with_them(field: str, value: str, choices: str) -> None:
    header = {"type": "open", "stream": 1, "character": "ada", field: value}
    with pytest.raises(ProtocolError, match=f"'{value}'.*{field}") as caught:
        decode_request([msgpack.packb(header)])
    assert caught.value.remedy == f"`{field}` of open is one of: {choices}."


def test_nesting_and_length_bombs_are_refused() -> None:
    for bomb in (
        b"\x82\xa4type\xa4ping\xa1x" + b"\x91" * 200_000 + b"\xc0",  # 200,000 arrays in each other
        b"\x82\xa4type\xa5state\xa6values\xdd\xff\xff\xff\xff",  # an array that says it has four billion items
        b"\x81\xa4type\xdb\xff\xff\xff\xff",  # a string that says it has 4 GiB
    ):
        with pytest.raises(ProtocolError):
            decode_request([bomb])
        peek([bomb])


def test_size_caps() -> None:
    with pytest.raises(ProtocolError, match="header"):
        decode_request([bytes(HEADER_BYTES_MAX + 1)])
    with pytest.raises(ProtocolError, match="payload"):
        decode_request([encode(ask.Ping()), bytes(PAYLOAD_BYTES_MAX + 1)])
    with pytest.raises(ProtocolError, match="3 frames"):
        decode_request([b"", encode(ask.Ping()), b""])
