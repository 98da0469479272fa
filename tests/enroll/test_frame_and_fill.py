"""The parts of enrolment that can be checked by arithmetic: the square, the fill, the layers, the light."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.enroll.fill import push_pull
from npcface.enroll.frame import Frame, choose_frame
from npcface.enroll.matte import split_layers
from npcface.enroll.shape import direction
from npcface.rig.pose import rotation


def face_points(left: float, top: float, size: float) -> np.ndarray:
    return np.array([[left, top], [left + 0.8 * size, top + size], [left + 0.4 * size, top + 0.5 * size]])


def test_a_square_portrait_is_taken_whole() -> None:
    assert choose_frame(face_points(300, 250, 400), 1024, 1024) == Frame(0.0, 0.0, 1024.0)


@settings(max_examples=60)
@given(
    width=st.integers(200, 4000), height=st.integers(200, 4000), size=st.floats(0.1, 0.9),
    x=st.floats(0, 1), y=st.floats(0, 1),
)  # fmt: skip
def test_the_face_is_always_inside_its_square(width: int, height: int, size: float, x: float, y: float) -> None:
    face = size * min(width, height)
    points = face_points(x * (width - face), y * (height - face), face)
    frame = choose_frame(points, width, height)
    at = frame.to_texture(points, 1)
    assert at.min() > -0.01 and at.max() < 1.01
    assert 1.0 / 4.6 < np.ptp(at, axis=0).max() <= 0.95
    # a square that fits into the picture does not reach past it
    for start, side, limit in ((frame.left, frame.side, width), (frame.top, frame.side, height)):
        if side <= limit:
            assert start >= -1e-6 and start + side <= limit + 1e-6


@pytest.mark.parametrize("side", [200.0, 512.0, 1500.0])
def test_cut_puts_things_where_to_texture_says(side: float) -> None:
    frame = Frame(60.0, -30.0, side)
    spot = np.array([60 + 0.4 * side, -30 + 0.7 * side])
    y, x = np.mgrid[:1600, :1700]
    radius = 0.02 * side
    picture = (255 * np.exp(-((x + 0.5 - spot[0]) ** 2 + (y + 0.5 - spot[1]) ** 2) / radius**2)).astype(np.uint8)
    cut = frame.cut(np.dstack([picture] * 3), 256)[..., 0].astype(np.float64)
    row, column = np.mgrid[:256, :256]
    found = np.array([(cut * (column + 0.5)).sum(), (cut * (row + 0.5)).sum()]) / cut.sum()
    assert found == pytest.approx(frame.to_texture(spot, 256), abs=0.3)
    assert found == pytest.approx((0.4 * 256, 0.7 * 256), abs=0.3)


def test_past_the_border_the_border_goes_on() -> None:
    picture = np.full((100, 100, 3), (10, 200, 30), np.uint8)
    picture[:, 50:] = (250, 20, 90)
    cut = Frame(-50, -50, 200).cut(picture, 200)
    assert (cut[:, :60] == (10, 200, 30)).all() and (cut[:, 140:] == (250, 20, 90)).all()


def test_push_pull_keeps_what_is_known_and_continues_it() -> None:
    y, x = np.mgrid[:64, :64].astype(np.float32) / 64
    image = np.dstack([x, y, np.full_like(x, 0.3)])
    weight = np.ones((64, 64), np.float32)
    weight[20:44, 16:48] = 0
    spoiled = np.where(weight[..., None] > 0, image, 9.0).astype(np.float32)
    filled = push_pull(spoiled, weight)
    assert filled[weight > 0] == pytest.approx(image[weight > 0], abs=1e-6)
    hole = weight == 0
    assert np.abs(filled[hole] - image[hole]).max() < 0.2 and np.abs(filled[hole] - image[hole]).mean() < 0.05
    assert filled[..., 2] == pytest.approx(0.3, abs=1e-3)


def test_push_pull_of_nothing_but_one_point_is_that_point() -> None:
    image, weight = np.zeros((40, 30, 3), np.float32), np.zeros((40, 30), np.float32)
    image[7, 9], weight[7, 9] = (0.2, 0.5, 0.9), 1.0
    assert push_pull(image, weight) == pytest.approx(np.broadcast_to((0.2, 0.5, 0.9), image.shape), abs=0.02)


@pytest.fixture
def disc() -> tuple[np.ndarray, np.ndarray]:
    """A red disc with a soft edge before a green wall, and its true matte."""
    y, x = np.mgrid[:256, :256]
    matte = np.clip((80 - np.hypot(x - 128, y - 128)) / 8 + 0.5, 0, 1).astype(np.float32)
    image = matte[..., None] * (0.8, 0.1, 0.1) + (1 - matte[..., None]) * (0.1, 0.7, 0.2)
    return np.round(image * 255).astype(np.uint8), matte


def test_layers_are_freed_of_each_other(disc: tuple[np.ndarray, np.ndarray]) -> None:
    image, matte = disc
    front, plate = split_layers(image, matte)
    edge = (matte > 0.1) & (matte < 0.9)
    assert edge.sum() > 1000
    assert front[edge] == pytest.approx(np.broadcast_to((0.8, 0.1, 0.1), front[edge].shape), abs=0.1)
    assert plate == pytest.approx(np.broadcast_to((0.1, 0.7, 0.2), plate.shape), abs=0.06)


def test_layers_together_are_the_picture(disc: tuple[np.ndarray, np.ndarray]) -> None:
    image, matte = disc
    front, plate = split_layers(image, matte)
    again = front * matte[..., None] + plate * (1 - matte[..., None])
    assert np.abs(again * 255 - image).mean() < 1.5 and np.abs(again * 255 - image).max() < 25


def test_a_person_who_fills_the_picture_still_gets_a_background() -> None:
    image = np.full((64, 64, 3), 180, np.uint8)
    front, plate = split_layers(image, np.ones((64, 64), np.float32))
    assert front == pytest.approx(180 / 255, abs=0.01) and plate == pytest.approx(180 / 255, abs=0.02)


@given(yaw=st.floats(-60, 60), pitch=st.floats(-60, 60))
def test_gaze_direction_is_that_of_a_head_turned_so(yaw: float, pitch: float) -> None:
    assert direction(np.array([yaw, pitch])) == pytest.approx(rotation(np.array([yaw, pitch, 0])) @ (0, 0, 1), abs=1e-9)
