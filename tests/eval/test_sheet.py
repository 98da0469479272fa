"""The side-by-side sheet, on samples made of flat colours."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from npcface.eval.geometry import CORNERS, LIPS
from npcface.eval.sample import ClipSample
from npcface.eval.sheet import (
    CAPTION,
    CELL,
    GAP,
    HEAD,
    ROWS,
    STRIP,
    ComparisonSheet,
    sheet_size,
    strip_box,
    telling_row,
)

SIDE = 128
TINTS = {"still copy": 60, "warp": 120, "neural": 180}


def face_at(shift: float) -> SimpleNamespace:
    points = np.full((478, 3), 64.0)
    for x, corners in zip((44.0, 84.0), CORNERS, strict=True):
        points[list(corners), :2] = (x - 8, 50), (x + 8, 50)
    points[list(LIPS), 1] = 90
    return SimpleNamespace(points=points + np.array([shift, 0.0, 0.0]))


def sample_of(name: str, shifts: tuple[float | None, ...] = (0, 3, 9, 5), level: int = 230) -> ClipSample:
    count = len(shifts)
    frames = np.full((count, SIDE, SIDE, 3), level, np.uint8)
    faces: list[Any] = [None if shift is None else face_at(shift) for shift in shifts]
    nothing = np.zeros((0, SIDE, SIDE, 3), np.uint8)
    rows = np.arange(count)
    return ClipSample(name, 100.0, 10 * rows, frames, faces, rows[1:], rows[:0], nothing, rows[:0])


def outputs_of(sample: ClipSample) -> dict[str, np.ndarray]:
    return {name: np.full_like(sample.frames, tint) for name, tint in TINTS.items()}


def drawn(clips: int, *, zoom: bool = True) -> np.ndarray:
    sheet = ComparisonSheet(zoom=zoom)
    for k in range(clips):
        sample = sample_of(f"clip{k}.mp4", level=255 - k % 250)
        sheet.add(sample, outputs_of(sample))
    return np.asarray(sheet.draw())


@pytest.mark.parametrize("zoom", [True, False])
@pytest.mark.parametrize("clips", [1, 3, 12, 13, 100])
def test_size_follows_from_columns_and_rows(clips, zoom):
    picture = drawn(clips, zoom=zoom)
    rows = min(clips, ROWS)
    assert picture.shape[1::-1] == sheet_size(4, rows, zoom)
    line = CAPTION + CELL + GAP + (2 * (STRIP + GAP) if zoom else 0)
    assert picture.shape[:2] == (GAP + HEAD + rows * line, GAP + 4 * (CELL + GAP))


def test_every_column_shows_its_own_method_and_the_zooms_belong_to_it():
    picture = drawn(2)
    top = GAP + HEAD + CAPTION
    for column, level in enumerate((255, *TINTS.values())):
        left = GAP + column * (CELL + GAP)
        assert (picture[top : top + CELL, left : left + CELL] == level).all()
        for strip in range(2):
            start = top + CELL + GAP + strip * (STRIP + GAP)
            assert (picture[start : start + STRIP, left : left + CELL] == level).all()


def test_heads_are_drawn_and_differ():
    picture = drawn(1)
    heads = [picture[GAP : GAP + HEAD, GAP + k * (CELL + GAP) :][:, :CELL] for k in range(4)]
    assert all(head.max() > 150 for head in heads)
    assert all((a != b).any() for a, b in pairwise(heads))


def test_clips_are_spread_from_the_first_on():
    picture = drawn(100, zoom=False)
    line = CAPTION + CELL + GAP
    levels = [int(picture[GAP + HEAD + CAPTION + k * line + 5, GAP + 5, 0]) for k in range(ROWS)]
    numbers = [255 - level for level in levels]
    assert numbers[0] == 0 and numbers[-1] > 85
    assert np.diff(numbers).min() >= 4 and np.diff(numbers).max() <= 12


def test_the_target_farthest_from_the_portrait_is_shown():
    assert telling_row(sample_of("a")) == 2
    assert telling_row(sample_of("a", (0, 3, None, 5))) == 3
    assert telling_row(sample_of("a", (0, None, None, None))) == 3


def test_a_strip_is_twice_a_cells_scale_and_stays_inside():
    left, top, right, bottom = strip_box(np.array([64.0, 50.0]), SIDE)
    assert right - left == SIDE / 2 and bottom - top == pytest.approx(SIDE / 2 * STRIP / CELL)
    assert ((left + right) / 2, (top + bottom) / 2) == (64.0, 50.0)
    for corner in ((-50.0, -50.0), (500.0, 500.0)):
        left, top, right, bottom = strip_box(np.array(corner), SIDE)
        assert left >= 0 and top >= 0 and right <= SIDE and bottom <= SIDE


def test_long_names_are_shortened_to_their_column():
    sheet, sample = ComparisonSheet(), sample_of("x" * 300)
    sheet.add(sample, {"a" * 100: sample.frames, "b": sample.frames})
    picture = np.asarray(sheet.draw())
    gap = GAP + 2 * (CELL + GAP) - GAP
    assert (picture[GAP : GAP + HEAD, gap : gap + GAP] == picture[0, 0]).all()


def test_it_is_written_where_asked(tmp_path):
    sheet, sample = ComparisonSheet(), sample_of("a.mp4")
    sheet.add(sample, outputs_of(sample))
    sheet.save(tmp_path / "new" / "sheet.png")
    assert (tmp_path / "new" / "sheet.png").stat().st_size > 0
