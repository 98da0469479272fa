"""The landmark map: lines where the points are, the same on both halves of the face chart."""

from __future__ import annotations

import numpy as np
import pytest

from npcface.model.landmark_map import CONTOURS, chart_map, landmark_map
from npcface.model.layout import FEATURES_PX
from npcface.rig import load_rig

SIZE = 96


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    """[468+, 2] a face's landmarks, moved onto pixel centres of a ``SIZE`` px map."""
    return (np.floor(load_rig().landmark_coords[:, :2] * SIZE) + 0.5) / SIZE


def test_every_point_is_drawn_in_its_own_channel(points: np.ndarray) -> None:
    drawn = landmark_map(points, SIZE)
    assert drawn.shape == (SIZE, SIZE, 3) and drawn.dtype == np.uint8
    for channel, lines in enumerate(CONTOURS):
        for line in lines:
            columns, rows = (points[list(line)] * SIZE).astype(int).T
            assert (drawn[rows, columns, channel] > 120).all()


def test_nothing_is_drawn_away_from_the_lines(points: np.ndarray) -> None:
    drawn = landmark_map(points, SIZE)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    for channel, lines in enumerate(CONTOURS):
        places = points[[index for line in lines for index in line]] * SIZE - 0.5
        low, high = places.min(0) - 2, places.max(0) + 2
        outside = (columns < low[0]) | (columns > high[0]) | (rows < low[1]) | (rows > high[1])
        assert outside.any() and not drawn[outside, channel].any()
        assert 0.005 < (drawn[..., channel] > 0).mean() < 0.25  # lines, not areas


def test_one_moved_point_moves_its_line(points: np.ndarray) -> None:
    moved = points.copy()
    moved[17] += (0.0, 10 / SIZE)  # the middle of the lower lip
    column, row = (moved[17] * SIZE).astype(int)
    assert landmark_map(points, SIZE)[row, column, 0] == 0
    assert landmark_map(moved, SIZE)[row, column, 0] > 120


def test_the_charts_map_is_symmetric() -> None:
    drawn = chart_map(load_rig()).astype(int)
    assert drawn.shape == (FEATURES_PX, FEATURES_PX, 3)
    assert np.abs(drawn - drawn[:, ::-1]).mean() < 0.1 * drawn.mean()
