"""Load from figures, who counts as dead, and the rest of a line that was cut off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.client.frame import Frame
from npcface.cluster.health import DEAF_FACTOR, lost
from npcface.cluster.load import WARM_CALLS, Load, alike, measure
from npcface.cluster.placement import WorkerView, choose
from npcface.cluster.resume import rest_of_line, rows_left, shifted
from npcface.wire.replies import Figures


def figures(uptime_s: float, batches: dict[str, int], call_ms: float = 20.0) -> Figures:
    return Figures(
        uptime_s=uptime_s, clients=1, streams=1, frames=0, fps=0.0, frame_ms_p50=0.0, frame_ms_p99=0.0,
        render_ms_p50=call_ms, render_ms_p99=call_ms, late=0, superseded=0, unsent=0, errors=0, batches=batches,
        own_streams=[],
    )  # fmt: skip


def test_load_is_calls_times_their_median() -> None:
    before, after = figures(10.0, {"1": 100}), figures(12.0, {"1": 110, "3": 30}, call_ms=25.0)
    load = measure(before, after, Load())
    assert load.busy == pytest.approx(40 * 0.025 / 2)
    assert load.fps == pytest.approx(100 / 2)
    assert load.face_ms == pytest.approx(25.0 * 40 / 100)


def test_what_was_known_stays_when_nothing_is_rendered_or_the_daemon_is_cold() -> None:
    known = Load(0.9, 12.0, 50.0)
    assert measure(figures(1.0, {"1": 99}), figures(2.0, {"1": 99}), known) == Load(0.0, 12.0, 0.0)
    assert measure(figures(2.0, {}), figures(2.0, {}), known) == known
    cold = measure(figures(1.0, {}), figures(2.0, {"1": WARM_CALLS - 1}, call_ms=900.0), known)
    assert cold.face_ms == 12.0 and cold.busy == 1.0


@given(st.dictionaries(st.integers(1, 32).map(str), st.integers(0, 10**6)), st.floats(0, 1e4), st.floats(-5, 5))
def test_load_is_always_a_share(batches: dict[str, int], call_ms: float, seconds: float) -> None:
    load = measure(figures(10.0, {}), figures(10.0 + seconds, batches, call_ms), Load())
    assert 0.0 <= load.busy <= 1.0 and load.fps >= 0.0


def test_a_fresh_worker_is_taken_to_be_as_fast_as_the_others() -> None:
    full, fresh = Load(0.95, 0.5, 1900.0, measured=True), Load()
    assert alike({"a": full, "b": fresh}) == {"a": full, "b": replace(fresh, face_ms=0.5)}
    assert alike({"b": fresh}) == {"b": fresh}
    views = [
        WorkerView(name, load.busy, 0, load.face_ms, frozenset({"ada"} if name == "a" else ()))
        for name, load in alike({"a": full, "b": fresh}).items()
    ]
    assert choose(views, "ada", fps=120.0) == "b", "it has room, though the character is with the other"


SILENCES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 20))


@given(SILENCES, st.floats(0.1, 5))
def test_only_the_silent_are_lost_and_only_the_very_silent_when_most_are(
    silence_s: dict[str, float], deadline_s: float
) -> None:
    silent = {name for name, seconds in silence_s.items() if seconds > deadline_s}
    found = lost(silence_s, deadline_s)
    assert found <= silent
    assert found >= {name for name in silent if silence_s[name] > DEAF_FACTOR * deadline_s}
    if 2 * len(silent) <= len(silence_s):
        assert found == silent


def test_one_of_two_is_lost_but_not_both_at_once() -> None:
    assert lost({"a": 2.0, "b": 0.1}, 1.0) == {"a"}
    assert lost({"a": 2.0, "b": 2.0}, 1.0) == set()
    assert lost({"a": 6.0, "b": 6.0}, 1.0) == {"a", "b"}


TIMES = st.lists(st.floats(0, 60), min_size=1, max_size=30).map(sorted)


@given(TIMES, st.floats(0, 70), st.booleans())
def test_the_rest_of_a_line_is_what_is_not_over(starts: list[float], from_s: float, with_ends: bool) -> None:
    line: list[tuple[object, ...]] = [
        (f"p{index}", start, start + 0.1) if with_ends else (f"p{index}", start) for index, start in enumerate(starts)
    ]
    rest = rest_of_line(line, from_s)
    for symbol, start, *end in rest:
        original = line[int(str(symbol)[1:])]
        assert start == pytest.approx(max(float(str(original[1])) - from_s, 0.0))
        assert not end or float(str(end[0])) >= float(str(start))
    kept = {symbol for symbol, *_ in rest}
    assert {item[0] for item in line if float(str(item[1])) > from_s} <= kept
    if with_ends:
        assert not any(item[0] in kept for item in line if float(str(item[2])) <= from_s)


def test_a_sound_without_an_end_lasts_until_the_next() -> None:
    line = [("a", 0.0), ("b", 0.5, None), ("c", 1.0)]
    assert rest_of_line(line, 0.75) == [("b", 0.0), ("c", 0.25)]
    assert rest_of_line(line, 9.0) == [("c", 0.0)]
    assert rest_of_line(line, 0.0) == [("a", 0.0), ("b", 0.5), ("c", 1.0)]


@given(st.integers(1, 500), st.floats(1, 240), st.floats(0, 1000))
def test_there_is_always_a_row_left(count: int, fps: float, from_s: float) -> None:
    rows = range(count)[rows_left(count, fps, from_s)]
    assert 1 <= len(rows) <= count and rows[-1] == count - 1


def test_frames_are_numbered_as_if_nothing_had_happened() -> None:
    frame = Frame(np.zeros((1, 1, 4), np.uint8), 3, 0.1, False, 0)
    assert shifted(frame, 0.0, 30.0) is frame
    moved = shifted(frame, 2.0, 30.0)
    assert moved.sequence == 63 and moved.time_s == pytest.approx(2.1)
