"""Head rotation: signs as FaceState promises them, and back to angles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.rig.pose import angles, rotation, skew, small_rotation

NOSE, CROWN = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])
DEGREES = st.floats(-80, 80)


@given(yaw=DEGREES, pitch=DEGREES, roll=st.floats(-170, 170))
def test_angles_are_the_inverse_of_rotation(yaw: float, pitch: float, roll: float) -> None:
    matrix = rotation(np.array([yaw, pitch, roll]))
    assert np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-12) and np.linalg.det(matrix) == pytest.approx(1)
    assert angles(matrix) == pytest.approx([yaw, pitch, roll], abs=1e-6)


@pytest.mark.parametrize(
    ("turn", "point", "axis"),
    [
        ((20.0, 0.0, 0.0), NOSE, 0),  # yaw +: the nose goes to the viewer's right
        ((0.0, 20.0, 0.0), NOSE, 1),  # pitch +: the nose goes up
        ((0.0, 0.0, 20.0), CROWN, 0),  # roll +: the crown goes to the viewer's right
    ],
)
def test_signs(turn: tuple[float, float, float], point: np.ndarray, axis: int) -> None:
    moved = rotation(np.array(turn)) @ point
    assert moved[axis] == pytest.approx(np.sin(np.deg2rad(20)))
    assert rotation(-np.array(turn)) @ point @ np.eye(3)[axis] == pytest.approx(-moved[axis])


def test_roll_tilts_a_turned_head_in_the_picture_plane() -> None:
    turned = rotation(np.array([30.0, 10.0, 0.0]))
    rolled = rotation(np.array([30.0, 10.0, 15.0]))
    assert np.allclose(rolled[2], turned[2]), "depth does not change"


@given(vector=st.tuples(*[st.floats(-2, 2)] * 3))
def test_small_rotation_is_a_rotation_by_the_vectors_length(vector: tuple[float, float, float]) -> None:
    matrix = small_rotation(np.array(vector))
    assert np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-9)
    assert np.allclose(matrix @ vector, vector, atol=1e-9), "the axis stays"
    assert (np.trace(matrix) - 1) / 2 == pytest.approx(np.cos(np.linalg.norm(vector)), abs=1e-9)


@given(vector=st.tuples(*[st.floats(-1, 1)] * 3), point=st.tuples(*[st.floats(-10, 10)] * 3))
def test_skew_is_the_derivative_of_the_rotation(
    vector: tuple[float, float, float], point: tuple[float, float, float]
) -> None:
    step = 1e-6
    moved = small_rotation(np.array(vector) * step) @ np.array(point) - point
    assert moved / step == pytest.approx(skew(np.array([point]))[0] @ vector, abs=1e-3)
