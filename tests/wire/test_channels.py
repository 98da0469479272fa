"""Values in an agreed order ↔ FaceState."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.errors import ProtocolError, StateError
from npcface.state import FaceState
from npcface.wire.channels import CHANNELS, ChannelMap, pack
from npcface.wire.payload import decode_floats, decode_pixels, encode_floats


def test_every_channel_reaches_the_place_its_name_says() -> None:
    state = ChannelMap(["headRoll", "jawOpen", "gazePitch", "translationY", "scale"]).state([7.0, 0.25, -3.0, 0.5, 1.5])
    assert state["jawOpen"] == 0.25 and state.weights.sum() == 0.25
    assert state.head.tolist() == [0.0, 0.0, 7.0]
    assert state.gaze.tolist() == [0.0, -3.0]
    assert state.translation.tolist() == [0.0, 0.5]
    assert state.scale == 1.5


def test_names_come_after_values_and_what_is_not_sent_is_neutral() -> None:
    state = ChannelMap(["jawOpen", "tongueOut"]).state([0.5, 0.5], {"tongueOut": 1.0, "headYaw": 20.0})
    assert (state["jawOpen"], state["tongueOut"], state.head[0], state.scale) == (0.5, 1.0, 20.0, 1.0)


@given(st.permutations(CHANNELS))
def test_pack_and_any_agreed_order_are_inverse(names: list[str]) -> None:
    rng = np.random.default_rng(1)
    head, gaze, shift = (rng.normal(0, spread, n).astype(np.float32) for spread, n in ((9, 3), (9, 2), (0.1, 2)))
    state = FaceState(rng.random(52, np.float32), head, shift, gaze, 1.25).checked()
    order = [CHANNELS.index(name) for name in names]
    again = ChannelMap(names).state(pack(state)[order])
    assert np.array_equal(pack(again), pack(state))


def test_bad_names_counts_and_numbers_are_refused() -> None:
    with pytest.raises(StateError, match="JawOpen"):
        ChannelMap(["JawOpen"])
    with pytest.raises(StateError, match="twice"):
        ChannelMap(["jawOpen", "jawOpen"])
    with pytest.raises(StateError, match="3 values were sent, 2 channels"):
        ChannelMap(["jawOpen", "headYaw"]).state([0.0, 0.0, 0.0])
    with pytest.raises(StateError):
        ChannelMap().state([], {"nose": 1.0})
    with pytest.raises(StateError, match="NaN"):
        ChannelMap(["jawOpen"]).state([float("nan")])
    with pytest.raises(StateError):
        ChannelMap(["scale"]).state([float("inf")])


def test_float_payloads() -> None:
    array = np.arange(6, dtype=np.float32).reshape(3, 2)
    assert np.array_equal(decode_floats(encode_floats(array), 3, 2), array)
    assert encode_floats(np.array([1.0], np.float32)) == b"\x00\x00\x80\x3f"
    for bad in (None, b"", bytes(23), encode_floats(array * np.nan)):
        with pytest.raises(ProtocolError):
            decode_floats(bad, 3, 2)


def test_pixels_are_rows_from_the_top() -> None:
    image = decode_pixels(bytes(range(24)), width=3, height=2)
    assert image.shape == (2, 3, 4) and image[0, 1].tolist() == [4, 5, 6, 7] and image[1, 0, 0] == 12
    for bad in (None, bytes(23)):
        with pytest.raises(ProtocolError):
            decode_pixels(bad, 3, 2)
