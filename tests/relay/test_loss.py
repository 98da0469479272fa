"""Packets that are lost, late, twice, or from a sender that was started again."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.relay import FaceDecoder, FaceEncoder, Outcome
from npcface.relay.decoder import WINDOW
from npcface.relay.packet import Kind, Packet
from npcface.relay.steps import to_state, to_steps
from npcface.state import FaceState
from npcface.wire.channels import pack


def line(count: int, seed: int = 0, **options: int) -> list[tuple[FaceState, bytes]]:
    """Faces that all differ, with their packets."""
    chance, encoder = random.Random(seed), FaceEncoder(**options)
    faces = [
        FaceState.of({"jawOpen": chance.random(), "browInnerUp": chance.random()}, head=(number % 50, 0, 0))
        for number in range(count)
    ]
    return [(to_state(to_steps(face)), encoder.encode(face, number / 30)) for number, face in enumerate(faces)]


def same(a: FaceState, b: FaceState) -> bool:
    return np.array_equal(pack(a), pack(b))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    loss=st.floats(0.0, 0.9),
    reach=st.integers(0, 12),
    first=st.sampled_from([0, 40_000, 65_500]),
    interval=st.integers(1, 20),
    slack=st.sampled_from([-255, 0, 1]),
)
def test_whatever_arrives_is_right_or_said_to_be_missing(
    seed: int, loss: float, reach: int, first: int, interval: int, slack: int
) -> None:
    """Lost, out of order by up to ``reach`` packets, and one in ten twice: no face is ever a wrong one."""
    chance = random.Random(seed)
    sent = line(90, seed, key_interval=interval, key_slack=slack, first_sequence=first, run=1)
    order = [(number + chance.uniform(0, reach), number) for number in range(90) if chance.random() >= loss]
    order += [(place + chance.uniform(0, reach), number) for place, number in order if chance.random() < 0.1]
    decoder, came, shown, keys, begun = FaceDecoder(), set[int](), -1, set[int](), 0
    for _, number in sorted(order):
        face, packet = sent[number]
        said = Packet.decode(packet)
        arrival = decoder.push(packet)
        if number in came:
            assert arrival.outcome is Outcome.DUPLICATE
        elif said.kind is Kind.KEY:
            assert arrival.outcome is Outcome.FACE
            keys.add(number)
        elif number - said.key_age not in keys:
            assert arrival.outcome is Outcome.KEY_MISSING
        if arrival.outcome is Outcome.FACE:
            came.add(number)
            begun = number if not came - {number} else begun
            assert same(arrival.face, face)
            assert arrival.sequence == ((first + begun) & 0xFFFF) + number - begun, "counted on from the first to come"
            assert arrival.time_s == pytest.approx(number / 30, abs=0.001)
            assert arrival.newest == (number > shown)
            shown = max(shown, number)
        assert same(decoder.face, sent[shown][0] if shown >= 0 else FaceState()), "the newest face is held"


@settings(max_examples=60, deadline=None)
@given(hole=st.integers(1, 32_000), first=st.integers(0, 65_535))
def test_after_any_hole_the_next_key_sets_everything_right(hole: int, first: int) -> None:
    encoder, decoder = FaceEncoder(first_sequence=first, key_interval=5, key_slack=-255), FaceDecoder()
    decoder.push(encoder.encode(FaceState(), 0.0))
    encoder._sequence = (encoder._sequence + hole) & 0xFFFF  # packets nobody got, without making them
    outcomes = []
    for number in range(6):
        face = FaceState.of({"jawOpen": number / 8})
        arrival = decoder.push(encoder.encode(face, 1.0 + number / 30))
        outcomes.append(arrival.outcome)
        assert arrival.outcome is Outcome.KEY_MISSING or same(arrival.face, face)
    assert outcomes[-2:] == [Outcome.FACE] * 2 and Outcome.FACE not in outcomes[:4]


def test_half_an_hour_wraps_the_numbers_around_and_nobody_notices() -> None:
    encoder, decoder = FaceEncoder(first_sequence=65_530, run=0), FaceDecoder()
    for number in range(70_000 // 97):  # every 97th packet gets through: at most three seconds of silence
        encoder._sequence = (65_530 + 97 * number) & 0xFFFF
        encoder.ask_key()
        arrival = decoder.push(encoder.encode(FaceState(), 97 * number / 30))
        assert arrival.sequence == 65_530 + 97 * number and arrival.newest
        assert arrival.time_s == pytest.approx(97 * number / 30, abs=0.001) and arrival.stream == 1


def test_what_is_too_late_to_tell_from_a_duplicate_is_late() -> None:
    sent = line(WINDOW + 2, key_interval=1)
    decoder = FaceDecoder()
    decoder.push(sent[-1][1])
    assert decoder.push(sent[0][1]).outcome is Outcome.LATE
    assert decoder.push(sent[1][1]).outcome is Outcome.LATE
    assert decoder.push(sent[2][1]).outcome is Outcome.FACE
    assert decoder.push(sent[2][1]).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize("first", [100, 500, 30_000, 45_000])
def test_a_sender_that_was_started_again_begins_a_new_stream(first: int) -> None:
    decoder = FaceDecoder()
    for _, packet in line(20, run=3, first_sequence=500):
        decoder.push(packet)
    again = line(20, 1, run=4, first_sequence=first, key_slack=-255)
    assert decoder.push(again[1][1]).outcome is Outcome.KEY_MISSING, "a delta alone proves nothing"
    arrival = decoder.push(again[0][1])
    assert (arrival.outcome, arrival.stream, arrival.sequence) == (Outcome.FACE, 2, first)
    assert same(arrival.face, again[0][0]) and arrival.newest


def test_a_restart_under_the_same_run_is_seen_when_its_numbers_lie_far_behind() -> None:
    decoder = FaceDecoder()
    for _, packet in line(3, run=3, first_sequence=9000):
        decoder.push(packet)
    arrival = decoder.push(line(1, 1, run=3, first_sequence=7000)[0][1])
    assert arrival.outcome is Outcome.FACE and arrival.stream == 2


def test_asking_for_a_key() -> None:
    encoder = FaceEncoder(key_interval=255, key_slack=-255)
    face = FaceState.of({"jawOpen": 0.5})
    kinds = []
    for number in range(4):
        if number == 2:
            encoder.ask_key()
        kinds.append(Packet.decode(encoder.encode(face, 0.0)).kind)
    assert kinds == [Kind.KEY, Kind.DELTA, Kind.KEY, Kind.DELTA]
