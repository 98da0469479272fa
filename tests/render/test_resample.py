"""Resizing and distances against what they are by definition, and against SciPy's."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.render.looks import _inner_distance
from npcface.render.resample import resize
from tests.needed import needed

SIDES = st.integers(1, 40)


def shares(old: int, new: int) -> np.ndarray:
    """[new, old] how much of each old pixel a new one holds."""
    matrix = np.zeros((new, old))
    for row in range(new):
        if new >= old:  # bilinear between the two nearest centres
            place = min(max((row + 0.5) * old / new - 0.5, 0.0), old - 1.0)
            low = int(place)
            matrix[row, low] += 1 - (place - low)
            matrix[row, min(low + 1, old - 1)] += place - low
        else:  # by area
            for column in range(old):
                matrix[row, column] = max(0.0, min((row + 1) * old / new, column + 1) - max(row * old / new, column))
            matrix[row] /= matrix[row].sum()
    return matrix


@settings(deadline=None)
@given(SIDES, SIDES, SIDES, SIDES, st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_resize_is_bilinear_up_and_by_area_down(
    height: int, width: int, rows: int, columns: int, channels: int, seed: int
) -> None:
    image = np.random.default_rng(seed).uniform(0, 255, (height, width, channels)).astype(np.float32)
    before = image.copy()
    wanted = np.einsum("rh,hwk,cw->rck", shares(height, rows), image, shares(width, columns))
    resized = resize(image, rows, columns)
    assert resized.dtype == np.float32 and resized.shape == (rows, columns, channels)
    assert np.allclose(resized, wanted, atol=1e-3)
    assert np.array_equal(image, before)  # nobody's picture is changed


@given(st.integers(3, 30), st.integers(3, 30), st.floats(0.5, 1.0), st.integers(0, 2**32 - 1))
def test_distances_are_euclidean_up_to_their_reach(height: int, width: int, share: float, seed: int) -> None:
    ndimage = needed("scipy.ndimage", "scipy is not installed")
    mask = np.random.default_rng(seed).random((height, width)) < share
    inside = mask.copy()
    inside[[0, -1]] = inside[:, [0, -1]] = False  # the border counts as outside
    distance = _inner_distance(mask, reach=6)
    near = distance < 6
    exact = ndimage.distance_transform_edt(inside)
    assert np.allclose(distance[near], exact[near]) and (exact[~near] >= 6).all()
