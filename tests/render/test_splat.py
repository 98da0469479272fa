"""Splatting: the nearest point wins a pixel, small gaps close, and chart coordinates are right at pixel centres."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from npcface.render.splat import refine, splat

SIZE = 16


def sheet(rows: int, columns: int, left: float, top: float, right: float, bottom: float, z: float) -> Any:
    """[1, 3, rows, columns] a flat sheet whose points spread evenly over a rectangle of pixels."""
    x = left + (torch.arange(columns) + 0.5) / columns * (right - left)
    y = top + (torch.arange(rows) + 0.5) / rows * (bottom - top)
    return torch.stack(
        [x[None].expand(rows, columns), y[:, None].expand(rows, columns), torch.full((rows, columns), z)]
    )[None]


def everywhere(points: Any) -> Any:
    return torch.ones((1, 1, *points.shape[2:]))


@pytest.mark.parametrize("near_first", [True, False])
def test_the_nearest_point_wins(near_first: bool) -> None:
    near, far = sheet(16, 16, 0, 0, 16, 16, 0.2), sheet(16, 16, 0, 0, 16, 16, -0.2)
    points = torch.cat([near, far] if near_first else [far, near], dim=2)
    winner = splat(points, everywhere(points), SIZE, SIZE)
    row = torch.div(winner, 16, rounding_mode="floor")
    assert ((row < 16) == near_first).all()


def test_a_nearer_sheet_hides_only_what_it_covers() -> None:
    points = torch.cat([sheet(16, 16, 0, 0, 16, 16, -0.1), sheet(16, 16, 4, 4, 12, 12, 0.1)], dim=2)
    winner = splat(points, everywhere(points), SIZE, SIZE).reshape(SIZE, SIZE)
    front = winner >= 256
    assert front[4:12, 4:12].all() and front.sum() == 64


def test_points_outside_or_not_valid_leave_no_trace() -> None:
    points = sheet(16, 32, -16, 0, 16, 16, 0.0)
    valid = everywhere(points)
    valid[:, :, :8] = 0
    winner = splat(points, valid, SIZE, SIZE).reshape(SIZE, SIZE)
    assert (winner[:6] == -1).all(), "but for the two rows that count as a gap"
    assert torch.equal(winner[8:] % 32, (torch.arange(16) + 16).expand(8, 16))


def test_gaps_of_a_stretched_sheet_close_and_large_holes_stay() -> None:
    points = sheet(8, 8, 0, 0, 16, 16, 0.0)  # every other row and column is empty
    assert (splat(points, everywhere(points), SIZE, SIZE) >= 0).all()
    valid = everywhere(points)
    valid[:, :, 2:6, 2:6] = 0
    holed = splat(points, valid, SIZE, SIZE).reshape(SIZE, SIZE)
    assert (holed[6:10, 6:10] == -1).all()


def test_what_lies_behind_does_not_shine_through_a_gap() -> None:
    front = sheet(16, 16, 0, 0, 16, 16, 0.2)
    front[..., 7] = 99.0  # one column of points missing
    points = torch.cat([front, sheet(16, 16, 0, 0, 16, 16, -0.2)], dim=2)
    winner = splat(points, everywhere(points), SIZE, SIZE)
    assert (winner < 256).all()


def test_chart_coordinates_are_those_of_pixel_centres() -> None:
    points = sheet(40, 40, 1.3, 0.7, 14.9, 15.2, 0.0)
    winner = splat(points, everywhere(points), SIZE, SIZE)
    coords, depth = refine(points, winner, SIZE, SIZE)
    centre = torch.arange(SIZE) + 0.5
    x, y = (centre - 1.3) / (14.9 - 1.3) * 2 - 1, (centre - 0.7) / (15.2 - 0.7) * 2 - 1
    rows, columns = slice(1, 15), slice(2, 14)  # pixels whose centre lies on the sheet
    assert torch.allclose(coords[0, rows, columns, 0], x[None, columns].expand(14, 12), atol=1e-4)
    assert torch.allclose(coords[0, rows, columns, 1], y[rows, None].expand(14, 12), atol=1e-4)
    assert depth.abs().max() == 0


def test_where_nothing_lies_there_is_no_chart_coordinate() -> None:
    points = sheet(20, 20, 0, 0, 5, 5, 0.1)
    winner = splat(points, everywhere(points), SIZE, SIZE)
    coords, _ = refine(points, winner, SIZE, SIZE)
    assert (winner.reshape(SIZE, SIZE)[8:, 8:] == -1).all() and (coords[0, 8:, 8:] == -1).all()


def test_batches_do_not_mix() -> None:
    one, other = sheet(20, 20, 2, 2, 9, 9, 0.1), sheet(20, 20, 5, 5, 15, 15, -0.3)
    both = torch.cat([one, other])
    winner = splat(both, everywhere(both), SIZE, SIZE)
    coords, _ = refine(both, winner, SIZE, SIZE)
    for index, single in enumerate((one, other)):
        alone = splat(single, everywhere(single), SIZE, SIZE)
        assert torch.equal(winner[index : index + 1], alone)
        assert torch.equal(coords[index : index + 1], refine(single, alone, SIZE, SIZE)[0])
