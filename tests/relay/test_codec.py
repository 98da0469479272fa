"""The codec: what goes in comes out within half a step, in as few bytes as promised, whatever the bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from npcface.bench import face_codec
from npcface.errors import StateError
from npcface.relay import FaceDecoder, FaceEncoder, Outcome, PacketError
from npcface.relay.bits import BitReader, BitWriter
from npcface.relay.block import fold, read_block, unfold, write_block
from npcface.relay.packet import PACKET_BYTES_MAX, Kind, Packet
from npcface.relay.steps import GREATEST_ERROR, HIGHEST, LOWEST, NEUTRAL, STEPS_PER_UNIT, UNITS, to_steps, to_values
from npcface.state import FaceState
from npcface.wire.channels import CHANNELS, pack, unpack

UNIT = st.floats(0.0, 1.0, width=32)
FACES = hnp.arrays(np.float32, 60, elements=UNIT, fill=st.just(np.float32(0.0))).map(
    lambda shares: unpack(((LOWEST + shares * (HIGHEST - LOWEST)) / STEPS_PER_UNIT).astype(np.float32))
)
SETTINGS = {
    "key_interval": st.integers(1, 255), "key_slack": st.integers(-255, 255), "run": st.integers(0, 15),
    "first_sequence": st.integers(0, 0xFFFF),
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(faces=st.lists(FACES, min_size=1, max_size=8), given=st.fixed_dictionaries(SETTINGS))
def test_every_face_comes_out_within_half_a_step(faces: list[FaceState], given: dict[str, int]) -> None:
    encoder, decoder = FaceEncoder(**given), FaceDecoder()
    for number, face in enumerate(faces):
        packet = encoder.encode(face, 100.0 + number / 30)
        assert 6 <= len(packet) <= PACKET_BYTES_MAX
        arrival = decoder.push(packet)
        assert arrival.outcome is Outcome.FACE and arrival.newest
        assert arrival.sequence == given["first_sequence"] + number
        assert np.all(np.abs(pack(arrival.face).astype(float) - pack(face)) <= GREATEST_ERROR)
        assert arrival.face is decoder.face


def test_the_promised_errors() -> None:
    assert GREATEST_ERROR[:52].max() <= 0.005, "half a per cent of every weight"
    assert GREATEST_ERROR[52:57].max() <= 0.1, "a tenth of a degree"
    limits = [pack(unpack(np.full(60, sign * 1e6, np.float32))) for sign in (-1.0, 1.0)]
    assert np.array_equal(limits[0], to_values(LOWEST)) and np.array_equal(limits[1], to_values(HIGHEST))
    assert np.array_equal(to_steps(FaceState()), NEUTRAL)


def test_units_are_pairs_and_single_channels() -> None:
    assert [index for unit in UNITS for index in unit] == list(range(60))
    pairs = [unit for unit in UNITS if len(unit) == 2]
    assert len(pairs) == 18 and len(UNITS) == 42
    assert all(CHANNELS[right] == CHANNELS[left].replace("Left", "Right") for left, right in pairs)


def test_a_talking_face_fits_the_budget() -> None:
    found = face_codec.measure(face_codec.talk(1), *face_codec.SETTINGS["default (8, 1)"])
    assert found["bytes_per_second"] <= 750.0 and found["bytes_in_worst_second"] <= 1500.0
    assert found["weight_error"] <= 0.005 and found["angle_error_deg"] <= 0.1


def test_the_longest_packet_is_let_through() -> None:
    """Twice: as a key, and as the difference between opposite corners of everything."""
    worst = 0
    for low, high in ((LOWEST, HIGHEST), (HIGHEST, LOWEST)):
        for mixed in (False, True):
            other = high.copy()
            if mixed:
                for unit in UNITS:
                    other[unit[-1]] = low[unit[-1]] if len(unit) == 2 else high[unit[-1]]
            encoder, decoder = FaceEncoder(key_slack=-255), FaceDecoder()
            for steps in (low, other, low):
                packet = encoder.encode(unpack(to_values(steps)), 0.0)
                worst = max(worst, len(packet))
                assert np.array_equal(to_steps(decoder.push(packet).face), steps)
    assert 100 < worst <= PACKET_BYTES_MAX


@settings(max_examples=400, deadline=None)
@given(data=st.binary(max_size=160))
def test_any_bytes_give_a_face_or_a_typed_error(data: bytes) -> None:
    decoder = FaceDecoder()
    try:
        arrival = decoder.push(data)
    except PacketError as error:
        assert error.code == "packet" and error.remedy
        assert np.array_equal(pack(decoder.face), pack(FaceState())), "a refused packet leaves no trace"
    else:
        assert np.array_equal(pack(arrival.face), pack(arrival.face.checked()))


@settings(max_examples=200, deadline=None)
@given(data=st.data(), faces=st.lists(FACES, min_size=2, max_size=4))
def test_damaged_packets_give_a_face_or_a_typed_error(data: st.DataObject, faces: list[FaceState]) -> None:
    encoder, decoder = FaceEncoder(), FaceDecoder()
    packets = [encoder.encode(face, 0.0) for face in faces]
    for packet in packets:
        at = data.draw(st.integers(0, 8 * len(packet) - 1))
        broken = bytearray(packet)
        broken[at // 8] ^= 1 << at % 8
        for bytes_ in (bytes(broken), packet[: at // 8], packet):
            before = decoder.face
            try:
                arrival = decoder.push(bytes_)
            except PacketError:
                assert decoder.face is before
            else:
                arrival.face.checked()


@settings(max_examples=200)
@given(difference=st.tuples(*[st.integers(-128, 128)] * 52, *[st.integers(-4096, 4096)] * 8).map(list))
def test_blocks_come_back_bit_by_bit(difference: list[int]) -> None:
    bits = BitWriter()
    write_block(bits, np.array(difference))
    data = bits.to_bytes()
    reader = BitReader(data)
    assert read_block(reader).tolist() == difference
    reader.finish()


@given(number=st.integers(-(10**6), 10**6))
def test_folding(number: int) -> None:
    assert unfold(fold(number)) == number and fold(number) >= 0


def test_the_bits_of_a_small_packet_are_those_of_the_document() -> None:
    """Section 12.4 of PROTOCOL.md works this one out by hand."""
    state = FaceState.of({"browDownLeft": 2 / 128, "browDownRight": 3 / 128}, head=(-1 / 16, 0.0, 0.0))
    packet = FaceEncoder(run=5, first_sequence=0x1234).encode(state, 1.5)
    assert packet.hex(" ") == "55 34 12 dc 05 de 00 00 00 00 64 00"
    assert Packet.decode(packet).kind is Kind.KEY


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"key_interval": 0}, "key_interval is 0"),
        ({"key_slack": 256}, "key_slack 256"),
        ({"run": 16}, "run is 16"),
        ({"first_sequence": 65536}, "first_sequence 65536"),
    ],
)
def test_bad_settings_are_refused(given: dict[str, int], message: str) -> None:
    with pytest.raises(StateError, match=message):
        FaceEncoder(**given)


def test_what_is_no_face_is_refused_and_costs_no_packet() -> None:
    encoder, decoder = FaceEncoder(first_sequence=7), FaceDecoder()
    for state, time_s in (
        (FaceState(head=np.array([np.nan, 0, 0], np.float32)), 0.0),
        (FaceState(weights=np.zeros(51, np.float32)), 0.0),
        (FaceState(), float("inf")),
    ):
        with pytest.raises(StateError):
            encoder.encode(state, time_s)
    assert decoder.push(encoder.encode(FaceState(), 0.0)).sequence == 7
