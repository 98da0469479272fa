"""icon.png: the character in a list, 256×256."""

from __future__ import annotations

import io

from PIL import Image

from npcface.character.manifest import Framing
from npcface.errors import CharacterError
from npcface.image_header import read_header

ICON_SIDE = 256
MAX_PIXELS = 64_000_000
_CROP_SIDE = 2048


def check_png(name: str, data: bytes, *, side: int | None = None) -> None:
    """Refuse what is not a PNG of a possible size, without decoding it.

    Raises:
        CharacterError: another format, damaged header, too many pixels, or not ``side`` × ``side``.
    """
    header = read_header(data)
    if header is None or header.format != "PNG":
        raise CharacterError(f"{name} is not a PNG file.", "Save it again as PNG.")
    if not 0 < header.width * header.height <= MAX_PIXELS:
        raise CharacterError(f"{name} has {header.width}×{header.height} pixels.", "Use at most 64 megapixels.")
    if side is not None and (header.width, header.height) != (side, side):
        raise CharacterError(f"{name} has {header.width}×{header.height} pixels.", f"Make it {side}×{side}.")


def open_png(name: str, data: bytes) -> Image.Image:
    """A PNG, opened but not decoded, whose size is what its first chunk states; a later one might state another.

    Raises:
        CharacterError: as ``check_png``, or it states two sizes. Decoding may raise what Pillow likes.
    """
    check_png(name, data)
    header = read_header(data)
    assert header is not None
    try:
        picture = Image.open(io.BytesIO(data), formats=["PNG"])
    except Exception as error:  # decoders raise OSError, SyntaxError, ValueError, zlib.error, struct.error …
        raise CharacterError(f"{name} is damaged ({error}).", "Save it again as PNG.") from error
    if picture.size != (header.width, header.height):
        picture.close()
        raise CharacterError(f"{name} states two different sizes.", "Save it again as PNG.")
    return picture


def make_icon(portrait_png: bytes, framing: Framing | None = None) -> bytes:
    """A PNG of ``ICON_SIDE``² from the framed square of a portrait (or its middle), transparent outside.

    Raises:
        CharacterError: the portrait cannot be decoded.
    """
    try:
        with open_png("portrait.png", portrait_png) as portrait:
            picture = portrait.convert("RGBA")
    except CharacterError:
        raise
    except Exception as error:
        raise CharacterError(f"portrait.png is damaged ({error}).", "Enrol the character again.") from error
    side = float(min(picture.size))
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    if framing is not None:
        left, top, side = framing.left, framing.top, framing.side
    if side > 4 * max(picture.size):
        raise CharacterError("The manifest's framing is far larger than portrait.png.", "Remove the field framing.")
    if (shrink := int(side) // _CROP_SIDE) > 1:  # of 64 megapixels a square four times as wide would be a gigapixel
        picture = picture.reduce(shrink)
        left, top, side = left / shrink, top / shrink, side / shrink
    box = (round(left), round(top), round(left + max(side, 1)), round(top + max(side, 1)))
    out = io.BytesIO()
    picture.crop(box).resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
