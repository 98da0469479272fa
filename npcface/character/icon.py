"""icon.png: the character in a list, 256×256."""

from __future__ import annotations

import io

from PIL import Image

from npcface.character.manifest import Framing
from npcface.errors import CharacterError
from npcface.image_header import read_header

ICON_SIDE = 256
MAX_PIXELS = 64_000_000


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


def make_icon(portrait_png: bytes, framing: Framing | None = None) -> bytes:
    """A PNG of ``ICON_SIDE``² from the framed square of a portrait (or its middle), transparent outside.

    Raises:
        CharacterError: the portrait cannot be decoded.
    """
    check_png("portrait.png", portrait_png)
    try:
        with Image.open(io.BytesIO(portrait_png), formats=["PNG"]) as portrait:
            picture = portrait.convert("RGBA")
    except (OSError, SyntaxError, ValueError) as error:
        raise CharacterError(f"portrait.png is damaged ({error}).", "Enrol the character again.") from error
    side = float(min(picture.size))
    left, top = (picture.width - side) / 2, (picture.height - side) / 2
    if framing is not None:
        left, top, side = framing.left, framing.top, framing.side
    box = (round(left), round(top), round(left + max(side, 1)), round(top + max(side, 1)))
    if max(box[2] - box[0], box[3] - box[1]) > 4 * max(picture.size):
        raise CharacterError("The manifest's framing is far larger than portrait.png.", "Remove the field framing.")
    out = io.BytesIO()
    picture.crop(box).resize((ICON_SIDE, ICON_SIDE), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
