"""One picture that shows all methods side by side, for people to judge what the numbers mean.

A row per clip: the truth, the still copy, each method, at the target that differs most from the portrait. Below it,
if wanted, the eyes and the mouth of every cell at twice the size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from npcface.eval.geometry import LIPS, landmark_error
from npcface.eval.regions import EYES
from npcface.eval.sample import ClipSample
from npcface.sheet import INK, PAPER

Image = NDArray[np.uint8]
TRUTH = "truth"
ROWS = 12
CELL = 192
"""Side of a cell in pixels."""
STRIP = 80
"""Height of a zoomed strip in pixels; it is as wide as a cell."""
ZOOM = 2
GAP, HEAD, CAPTION = 4, 26, 18


@dataclass(frozen=True, slots=True)
class Line:
    """One clip of the sheet: what it is called, one picture per column, and the centres of eyes and mouth in px."""

    caption: str
    pictures: list[Image]
    centres: list[NDArray[np.floating]]


class ComparisonSheet:
    """Collects clips and draws the sheet; ``add`` is a ``keep`` for ``evaluate_clips``.

    Args:
        zoom: draw the strips with eyes and mouth.
        rows: most clips shown, spread over all that were added.
    """

    def __init__(self, *, zoom: bool = True, rows: int = ROWS) -> None:
        self.zoom = zoom
        self._rows = rows
        self._columns: tuple[str, ...] = ()
        self._lines: list[Line] = []
        self._seen, self._step = 0, 1

    def add(self, sample: ClipSample, outputs: Mapping[str, Image]) -> None:
        """Take in one clip; ``outputs`` are the methods' pictures [M, S, S, 3], the same methods for every clip."""
        if self._seen % self._step == 0:
            row = telling_row(sample)
            face = sample.faces[row] or sample.faces[0]
            assert face is not None, "the portrait has a face"
            pictures = [np.array(frames[row]) for frames in (sample.frames, *outputs.values())]
            centres = [face.points[list(rows), :2].mean(0) for rows in (EYES, LIPS)]
            self._lines.append(Line(f"{sample.name}, frame {int(sample.numbers[row])}", pictures, centres))
            self._columns = (TRUTH, *outputs)
        self._seen += 1
        # How many clips will come is not known here: keep every 1st, 2nd, 4th …, so that memory stays bounded.
        if len(self._lines) >= 4 * self._rows:
            self._lines, self._step = self._lines[::2], 2 * self._step

    def draw(self) -> Pillow.Image:
        """The sheet as RGB; only heads if no clip was added."""
        lines = self._lines
        if len(lines) > self._rows:
            lines = [lines[k] for k in np.linspace(0, len(lines) - 1, self._rows).round().astype(int)]
        width, height = sheet_size(len(self._columns), len(lines), self.zoom)
        sheet = Pillow.new("RGB", (width, height), PAPER)
        draw = ImageDraw.Draw(sheet)
        font, small = ImageFont.load_default(size=15), ImageFont.load_default(size=11)
        for column, name in enumerate(self._columns):
            middle = _left(column) + CELL / 2
            draw.text((middle, GAP + HEAD / 2), _fitting(name, font, CELL), INK, font, anchor="mm")
        for index, line in enumerate(lines):
            top = GAP + HEAD + index * _line_height(self.zoom)
            caption = _fitting(line.caption, small, width - 2 * GAP)
            draw.text((_left(0), top + CAPTION / 2), caption, INK, small, anchor="lm")
            for column, picture in enumerate(line.pictures):
                self._paste(sheet, picture, line.centres, _left(column), top + CAPTION)
        return sheet

    def save(self, path: Path) -> None:
        """Draw and write it; the ending says the format.

        Raises:
            OSError: it cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.draw().save(path)

    def _paste(
        self, sheet: Pillow.Image, picture: Image, centres: list[NDArray[np.floating]], left: int, top: int
    ) -> None:
        full = Pillow.fromarray(picture)
        sheet.paste(full.resize((CELL, CELL), Pillow.Resampling.LANCZOS), (left, top))
        for index, centre in enumerate(centres if self.zoom else []):
            box = strip_box(centre, picture.shape[0])
            strip = full.resize((CELL, STRIP), Pillow.Resampling.BICUBIC, box=box)
            sheet.paste(strip, (left, top + CELL + GAP + index * (STRIP + GAP)))


def telling_row(sample: ClipSample) -> int:
    """The target row whose face is farthest from the portrait's (mean over the landmarks); the last if none is seen."""
    portrait = sample.faces[0]
    assert portrait is not None, "the portrait has a face"
    distances = {
        int(row): landmark_error(face.points, portrait.points)
        for row in sample.targets
        if (face := sample.faces[row]) is not None
    }
    return max(distances, key=distances.__getitem__) if distances else int(sample.targets[-1])


def strip_box(centre: NDArray[np.floating], size: int) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the part of a ``size`` px picture that fills a strip at ``ZOOM`` × a cell's scale."""
    width = size / ZOOM
    height = width * STRIP / CELL
    left = float(np.clip(float(centre[0]) - width / 2, 0, size - width))
    top = float(np.clip(float(centre[1]) - height / 2, 0, size - height))
    return left, top, left + width, top + height


def sheet_size(columns: int, rows: int, zoom: bool) -> tuple[int, int]:
    """Width and height of a sheet in pixels."""
    return GAP + columns * (CELL + GAP), GAP + HEAD + rows * _line_height(zoom)


def _line_height(zoom: bool) -> int:
    return CAPTION + CELL + GAP + (2 * (STRIP + GAP) if zoom else 0)


def _left(column: int) -> int:
    return GAP + column * (CELL + GAP)


def _fitting(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    """As much of the text as fits; what is cut off is replaced by dots."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
