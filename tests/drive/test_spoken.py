"""A line over a pose: the same speech as ever where the pose is neutral, the pose where nothing is said."""

from __future__ import annotations

import numpy as np
import pytest

from npcface import drive
from npcface.drive.emotion import pose as felt_of
from npcface.drive.lips import aperture
from npcface.drive.spoken import SpokenLine
from npcface.errors import StateError
from npcface.state import FaceState

LINE = [("M", 0.3, 0.4), ("AA1", 0.4, 0.65), ("P", 0.65, 0.75), ("IY1", 0.75, 1.0), ("", 1.0, 1.6), ("B", 1.6, 1.7)]
NEUTRAL = felt_of("neutral")
SMILE = FaceState.of({"mouthSmileLeft": 0.7, "jawOpen": 0.4, "browDownLeft": 0.5}, head=(5.0, 2.0, 0.0))


@pytest.mark.parametrize("feeling", ["neutral", "happy"])
def test_over_a_neutral_face_it_is_plain_speech(feeling: str) -> None:
    line = SpokenLine(LINE, fps=30.0)
    for number, state in enumerate(drive.speech(LINE, 30.0, emotion=feeling)):
        shown = line.over(FaceState(), number / 30.0, felt_of(feeling))
        np.testing.assert_allclose(shown.weights, state.weights, atol=1e-6)
        np.testing.assert_allclose(shown.head, state.head, atol=1e-5)


def test_outside_the_line_the_pose_comes_back() -> None:
    line = SpokenLine(LINE, gestures=0.0)
    for t in (-1.0, line.rest_s + 1.0):
        shown = line.over(SMILE, t, NEUTRAL)
        np.testing.assert_allclose(shown.weights, SMILE.weights, atol=1e-6)
        np.testing.assert_array_equal(shown.head, SMILE.head)


def test_lips_meet_whatever_the_pose_does_and_brows_stay() -> None:
    line = SpokenLine(LINE, gestures=0.0)
    for start, end in ((0.3, 0.4), (0.65, 0.75), (1.6, 1.7)):
        shown = line.over(SMILE, (start + end) / 2, NEUTRAL)
        assert aperture(shown.weights) <= 0.0
        assert shown["browDownLeft"] == pytest.approx(0.5)


def test_any_order_gives_the_same_and_nothing_jumps() -> None:
    line = SpokenLine(LINE)
    times = np.arange(0.0, 2.2, 1 / 120)
    forward = [line.over(SMILE, t, NEUTRAL).weights for t in times]
    backward = [line.over(SMILE, t, NEUTRAL).weights for t in times[::-1]][::-1]
    np.testing.assert_array_equal(forward, backward)
    assert np.abs(np.diff(forward, axis=0)).max() < 0.35


def test_unknown_symbols_are_found_before_it_speaks() -> None:
    with pytest.raises(StateError, match="Unknown"):
        SpokenLine([("AA1", 0.0), ("QQQ", 0.2)], "arpabet")
    assert SpokenLine([]).end_s == 0.0
