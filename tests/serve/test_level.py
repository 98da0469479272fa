"""The ladder of levels, and the clock that leaves frames out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.serve.clock import PushClock
from npcface.serve.level import LEAST_FPS, Shape, ladder
from npcface.wire.requests import AskedQuality, Open, Quality

sizes = st.integers(4, 32).map(lambda n: n * 16)
options = st.builds(
    Open,
    stream=st.just(1),
    character=st.just("ada"),
    size=sizes,
    size_min=st.none() | sizes,
    fps=st.floats(1.0, 120.0),
    quality=st.sampled_from(["auto", "warp", "neural"]),
)


def quality_of(asked: AskedQuality) -> Quality:
    return "neural" if asked == "auto" else asked


@settings(deadline=None)
@given(options, st.booleans())
def test_a_ladder_only_goes_down_and_keeps_what_the_client_fixed(opened: Open, speaking: bool) -> None:
    quality = quality_of(opened.quality)
    steps = ladder(opened, quality, speaking=speaking)
    assert steps[0] == Shape(1, quality, opened.size)
    assert len(set(steps)) == len(steps) <= 7
    for better, worse in pairwise(steps):
        assert worse.stride >= better.stride and worse.size <= better.size
        assert (better.quality, worse.quality) != ("warp", "neural")
    least = min(opened.size_min or opened.size, opened.size)
    assert all(step.size >= least and step.size % 16 == 0 for step in steps)
    assert not speaking or {step.stride for step in steps} == {1}
    assert all(opened.fps / step.stride >= min(LEAST_FPS, opened.fps) - 1e-9 for step in steps)
    if opened.quality != "auto":
        assert {step.quality for step in steps} == {opened.quality}


def test_the_steps_of_a_passer_by_and_of_a_speaker() -> None:
    opened = Open(stream=1, character="ada", size_min=64)
    assert ladder(opened, "neural", speaking=False) == (
        Shape(1, "neural", 256), Shape(2, "neural", 256), Shape(2, "warp", 256), Shape(2, "warp", 192),
        Shape(2, "warp", 128), Shape(4, "warp", 128), Shape(6, "warp", 128),
    )  # fmt: skip
    assert ladder(opened, "neural", speaking=True) == (
        Shape(1, "neural", 256), Shape(1, "warp", 256), Shape(1, "warp", 192), Shape(1, "warp", 128),
    )  # fmt: skip


def test_a_client_that_fixes_everything_gives_up_rate_only() -> None:
    opened = Open(stream=1, character="ada", quality="neural", fps=20.0)
    steps = ladder(opened, "neural", speaking=False)
    assert steps == tuple(Shape(stride, "neural", 256) for stride in (1, 2, 4))


waits = st.lists(st.tuples(st.floats(0.0, 0.5), st.integers(1, 24)), min_size=1, max_size=60)


@settings(deadline=None)
@given(st.floats(1.0, 120.0), st.integers(0, 50), st.floats(0.0, 1e6), waits)
def test_every_frame_is_shown_or_counted_once(
    fps: float, phase: int, start_s: float, steps: list[tuple[float, int]]
) -> None:
    clock = PushClock(fps, phase)
    clock.start(start_s)
    assert -1e-6 <= clock.due_s(1) - start_s <= 1.0 / fps + 1e-6
    now_s, shown, late, skipped, stride = clock.due_s(1), [], 0, 0, 1
    for wait_s, wanted in steps:
        if wanted != stride:
            clock.leave_out(now_s, stride)
            stride = wanted
        now_s = max(now_s + wait_s, clock.due_s(stride))
        tick = clock.take(now_s, stride)
        assert tick.late >= 0 and tick.skipped >= 0
        shown.append(tick.number)
        late, skipped = late + tick.late, skipped + tick.skipped
        assert tick.number == 0 or tick.number % stride == phase % stride
        assert now_s - clock.start_s - tick.number / fps < stride / fps + 1e-3, "the newest whose time has come"
        assert len(shown) + late + skipped == tick.number + 1
    assert shown == sorted(set(shown))


def test_a_stream_at_a_sixth_of_its_rate_is_raised_without_being_late() -> None:
    clock = PushClock(30.0)
    clock.start(10.0)
    for number in (0, 6, 12):
        assert clock.take(clock.due_s(6), 6) == (number, 0, 5 if number else 0)
    now_s = clock.start_s + 16.5 / 30.0
    clock.leave_out(now_s, 6)
    assert clock.take(now_s, 1) == (16, 0, 3)
    assert clock.take(clock.due_s(1), 1) == (17, 0, 0)


@pytest.mark.parametrize("stride", [2, 3, 6])
def test_streams_take_turns(stride: int) -> None:
    clocks = [PushClock(30.0, phase) for phase in range(stride)]
    for clock in clocks:
        clock.start(0.0)
        clock.take(clock.due_s(stride), stride)
    following = sorted(clock.next(stride) for clock in clocks)
    assert following == list(range(1, stride + 1))
