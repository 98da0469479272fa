"""The cost model: it finds what faces cost, and no outlier leads it astray."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.serve.cost import TRUSTED, WARM_UP, CostModel, Kind, guess_s

KINDS: list[Kind] = [Kind("warp", 64), Kind("warp", 256), Kind("neural", 128), Kind("neural", 256)]
costs = st.floats(1e-4, 0.5)


@settings(deadline=None)
@given(st.sampled_from(KINDS), costs, st.integers(1, 32))
def test_a_steady_cost_is_found_whatever_the_batch(kind: Kind, cost_s: float, batch: int) -> None:
    model = CostModel()
    for _ in range(TRUSTED):
        model.learn([kind] * batch, cost_s * batch)
    assert model.face_s(kind) == pytest.approx(cost_s)


@settings(deadline=None)
@given(costs, st.floats(1.0, 1e4))
def test_a_cold_first_call_does_not_count(cost_s: float, slower: float) -> None:
    model = CostModel()
    model.learn([KINDS[0]], cost_s * slower)
    for _ in range(2):
        model.learn([KINDS[0]], cost_s)
    assert model.face_s(KINDS[0]) == pytest.approx(cost_s)


@settings(deadline=None)
@given(costs, st.floats(1e-3, 1e5))
def test_one_outlier_moves_it_by_a_tenth_at_most(cost_s: float, factor: float) -> None:
    model = CostModel()
    for _ in range(20):
        model.learn([KINDS[0]], cost_s)
    model.learn([KINDS[0]], cost_s * factor)
    assert 0.9 * cost_s <= model.face_s(KINDS[0]) <= 1.1 * cost_s * (1 + 1e-9)


@settings(deadline=None)
@given(costs, st.floats(0.05, 20.0))
def test_it_follows_a_machine_that_becomes_slower_or_faster(cost_s: float, factor: float) -> None:
    model = CostModel()
    for _ in range(8):
        model.learn([KINDS[0]], cost_s)
    for _ in range(100):
        model.learn([KINDS[0]], cost_s * factor)
    assert model.face_s(KINDS[0]) == pytest.approx(cost_s * factor, rel=0.01)


@settings(deadline=None)
@given(st.floats(0.1, 10.0))
def test_a_kind_nobody_rendered_is_judged_by_those_that_were(slower: float) -> None:
    model = CostModel()
    for _ in range(5):
        model.learn([Kind("warp", 128)], guess_s(Kind("warp", 128)) * slower)
    assert model.face_s(Kind("neural", 256)) == pytest.approx(guess_s(Kind("neural", 256)) * slower)


def test_a_kind_that_is_not_drawn_any_more_follows_the_machine() -> None:
    model = CostModel()
    for _ in range(40):
        model.learn([Kind("warp", 256)], 0.010)
        model.learn([Kind("neural", 256)], 0.050)
    for _ in range(200):
        model.learn([Kind("warp", 256)], 0.002)
    assert model.face_s(Kind("warp", 256)) == pytest.approx(0.002, rel=0.01)
    assert model.face_s(Kind("neural", 256)) < 0.020, "most of it was the machine"


def test_a_kind_whose_few_samples_were_cold_is_tried_again() -> None:
    model = CostModel()
    for _ in range(WARM_UP):
        model.learn([Kind("neural", 256)], 1.5)
    for _ in range(10):
        model.learn([Kind("warp", 256)], 0.003)
    assert model.face_s(Kind("neural", 256)) > 0.1
    for _ in range(300):
        model.learn([Kind("warp", 256)], 0.003)
    assert model.face_s(Kind("neural", 256)) == pytest.approx(0.007, rel=0.05)


def test_a_mixed_call_is_shared_out_in_proportion() -> None:
    model = CostModel()
    for _ in range(5):
        model.learn([Kind("warp", 256)], 0.010)
        model.learn([Kind("neural", 256)], 0.030)
    for _ in range(200):
        model.learn([Kind("warp", 256), Kind("neural", 256), Kind("warp", 256)], 0.100)
    assert model.face_s(Kind("warp", 256)) == pytest.approx(0.020, rel=0.01)
    assert model.face_s(Kind("neural", 256)) == pytest.approx(0.060, rel=0.01)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), st.floats(allow_nan=True)), max_size=30))
def test_whatever_a_clock_says_costs_stay_positive_and_finite(samples: list[tuple[Kind, float]]) -> None:
    model = CostModel()
    for kind, seconds in samples:
        model.learn([kind], min(seconds, 1e6))
    model.learn([], 1.0)
    assert all(0.0 < model.face_s(kind) < 1e9 for kind in KINDS)


def test_what_blocks_cost_is_learnt_apart_from_what_pixels_cost() -> None:
    model = CostModel()
    for _ in range(100):
        model.learn([Kind("warp", 256)], 0.003)
        model.learn([Kind("warp", 256, "bc3")], 0.009)
    assert model.face_s(Kind("warp", 256)) == pytest.approx(0.003, rel=0.05)
    assert model.face_s(Kind("warp", 256, "bc3")) == pytest.approx(0.009, rel=0.05)
