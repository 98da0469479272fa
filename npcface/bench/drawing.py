"""Lines, dots and words on a page, as SVG text or through Pillow as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol
from xml.sax.saxutils import escape

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
TEXT_PX = 12
SCALE = 2
"""Pixels of a PNG for one unit, so that it stays sharp on dense screens."""


class Page(Protocol):
    """Units are px, y points down, colours are ``#rrggbb``."""

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """Connect points."""

    def dot(self, at: Point, colour: str, radius: float) -> None:
        """A filled disc."""

    def text(self, at: Point, words: str, colour: str, anchor: Anchor = "start", *, bold: bool = False) -> None:
        """One line; ``at`` is on its baseline, its start, middle or end."""

    def save(self, path: Path) -> None:
        """Write the file."""


class SvgPage:
    """A page of a size in px as SVG."""

    def __init__(self, width: int, height: int) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="{TEXT_PX}">',
            '<rect width="100%" height="100%" fill="#ffffff"/>',
        ]

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """See ``Page``."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"/>')

    def dot(self, at: Point, colour: str, radius: float) -> None:
        """See ``Page``."""
        self._parts.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius}" fill="{colour}"/>')

    def text(self, at: Point, words: str, colour: str, anchor: Anchor = "start", *, bold: bool = False) -> None:
        """See ``Page``."""
        style = f'fill="{colour}" text-anchor="{anchor}"' + (' font-weight="bold"' if bold else "")
        self._parts.append(f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" {style}>{escape(words)}</text>')

    def save(self, path: Path) -> None:
        """See ``Page``."""
        path.write_text("\n".join([*self._parts, "</svg>\n"]), encoding="utf-8")


class PngPage:
    """A page of a size in px as PNG."""

    def __init__(self, width: int, height: int) -> None:
        from PIL import Image, ImageDraw, ImageFont

        self._image = Image.new("RGB", (width * SCALE, height * SCALE), "#ffffff")
        self._draw = ImageDraw.Draw(self._image)
        self._font = ImageFont.load_default(TEXT_PX * SCALE)

    def line(self, points: Sequence[Point], colour: str, width: float) -> None:
        """See ``Page``."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, colour, max(1, round(width * SCALE)), joint="curve")

    def dot(self, at: Point, colour: str, radius: float) -> None:
        """See ``Page``."""
        self._draw.circle((at[0] * SCALE, at[1] * SCALE), radius * SCALE, colour)

    def text(self, at: Point, words: str, colour: str, anchor: Anchor = "start", *, bold: bool = False) -> None:
        """See ``Page``."""
        letter = {"start": "l", "middle": "m", "end": "r"}[anchor]
        self._draw.text(
            (at[0] * SCALE, at[1] * SCALE),
            words,
            colour,
            self._font,
            anchor=f"{letter}s",
            stroke_width=1 if bold else 0,
        )

    def save(self, path: Path) -> None:
        """See ``Page``."""
        self._image.save(path, "PNG")


def page_for(path: Path, width: int, height: int) -> Page:
    """The page that a file name asks for: PNG if it ends so, else SVG."""
    return PngPage(width, height) if path.suffix.lower() == ".png" else SvgPage(width, height)
