"""MediaPipe's points on the head: on the chart, symmetric, and named for the right side."""

from __future__ import annotations

import numpy as np
import pytest

from npcface.rig import landmarks as lm
from npcface.rig import load_rig
from npcface.vocab import ARKIT_INDEX

RIG = load_rig()
MEAN = RIG.landmarks[0]


def test_all_468_points_lie_on_the_chart() -> None:
    assert RIG.landmark_coords.shape == (468, 2)
    assert RIG.landmark_coords.min() > 0.02 and RIG.landmark_coords.max() < 0.98
    inside = RIG.face_masks[0] / 255.0
    pixel = np.clip((RIG.landmark_coords * inside.shape[0]).astype(int), 0, inside.shape[0] - 1)
    seen = inside[pixel[:, 1], pixel[:, 0]]
    assert seen.min() > 0, "the oval's own points lie on the edge of the face layer"
    assert np.delete(seen, list(lm.FACE_OVAL)).min() > 0.5


def test_no_two_points_share_a_place() -> None:
    gaps = np.linalg.norm(MEAN[:, None] - MEAN[None], axis=2) + np.eye(468)
    assert gaps.min() > 0.01


@pytest.mark.parametrize(
    ("left", "right", "apart"),
    [
        (lm.LEFT_EYE, lm.RIGHT_EYE, 0.4), (lm.LEFT_UPPER_LID, lm.RIGHT_UPPER_LID, 0.4),
        (lm.LEFT_LOWER_LID, lm.RIGHT_LOWER_LID, 0.4), (lm.LEFT_BROW, lm.RIGHT_BROW, 0.8),
    ],
)  # fmt: skip
def test_left_and_right_are_mirror_images_and_left_is_the_subjects(
    left: tuple[int, ...], right: tuple[int, ...], apart: float
) -> None:
    """``apart`` is in head units; an eye is 2.8 wide. The points are found by a detector, so they tremble."""
    assert MEAN[list(left), 0].min() > 0 > MEAN[list(right), 0].max()
    assert np.linalg.norm(MEAN[list(left)] - MEAN[list(right)] * (-1, 1, 1), axis=1).max() < apart


def test_features_stand_in_a_faces_order() -> None:
    parts = {"brow": lm.LEFT_BROW, "eye": lm.LEFT_EYE, "nose": (1,), "lips": lm.LIPS_OUTER, "chin": (152,)}
    heights = [MEAN[list(points), 1].mean() for points in parts.values()]
    assert heights == sorted(heights, reverse=True)
    assert MEAN[:, 2].argmax() in (1, 4), "the nose's tip is the nearest point"
    upper, lower = MEAN[list(lm.UPPER_INNER)], MEAN[list(lm.LOWER_INNER)]
    assert (np.abs(upper[:, 0] - lower[:, 0]) < 0.4).all(), "lips meet pair by pair"


def test_inner_lip_points_belong_to_their_own_lip() -> None:
    fall = RIG.landmarks[2][ARKIT_INDEX["jawOpen"], :, 1]
    assert fall[list(lm.LOWER_INNER)].max() < -1.5 and fall[[14, 87, 317]].max() < -2.5
    assert fall[list(lm.UPPER_INNER)].min() > -1.2


def test_named_points_are_mediapipes_and_do_not_repeat() -> None:
    for name in ("LEFT_EYE", "RIGHT_EYE", "LEFT_BROW", "RIGHT_BROW", "LIPS_OUTER", "LIPS_INNER", "FACE_OVAL"):
        points = getattr(lm, name)
        assert len(set(points)) == len(points) and min(points) >= 0 and max(points) < 468
    assert sorted(lm.LEFT_IRIS + lm.RIGHT_IRIS) == list(range(468, 478))


def test_ibug_points_run_as_the_scheme_says() -> None:
    at = MEAN[lm.IBUG_68]
    assert len(set(lm.IBUG_68.tolist())) == 68
    jaw, brows, nose, base = at[:17], at[17:27], at[27:31], at[31:36]
    assert (np.diff(jaw[:, 0]) > 0).all() and jaw[:, 1].argmin() == 8, (
        "jaw: subject's right to left, chin in the middle"
    )
    assert (np.diff(brows[:, 0]) > 0).all()
    assert (np.diff(nose[:, 1]) < 0).all() and np.abs(nose[:, 0]).max() < 0.4
    assert (np.diff(base[:, 0]) > 0).all()
    right, left = at[36:42], at[42:48]
    assert right[:, 0].max() < 0 < left[:, 0].min()
    for eye in (right, left):  # corner, two upper, corner, two lower
        assert eye[0, 0] < eye[1, 0] < eye[2, 0] < eye[3, 0] and eye[5, 0] < eye[4, 0]
        assert eye[1:3, 1].min() > eye[4:, 1].max()
    outer, inner = at[48:60], at[60:68]
    for lip, count in ((outer, 12), (inner, 8)):
        half = count // 2
        assert (np.diff(lip[: half + 1, 0]) > 0).all() and (np.diff(lip[half:, 0]) < 0).all()
        assert lip[1:half, 1].mean() > lip[half + 1 :, 1].mean()


def test_inter_ocular_distance_is_between_the_outer_corners() -> None:
    points = np.zeros((478, 3))
    points[33], points[263] = (10, 20, 5), (13, 24, -50)
    assert lm.inter_ocular(points) == pytest.approx(5.0)
