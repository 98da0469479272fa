"""Geometry images: what lies under a node, how holes are filled, and that look-ups do not bend anything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from npcface.train.geometry import Membrane, bilinear, rasterise, resample

SIZE = 32


def patch(rows: int = 6, columns: int = 5, bend: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices and triangles of a sheet over [.1, .9]², its inner vertices pushed about."""
    x, y = np.meshgrid(np.linspace(0.1, 0.9, columns), np.linspace(0.1, 0.9, rows))
    coords = np.stack([x.ravel(), y.ravel()], axis=1)
    inner = (np.abs(coords - 0.5) < 0.39).all(axis=1)
    coords[inner] += np.random.default_rng(0).uniform(-bend, bend, (inner.sum(), 2))
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1].ravel(), index[:-1, 1:].ravel(), index[1:, :-1].ravel(), index[1:, 1:].ravel()
    return coords, np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])


def nodes() -> NDArray[np.float64]:
    axis = (np.arange(SIZE) + 0.5) / SIZE
    return np.stack(np.meshgrid(axis, axis), axis=-1)


def test_every_covered_node_knows_its_triangle_and_weights() -> None:
    coords, triangles = patch(bend=0.05)
    raster = rasterise(coords, triangles, SIZE)
    inside = (np.abs(nodes() - 0.5) < 0.399).all(axis=-1)
    assert ((raster.triangle >= 0) == inside).all()
    weights = raster.barycentric[inside]
    assert weights.sum(axis=1) == pytest.approx(1.0) and weights.min() > -1e-5
    back = (coords[triangles[raster.triangle[inside]]] * weights[..., None]).sum(axis=1)
    assert back == pytest.approx(nodes()[inside], abs=1e-9)


def test_triangles_without_area_and_off_the_chart_cover_nothing() -> None:
    coords = np.array([[0.2, 0.2], [0.8, 0.2], [0.5, 0.2], [2.0, 2.0], [3.0, 2.0], [2.0, 3.0]])
    raster = rasterise(coords, np.array([[0, 1, 2], [3, 4, 5]]), SIZE)
    assert (raster.triangle == -1).all()


def test_resampling_keeps_linear_attributes_exactly() -> None:
    coords, triangles = patch(bend=0.05)
    raster = rasterise(coords, triangles, SIZE)
    values = np.stack([2 * coords[:, 0] - coords[:, 1], coords[:, 1]], axis=1).astype(np.float32)
    image = resample(raster, triangles, values)
    x, y = nodes()[..., 0], nodes()[..., 1]
    covered = raster.triangle >= 0
    assert image[covered] == pytest.approx(np.stack([2 * x - y, y], axis=-1)[covered], abs=1e-5)
    assert not image[~covered].any()


def test_membrane_fills_harmonically_and_leaves_the_known_alone() -> None:
    random = np.random.default_rng(3)
    valid = np.ones((SIZE, SIZE), bool)
    valid[8:20, 10:25] = False
    image = random.normal(size=(SIZE, SIZE, 2))
    filled = Membrane(valid).fill(image)
    assert np.array_equal(filled[valid], image[valid])
    mean = (filled[7:19, 10:25] + filled[9:21, 10:25] + filled[8:20, 9:24] + filled[8:20, 11:26]) / 4
    assert filled[8:20, 10:25] == pytest.approx(mean, abs=1e-9)


def test_membrane_continues_linear_fields_and_obeys_the_maximum_principle() -> None:
    valid = np.ones((SIZE, SIZE), bool)
    valid[10:22, 5:18] = False
    plane = nodes() @ np.array([[1.0, 0.5], [-2.0, 1.0]])
    assert Membrane(valid).fill(np.where(valid[..., None], plane, 99.0)) == pytest.approx(plane, abs=1e-9)
    outside = np.zeros((SIZE, SIZE), bool)
    outside[12:20, 12:20] = True
    noise = np.random.default_rng(1).uniform(-1, 1, (SIZE, SIZE, 1))
    filled = Membrane(outside).fill(noise)
    assert filled.min() >= noise[outside].min() - 1e-9 and filled.max() <= noise[outside].max() + 1e-9


@given(at=st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98)))
def test_bilinear_is_exact_on_linear_fields(at: tuple[float, float]) -> None:
    image = nodes() @ np.array([[3.0, 1.0], [-1.0, 2.0]]) + (0.5, -0.25)
    expected = np.array(at) @ np.array([[3.0, 1.0], [-1.0, 2.0]]) + (0.5, -0.25)
    assert bilinear(image, np.array([at]))[0] == pytest.approx(expected, abs=1e-9)


def test_bilinear_returns_node_values_at_nodes_and_clamps_outside() -> None:
    image = np.random.default_rng(0).normal(size=(SIZE, SIZE, 3))
    assert bilinear(image, nodes().reshape(-1, 2)).reshape(image.shape) == pytest.approx(image, abs=1e-6)
    assert bilinear(image, np.array([[-1.0, -1.0], [2.0, 2.0]])) == pytest.approx(image[[0, -1], [0, -1]], abs=1e-6)
