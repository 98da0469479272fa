"""Pictures of characters from strangers: what they state is checked before they are decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from npcface.character import Framing
from npcface.character.icon import MAX_PIXELS, make_icon, open_png
from npcface.errors import CharacterError
from npcface.framing import Canvas
from tests.character.folders import character, png

AFTER_HEADER = 8 + 25  # signature, IHDR


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_second_header_does_not_hide_a_larger_picture() -> None:
    plain = png(64, 64)
    larger = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 8_000, 8, 2, 0, 0, 0))
    with pytest.raises(CharacterError, match="two different sizes"):
        make_icon(plain[:AFTER_HEADER] + larger + plain[AFTER_HEADER:])


@pytest.mark.parametrize("cut", [9, AFTER_HEADER + 6, 100, -60])
def test_damage_is_one_kind_of_error(cut: int) -> None:
    with pytest.raises(CharacterError):
        make_icon(png(64, 64)[:cut])
    with pytest.raises(CharacterError):
        make_icon(png(64, 64)[:AFTER_HEADER] + b"\0\0\0\x04zTXt\xff\xff\xff\xff" + png(64, 64)[AFTER_HEADER:])


def test_a_square_far_around_a_large_portrait_takes_no_gigabyte() -> None:
    large = png(6000, 6000)
    wide = make_icon(large, Framing(left=-9000.0, top=-9000.0, side=24_000.0))
    with open_png("icon.png", wide) as icon:
        alpha = icon.getchannel("A")
        assert icon.size == (256, 256) and alpha.getpixel((128, 128)) == 255 and alpha.getpixel((2, 2)) == 0
    with pytest.raises(CharacterError, match="far larger"):
        make_icon(large, Framing(left=0.0, top=0.0, side=24_001.0))


@pytest.mark.parametrize("side", [1e-6, 5e-324, 0.5])
def test_a_square_far_inside_a_portrait_makes_no_gigantic_film(side: float) -> None:
    someone = character(framing={"left": 1.0, "top": 1.0, "side": side})
    pixels = (400 * 512 / 0.5) * (320 * 512 / 0.5)
    assert pixels > MAX_PIXELS
    with pytest.raises(CharacterError, match="framing"):
        Canvas(someone, 512)


def test_only_what_is_a_png_is_opened() -> None:
    out = io.BytesIO()
    Image.new("P", (64, 64)).save(out, "GIF")
    with pytest.raises(CharacterError, match="not a PNG"):
        open_png("portrait.png", out.getvalue())
