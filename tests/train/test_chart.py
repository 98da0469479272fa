"""The chart lies flat: a face-like mesh with mouth and eyes cut out is unrolled without a fold."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.train.chart import Chart, boundary_loops, flatten, flipped_share
from npcface.train.facekit import PARTS, FaceKit
from npcface.vocab import ARKIT_52

ROWS, COLUMNS = 60, 48
HOLES = {"mouth": (0.0, -3.5, 2.2, 0.5), "eyeLeft": (3.1, 3.6, 1.3, 0.5), "eyeRight": (-3.1, 3.6, 1.3, 0.5)}
"""Centre x, y and half width and height in head units."""


def synthetic() -> FaceKit:
    """A bent sheet with three holes in FaceKit's layout: texture coordinates, shapes and part ranges."""
    u, v = np.meshgrid(np.linspace(0.15, 0.85, COLUMNS), np.linspace(0.24, 0.96, ROWS))
    angle = (u - 0.5) / 0.35 * 0.62
    y = (v - 0.55) / 0.36 * 9.0
    neutral = np.stack([13 * np.sin(angle), y, 13 * np.cos(angle) - 2], axis=-1).reshape(-1, 3)
    index = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    a, b, c, d = index[:-1, :-1].ravel(), index[:-1, 1:].ravel(), index[1:, :-1].ravel(), index[1:, 1:].ravel()
    triangles = np.concatenate([np.stack([a, b, d], 1), np.stack([a, d, c], 1)])
    middle = neutral[triangles].mean(axis=1)
    cut = np.zeros(len(triangles), bool)
    for x0, y0, wide, high in HOLES.values():
        cut |= ((middle[:, 0] - x0) / wide) ** 2 + ((middle[:, 1] - y0) / high) ** 2 < 1
    triangles = triangles[~cut]
    used, flat = np.unique(triangles, return_inverse=True)
    neutral, triangles = neutral[used].astype(np.float32), flat.reshape(-1, 3).astype(np.int64)
    assert len(neutral) < PARTS["face"][1]
    uv = np.stack([u.ravel(), v.ravel()], axis=1)[used].astype(np.float32)
    shapes = {name: np.zeros_like(neutral) for name in ARKIT_52 if name != "tongueOut"}
    lower = np.clip((-3.4 - neutral[:, 1]) / 0.5, 0, 1) * np.exp(-((neutral[:, 0] / 3) ** 2))
    shapes["jawOpen"][:, 1] = -2.5 * lower
    return FaceKit(neutral, shapes, np.zeros((1, *neutral.shape), np.float32), triangles, triangles, uv)


@pytest.fixture(scope="module")
def kit() -> FaceKit:
    return synthetic()


@pytest.fixture(scope="module")
def chart(kit: FaceKit) -> Chart:
    return flatten(kit)


def area(chart: Chart) -> NDArray[np.float64]:
    a, b, c = (chart.coords[chart.triangles[:, i]] for i in range(3))
    one, two = b - a, c - a
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


def test_no_more_than_one_triangle_in_a_hundred_is_turned_over(chart: Chart) -> None:
    assert flipped_share(chart) <= 0.01
    assert flipped_share(chart) == min((area(chart) > 0).mean(), (area(chart) < 0).mean())


def test_a_fold_is_counted(chart: Chart) -> None:
    from dataclasses import replace

    folded = chart.coords.copy()
    folded[:: len(folded) // 80] = 0.5
    assert flipped_share(replace(chart, coords=folded)) > 0.02


def test_chart_fills_its_square_upright_and_unmirrored(kit: FaceKit, chart: Chart) -> None:
    assert chart.coords.min() == pytest.approx(0.02, abs=1e-6) and chart.coords.max() == pytest.approx(0.98, abs=1e-6)
    place = kit.neutral[chart.vertices]
    assert np.corrcoef(place[:, 0], chart.coords[:, 0])[0, 1] > 0.95
    assert np.corrcoef(place[:, 1], chart.coords[:, 1])[0, 1] < -0.95


def test_openings_are_named_by_where_they_are(kit: FaceKit, chart: Chart) -> None:
    assert set(chart.holes) == set(HOLES)
    for name, (x, y, *_) in HOLES.items():
        assert kit.neutral[chart.vertices[chart.holes[name]]].mean(axis=0)[:2] == pytest.approx((x, y), abs=0.5)


def test_openings_are_real_holes_in_the_chart(chart: Chart) -> None:
    middles = chart.coords[chart.triangles].mean(axis=1)
    for rim in chart.holes.values():
        centre = chart.coords[rim].mean(axis=0)
        assert np.linalg.norm(middles - centre, axis=1).min() > 0.01
        assert np.ptp(chart.coords[rim], axis=0).min() > 0.01


def test_boundary_loops_of_a_ring_are_its_two_rims() -> None:
    outer, inner = np.arange(8), np.arange(8, 16)
    following = np.roll(np.arange(8), -1)
    triangles = np.concatenate(
        [np.stack([outer, outer[following], inner], 1), np.stack([outer[following], inner[following], inner], 1)]
    )
    loops = boundary_loops(triangles)
    assert sorted(sorted(loop.tolist()) for loop in loops) == [outer.tolist(), inner.tolist()]
    for loop in loops:
        steps = np.diff(np.append(loop, loop[0])) % 8
        assert set(steps.tolist()) in ({1}, {7}), "in order around the rim"
