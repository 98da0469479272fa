"""Squares around mouth and eyes, and the open mouth's inside, on points at known places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.eval import regions as r
from npcface.eval.geometry import CORNERS, LIPS, OUTER_CORNERS

SIZE = 256


def face(
    eye: float = 24.0, gap: float = 10.0, tilt: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """[478, 2] points: eyes ``eye`` px wide 80 px apart, inner lips an ellipse 40 px wide and ``gap`` px high."""
    points = np.full((478, 2), 128.0)
    for side, (start, end) in zip((88.0, 168.0), CORNERS, strict=True):
        points[start], points[end] = (side - eye / 2, 100.0), (side + eye / 2, 100.0)
    # Along the lower lip from the viewer's left corner to the right one, back along the upper lip.
    for step, index in enumerate(r.INNER_LIPS):
        angle = np.pi * step / 10
        points[index] = 128 - 20 * np.cos(angle), 170 + gap / 2 * np.sin(angle)
    outer = [index for index in LIPS if index not in set(r.INNER_LIPS)]
    for step, index in enumerate(outer):
        angle = 2 * np.pi * step / len(outer)
        points[index] = 128 - 30 * np.cos(angle), 170 + 16 * np.sin(angle)
    a = np.radians(tilt)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return (points - 128) @ turn.T + 128 + np.array(shift)


places = st.tuples(st.floats(-400, 400), st.floats(-400, 400))


def test_the_inner_contour_is_the_inner_half_of_the_lips():
    assert len(set(r.INNER_LIPS)) == len(r.INNER_LIPS) == 20
    assert set(r.INNER_LIPS) == set(LIPS[20:])


@given(st.floats(0.1, 300), st.floats(-180, 180), places)
def test_boxes_stay_inside_the_picture(eye, tilt, shift):
    points = face(eye=eye, tilt=tilt, shift=shift)
    for box in (*r.eye_boxes(points, SIZE), r.mouth_box(points, SIZE)):
        assert box.left >= 0 and box.top >= 0 and box.side >= r.LEAST_SIDE
        assert box.left + box.side <= SIZE and box.top + box.side <= SIZE


@given(st.floats(8, 40), st.floats(-45, 45), st.tuples(st.floats(-20, 20), st.floats(-20, 20)))
def test_an_eyes_box_is_centred_on_it_and_as_wide_as_said_however_the_head_tilts(eye, tilt, shift):
    points = face(eye=eye, tilt=tilt, shift=shift)
    for box, corners in zip(r.eye_boxes(points, SIZE), CORNERS, strict=True):
        ends = points[list(corners)]
        assert box.side == pytest.approx(r.EYE_TIMES * eye, abs=0.51)
        assert np.array([box.left, box.top]) + box.side / 2 == pytest.approx(ends.mean(0), abs=0.51)
        assert (ends > (box.left, box.top)).all() and (ends < (box.left + box.side, box.top + box.side)).all()


def test_right_and_left_eye_are_told_apart():
    right, left = r.eye_boxes(face(), SIZE)
    assert right.left < left.left  # the subject's right eye is on the viewer's left


@given(st.floats(-45, 45), st.tuples(st.floats(-40, 40), st.floats(-40, 40)))
def test_the_mouths_box_holds_the_lips(tilt, shift):
    points = face(tilt=tilt, shift=shift)
    box = r.mouth_box(points, SIZE)
    lips = points[list(LIPS)]
    assert (lips >= (box.left, box.top)).all() and (lips <= (box.left + box.side, box.top + box.side)).all()


@given(st.floats(4, 40), st.floats(-60, 60), st.tuples(st.floats(-30, 30), st.floats(-30, 30)))
def test_the_inside_has_the_polygons_area_and_lies_around_its_middle(gap, tilt, shift):
    points = face(gap=gap, tilt=tilt, shift=shift)
    mask = r.mouth_inside(points, SIZE)
    x, y = points[list(r.INNER_LIPS)].T
    area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    assert mask.sum() == pytest.approx(area, abs=0.25 * 2 * (40 + gap))  # filling the outline too would be off by 0.5
    middle = np.argwhere(mask)[:, ::-1].mean(0) + 0.5
    assert middle == pytest.approx([x.mean(), y.mean()], abs=1.0)


@given(*[st.integers(1, 7).map(lambda eighths: eighths / 8).filter(lambda part: part != 0.5)] * 2, st.integers(1, 60))
def test_a_rectangles_pixels_are_those_with_their_centre_inside(x, y, side):
    left, top, height = 40 + x, 50 + y, side / 2 + 0.25
    corners = np.array([[left, top], [left + side, top], [left + side, top + height], [left, top + height]])
    centres = np.arange(SIZE) + 0.5
    columns, rows = (centres > left) & (centres < left + side), (centres > top) & (centres < top + height)
    expected = np.outer(rows, columns)
    sure = np.ones_like(expected)
    sure[np.ix_(np.isin(centres, corners[:, 1]), np.arange(SIZE))] = False  # on the edge it may be either
    assert (r.polygon_mask(corners, SIZE) == expected)[sure].all()
    assert (r.polygon_mask(corners[::-1], SIZE) == expected)[sure].all()


def test_shut_lips_have_no_inside_and_no_gap():
    points = face(gap=0.0)
    assert r.mouth_inside(points, SIZE).sum() == 0
    assert r.lip_gap(points) == pytest.approx(0)


@given(st.floats(0.5, 30), st.floats(-60, 60))
def test_the_gap_grows_with_the_mouth_and_ignores_the_tilt(gap, tilt):
    points = face(gap=gap, tilt=tilt)
    eyes = np.linalg.norm(np.subtract(*points[list(OUTER_CORNERS)]))
    assert 0.9 * gap < r.lip_gap(points) * eyes <= gap + 1e-6


def test_a_mouth_beyond_the_edge_is_cut_off():
    assert not r.mouth_inside(face(shift=(0, 200)), SIZE).any()
    half = r.mouth_inside(face(gap=30, shift=(128, 0)), SIZE)
    assert 0 < half.sum() < 0.6 * r.mouth_inside(face(gap=30), SIZE).sum()


def test_a_cut_is_the_part_asked_for():
    picture = np.zeros((SIZE, SIZE, 3), np.uint8)
    picture[40:60, 30:50] = 200
    assert (r.Box(30, 40, 20).cut(picture, 64) == 200).all()
    assert r.Box(0, 0, 20).cut(picture, 64).max() == 0
