"""Workers come and go with the load, within bounds, and never swing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.cluster.autoscale import Bounds, ScalingError, Trend, decide

BOUNDS = Bounds(min_workers=1, max_workers=8, up_after_s=3, down_after_s=10)


def run(bounds: Bounds, ready: int, load: float, streams: int, seconds: int) -> list[int]:
    """Workers second by second, when every wish comes true at once."""
    trend, history = Trend(), []
    for now_s in range(seconds):
        ready, trend = decide(bounds, trend, now_s, ready=ready, coming=0, load=load, streams=streams)
        history.append(ready)
    return history


@given(
    st.integers(1, 5), st.integers(0, 20), st.integers(0, 30), st.integers(0, 30), st.floats(0, 50), st.integers(0, 99)
)
def test_never_outside_the_bounds(least: int, more: int, ready: int, coming: int, load: float, streams: int) -> None:
    bounds = Bounds(min_workers=least, max_workers=least + more)
    trend = Trend(busy_since_s=0.0, idle_since_s=0.0)
    wanted, _ = decide(bounds, trend, 1000.0, ready=ready, coming=coming, load=load, streams=streams)
    assert least <= wanted <= least + more


@given(st.integers(1, 8), st.floats(0, 8), st.integers(0, 60))
def test_a_steady_load_settles_and_stays_settled(ready: int, load: float, streams: int) -> None:
    history = run(BOUNDS, ready, load, streams, 200)
    settled = history[-1]
    assert history[-100:] == [settled] * 100
    ups = sum(b > a for a, b in pairwise(history))
    downs = sum(b < a for a, b in pairwise(history))
    assert ups == 0 or downs == 0, "it never takes back what it has done"
    most = max(1, min(8, streams))
    assert settled == most or load / settled <= BOUNDS.high


def test_it_waits_before_it_acts() -> None:
    assert run(BOUNDS, 1, 2.0, 20, 8) == [1, 1, 1, 4, 4, 4, 4, 4]
    assert run(BOUNDS, 3, 0.5, 20, 25) == [3] * 10 + [2] * 15  # 0.5 on one worker would be above low
    assert run(BOUNDS, 2, 0.2, 20, 12) == [2] * 10 + [1] * 2


def test_a_burst_that_passes_changes_nothing() -> None:
    trend = Trend()
    for now_s, load in enumerate([2.0, 2.0, 0.5, 2.0, 2.0, 0.5]):
        wanted, trend = decide(BOUNDS, trend, now_s, ready=1, coming=0, load=load, streams=9)
        assert wanted == 1


def test_a_dead_worker_is_replaced_at_once_and_no_more_come_while_some_are_coming() -> None:
    bounds = Bounds(min_workers=3, max_workers=8)
    assert decide(bounds, Trend(), 0.0, ready=1, coming=0, load=0.1, streams=1)[0] == 3
    assert decide(bounds, Trend(busy_since_s=0.0), 99.0, ready=2, coming=1, load=9.0, streams=50)[0] == 3


def test_more_workers_than_streams_help_nobody() -> None:
    assert run(BOUNDS, 1, 1.0, 1, 60)[-1] == 1
    assert run(BOUNDS, 1, 1.0, 2, 60)[-1] == 2


@pytest.mark.parametrize(
    "bounds",
    [Bounds(min_workers=0), Bounds(min_workers=3, max_workers=2), Bounds(low=0.7, target=0.6), Bounds(high=1.5)],
)
def test_bounds_that_make_no_sense_are_refused(bounds: Bounds) -> None:
    with pytest.raises(ScalingError):
        bounds.checked()
