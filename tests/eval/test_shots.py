"""Which frames are given away as further pictures of the person."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from npcface.eval.sample import Protocol, choose
from npcface.eval.shots import APART, SHOTS, choose_shots, spread

counts = st.integers(2, 400)
protocols = st.builds(Protocol, frames=st.integers(1, 40), run=st.integers(0, 40))


@given(counts, protocols)
def test_shots_are_never_the_portrait_a_target_or_in_the_run(count, protocol):
    targets, run = choose(count, protocol)
    shots = choose_shots(count, targets, run)
    assert not set(shots) & {0, *targets, *run}
    assert shots == sorted(set(shots)) and all(0 < number < count for number in shots)
    assert len(shots) == min(SHOTS, count - len({0, *targets, *run}))


@given(counts, protocols)
def test_shots_keep_their_distance_from_targets_where_the_clip_allows_it(count, protocol):
    targets, run = choose(count, protocol)
    apart = [n for n in range(1, count) if n not in run and min(abs(n - t) for t in targets) > APART]
    shots = choose_shots(count, targets, run)
    if len(apart) >= SHOTS:
        assert set(shots) <= set(apart)


@given(st.integers(75, 400))
def test_shots_of_a_usual_clip_are_spread_over_it(count):
    targets, run = choose(count, Protocol())
    shots = choose_shots(count, targets, run)
    assert len(shots) == SHOTS
    gaps = np.diff([0, *shots, count])
    assert gaps.max() <= 2.0 * count / SHOTS  # the run in the middle pushes some aside
    assert shots[0] < count / SHOTS and shots[-1] > count - count / SHOTS - 1


@given(st.lists(st.integers(), max_size=20), st.integers(0, 25))
def test_a_spread_keeps_order_and_number(items, count):
    chosen = spread(list(enumerate(items)), count)
    assert len(chosen) == min(count, len(items))
    places = [place for place, _ in chosen]
    assert places == sorted(set(places))


def test_a_spread_takes_the_middles():
    assert spread(list("abcdefg"), 3) == ["b", "d", "f"]
    assert spread(list("abcdefg"), 7) == list("abcdefg")
    assert spread("ab", 0) == []
