"""Landmark measures on points that were moved by a known amount."""

import numpy as np
import pytest

from npcface.eval import geometry as g

IOD = 80.0
EYE = 30.0
GAP = 8.0


@pytest.fixture
def face() -> np.ndarray:
    """478 scattered points with well-formed eyes: corners, lids ``GAP`` apart, irises in the middle."""
    points = np.random.default_rng(1).uniform(60, 200, (478, 3)).astype(np.float64)
    for left, eye in (
        (60.0, ((33, 133), g._LID_PAIRS[0], 468)),
        (60.0 + IOD - EYE, ((362, 263), g._LID_PAIRS[1], 473)),
    ):
        (start, end), pairs, iris = eye
        points[start, :2], points[end, :2] = (left, 100.0), (left + EYE, 100.0)
        for k, (upper, lower) in enumerate(pairs):
            x = left + EYE * (k + 1) / 4
            points[upper, :2], points[lower, :2] = (x, 100 - GAP / 2), (x, 100 + GAP / 2)
        points[iris, :2] = left + EYE / 2, 100.0
    return points


def test_inter_ocular_is_corner_to_corner(face):
    assert g.inter_ocular(face) == pytest.approx(IOD)


@pytest.mark.parametrize("subset", ["all", "mouth", "eyes"])
def test_a_shift_of_one_percent_is_one_percent(face, subset):
    moved = face + np.array([0.006 * IOD, 0.008 * IOD, 5.0])  # 3-4-5 triangle; depth does not count
    assert g.landmark_error(moved, face, subset) == pytest.approx(1.0)
    assert g.landmark_error(face, face, subset) == 0.0


def test_subsets_see_only_their_own_points(face):
    moved = face.copy()
    moved[list(g.LIPS), 0] += 0.02 * IOD
    assert g.landmark_error(moved, face, "mouth") == pytest.approx(2.0)
    assert g.landmark_error(moved, face, "eyes") == 0.0
    assert g.landmark_error(moved, face, "all") == pytest.approx(2.0 * len(g.LIPS) / 478)


def test_subsets_are_distinct_points():
    assert len(set(g.LIPS)) == len(g.LIPS) == 40
    assert len(set(g.SUBSETS["eyes"])) == 32
    assert not set(g.LIPS) & set(g.SUBSETS["eyes"])


def test_lowering_one_lid_counts_half(face):
    moved = face.copy()
    moved[[upper for upper, _ in g._LID_PAIRS[0]], 1] += 0.04 * IOD
    assert g.aperture_error(moved, face) == pytest.approx(2.0)


def test_aperture_does_not_change_when_the_head_tilts_or_moves(face):
    a = np.radians(20)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    assert g.aperture_error(face @ turn.T + 7, face) == pytest.approx(0.0, abs=1e-9)
    assert g.gaze_error(face @ turn.T + 7, face) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(("axis", "sign"), [(0, 1), (1, -1)])
def test_gaze_turns_by_the_angle_the_iris_was_moved(face, axis, sign):
    moved = face.copy()
    moved[[468, 473], axis] += sign * np.sin(np.radians(10)) * EYE / g.FISSURE_OVER_RADIUS
    assert (g.gaze(moved) - g.gaze(face))[:, axis] == pytest.approx([10, 10])
    assert g.gaze_error(moved, face) == pytest.approx(10.0)


def test_gaze_of_shut_eyes_does_not_count(face):
    shut = face.copy()
    for upper, lower in g._LID_PAIRS[0]:
        shut[upper] = shut[lower]
    assert g.eyes_open(shut).tolist() == [False, True]
    moved = shut.copy()
    moved[468, 0] += 5
    assert g.gaze_error(moved, shut) == 0.0
    for upper, lower in g._LID_PAIRS[1]:
        shut[upper] = shut[lower]
    assert np.isnan(g.gaze_error(moved, shut))


def test_jitter_ignores_constant_speed_and_measures_shaking(face):
    step = np.array([1.0, 0.5, 0.0])
    glide = np.stack([face + k * step for k in range(8)])
    assert g.jitter(glide) == pytest.approx(0.0, abs=1e-9)
    shake = np.stack([face + ((-1) ** k) * np.array([0.01 * IOD, 0, 0]) for k in range(8)])
    assert g.jitter(shake) == pytest.approx(4.0)  # a, -a, a: the second difference is 4a
    assert np.isnan(g.jitter(glide[:2]))
