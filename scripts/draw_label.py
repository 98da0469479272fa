"""Draw npcface/serve/data/label.png: the label over faces whose rights are not stated, once for every size of texture.

The font is Aileron Regular (Sora Sagano, CC0 1.0), as Pillow carries it. Players get the picture and no font: their
bundle leaves FreeType out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from npcface.serve.label import PICTURE, SIZES, height_px

TEXTS = ((224, "Rights to this portrait are not stated"), (96, "Rights not stated"), (0, "© not stated"))
"""Smallest size in pixels → what is said there."""
_SMOOTH = 8  # the pill is drawn so many times as large


def font_px(size: int) -> float:
    """Of the letters; below 8 px nobody can read them."""
    return max(8.0, size / (23 if size >= TEXTS[0][0] else 18))


def draw(size: int) -> Image.Image:
    """One label: [height, size] of grey (letters) and alpha (the pill behind them)."""
    height = height_px(size)
    text = next(text for least, text in TEXTS if size >= least)
    font = ImageFont.load_default(font_px(size))
    letters = Image.new("L", (size, height))
    words, space = text.split(), 0.3 * font_px(size)  # the font's own, rounded to whole pixels, is too narrow
    width = sum(map(font.getlength, words)) + space * (len(words) - 1)
    at = (size - width) / 2
    for word in words:
        ImageDraw.Draw(letters).text((round(at), height * 0.5), word, 255, font, anchor="lm")
        at += font.getlength(word) + space
    large = Image.new("L", (size * _SMOOTH, height * _SMOOTH))
    across, high = (width + height * 0.9) * _SMOOTH / 2, height * _SMOOTH
    middle = size * _SMOOTH / 2
    box = (max(middle - across, 0), 0, min(middle + across, size * _SMOOTH) - 1, high - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, high / 2, 255)
    return Image.merge("LA", (letters, large.resize((size, height), Image.Resampling.BOX)))


def main() -> None:
    """Write the picture."""
    picture = np.zeros((sum(map(height_px, SIZES)), SIZES[-1], 2), np.uint8)
    top = 0
    for size in SIZES:
        picture[top : top + height_px(size), :size] = np.asarray(draw(size))
        top += height_px(size)
    place = Path(PICTURE)
    place.parent.mkdir(exist_ok=True)
    Image.fromarray(picture, "LA").save(place, "PNG", optimize=True)
    print(f"{place}: {place.stat().st_size} bytes")


if __name__ == "__main__":
    main()
