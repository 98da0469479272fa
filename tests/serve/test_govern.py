"""The governor: fair shares, who is lowered first, hysteresis. Time is simulated."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.serve.govern import CALM_S, HIGH, PATIENCE_S, ROOM, TARGET, Face, Governor, Group, fair_shares, mark_for

LOADS = (1.0, 0.5, 0.25, 0.2, 0.15, 0.08, 0.05)  # of the levels, relative to the first
loads = st.lists(st.floats(1e-4, 1.0), min_size=1, max_size=7).map(lambda all_: tuple(sorted(all_, reverse=True)))
faces = st.builds(
    Face, client=st.sampled_from("abc"), rank=st.floats(0.0, 1.5), loads=loads, offset=st.floats(0.0, 0.999)
)


def crowd(client: str, count: int, rank: float, load: float) -> list[Face]:
    return [Face(client, rank, tuple(load * one for one in LOADS), index / count) for index in range(count)]


def settled(governor: Governor, all_: list[Face], since_s: float, seconds: float = 5.0) -> list[int]:
    levels: list[int] = []
    for step in range(round(seconds / 0.25)):
        levels = governor.levels(all_, since_s + step * 0.25)
    return levels


def load_of(all_: list[Face], levels: list[int]) -> float:
    return sum(face.loads[level] for face, level in zip(all_, levels, strict=True))


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.integers(), st.booleans()), st.floats(0.0, 10.0), max_size=8), st.floats(0.0, 10.0))
def test_shares_are_max_min_fair(wanted: dict[Group, float], capacity: float) -> None:
    shares = fair_shares(wanted, capacity)
    assert shares.keys() == wanted.keys()
    assert sum(shares.values()) == pytest.approx(min(capacity, sum(wanted.values())))
    short = [shares[group] for group in wanted if shares[group] < wanted[group] - 1e-9]
    for group in wanted:
        assert -1e-9 <= shares[group] <= wanted[group]
        assert not short or shares[group] <= min(short) + 1e-9 or shares[group] == wanted[group]
    assert not short or max(short) - min(short) < 1e-9


@settings(deadline=None)
@given(st.lists(faces, max_size=20), st.floats(0.0, 5.0))
def test_a_mark_is_the_lowest_that_fits(some: list[Face], capacity: float) -> None:
    mark, load = mark_for(some, capacity)
    at_mark = load_of(some, [face.level(mark) for face in some])
    assert at_mark <= load + 1e-9, "equal thresholds go together, so it may be less"
    least = sum(face.loads[-1] for face in some)
    assert at_mark <= max(capacity, least) + 1e-6
    if mark >= 0.0:
        below = load_of(some, [face.level(mark - 1e-5) for face in some])
        assert below > capacity or capacity < least or below == pytest.approx(capacity, abs=1e-6)


@settings(deadline=None)
@given(st.lists(faces, max_size=24))
def test_it_settles_below_the_target_or_at_the_least_and_then_changes_nothing(some: list[Face]) -> None:
    governor = Governor()
    levels = settled(governor, some, 0.0)
    load = load_of(some, levels)
    least = sum(face.loads[-1] for face in some)
    front_least = sum(face.loads[-1] for face in some if face.front)
    assert load <= max(HIGH, least + front_least + TARGET) + 1e-6
    if load <= HIGH and sum(face.loads[0] for face in some) <= HIGH:
        assert levels == [0] * len(some)
    assert settled(governor, some, 10.0) == levels


@settings(deadline=None)
@given(st.integers(1, 6), st.integers(10, 60), st.floats(0.005, 0.1))
def test_speakers_stay_as_they_are_while_the_rest_can_still_give(speakers: int, idle: int, load: float) -> None:
    talking, still = crowd("a", speakers, 1.0, load), crowd("a", idle, 0.5, load)
    levels = settled(Governor(), talking + still, 0.0)
    least = sum(face.loads[-1] for face in still)
    if speakers * load + least <= TARGET:
        assert levels[:speakers] == [0] * speakers
        assert load_of(talking + still, levels) <= HIGH + 1e-9
    if any(levels[:speakers]):
        assert all(level == len(LOADS) - 1 for level in levels[speakers:]), "first the others go as far as they can"


def test_far_faces_are_lowered_before_near_ones_and_evenly() -> None:
    far, middle = crowd("a", 20, 0.1, 0.05), crowd("a", 10, 0.6, 0.05)
    levels = settled(Governor(), far + middle, 0.0)
    assert min(levels[:20]) >= 1 and max(levels[:20]) - min(levels[:20]) <= 1
    assert max(levels[20:]) == 0


def test_the_crowd_of_one_client_does_not_lower_the_two_faces_of_another() -> None:
    crowded, pair = crowd("crowded", 60, 0.5, 0.05), crowd("pair", 2, 0.5, 0.05)
    levels = settled(Governor(), crowded + pair, 0.0)
    assert levels[60:] == [0, 0] and min(levels[:60]) >= 2


def test_neither_does_a_crowd_that_claims_to_be_near() -> None:
    crowded, pair = crowd("crowded", 60, 1.0, 0.05), crowd("pair", 2, 1.0, 0.05)
    levels = settled(Governor(), crowded + pair, 0.0)
    assert levels[60:] == [0, 0] and min(levels[:60]) >= 2


def test_faces_that_cannot_be_lowered_leave_the_rest_its_share() -> None:
    asked = [Face("a", 1.0, (0.4,)) for _ in range(4)]
    still = crowd("b", 4, 0.5, 0.1)
    levels = settled(Governor(), asked + still, 0.0)
    assert levels[:4] == [0, 0, 0, 0] and min(levels[4:]) > 0


def test_it_lowers_a_flood_at_once_and_a_little_too_much_after_a_moment() -> None:
    assert max(Governor().levels(crowd("a", 40, 0.5, 0.1), 0.0)) > 0
    governor, little = Governor(), crowd("a", 10, 0.5, 0.1)
    assert governor.levels(little, 0.0) == [0] * 10
    assert governor.levels(little, PATIENCE_S / 2) == [0] * 10
    assert max(governor.levels(little, PATIENCE_S)) > 0


def test_it_raises_everything_within_two_seconds_of_relief() -> None:
    governor, all_ = Governor(), crowd("a", 64, 0.5, 0.1)
    assert min(settled(governor, all_, 0.0)) > 0
    few = all_[:6]
    assert settled(governor, few, 5.0, seconds=2.0) == [0] * 6


def test_costs_that_waver_do_not_make_it_waver() -> None:
    governor = Governor()
    levels = settled(governor, crowd("a", 30, 0.5, 0.1), 0.0)
    for step in range(400):
        wavering = crowd("a", 30, 0.5, 0.1 * (1.0 + 0.08 * (-1) ** (step // 7)))
        assert governor.levels(wavering, 10.0 + step * 0.25) == levels
    assert HIGH / TARGET > 1.08 and TARGET / ROOM > 1.08 and CALM_S > 0.0


def test_a_line_that_begins_takes_its_face_out_of_the_crowd_at_once() -> None:
    governor, all_ = Governor(), crowd("a", 30, 0.5, 0.1)
    levels = settled(governor, all_, 0.0)
    speaking = [Face("a", 1.0, (0.1, 0.05), 0.5), *all_[1:]]
    after = governor.levels(speaking, 5.1)
    assert levels[0] > 0 and after[0] == 0 and after[1:] == levels[1:]


def test_marks_of_clients_that_left_are_forgotten() -> None:
    governor = Governor()
    for number in range(50):
        governor.levels(crowd(str(number), 40, 0.5, 0.1), float(number))
    assert len(governor.marks) == 1


def test_equal_faces_differ_by_one_level_at_most() -> None:
    by_rank: dict[float, list[int]] = defaultdict(list)
    all_ = [face for rank in (0.0, 0.3, 0.6, 1.0, 1.4) for face in crowd("a", 12, rank, 0.04)]
    for face, level in zip(all_, settled(Governor(), all_, 0.0), strict=True):
        by_rank[face.rank].append(level)
    assert all(max(levels) - min(levels) <= 1 for levels in by_rank.values())
    means = [sum(levels) / 12 for _, levels in sorted(by_rank.items())]
    assert means == sorted(means, reverse=True)
