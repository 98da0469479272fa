"""ZMTP framing by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import ProtocolError
from npcface.wire.zmtp import Part, PartReader, encode_message, encode_part


@given(st.lists(st.binary(max_size=600), min_size=1, max_size=4), st.integers(1, 50))
def test_a_message_in_pieces_of_any_length_comes_out_whole(frames: list[bytes], step: int) -> None:
    data, reader, parts = encode_message(frames), PartReader(), []
    for start in range(0, len(data), step):
        parts += reader.feed(data[start : start + step])
    assert [part.body for part in parts] == frames
    assert [part.more for part in parts] == [True] * (len(frames) - 1) + [False]


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_protocol_errors(data: bytes) -> None:
    reader = PartReader(body_bytes_max=1000)
    try:
        for part in reader.feed(data):
            assert len(part.body) <= 1000
    except ProtocolError as error:
        assert error.remedy


def test_a_frame_that_is_too_long_is_refused_before_it_arrives() -> None:
    with pytest.raises(ProtocolError, match="2000 bytes"):
        PartReader(body_bytes_max=1999).feed(encode_part(Part(bytes(2000)))[:9])
