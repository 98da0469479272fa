"""One call for every kind of export: what the command line and the studio share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from PIL import Image

from npcface.credentials import Credit, signed
from npcface.errors import LimitError
from npcface.export.act import Act
from npcface.export.artist import Artist, marking
from npcface.export.moving import write_mp4, write_webp
from npcface.export.sprites import write_sprites
from npcface.output import Sound
from npcface.watermark import Marker

Kind = Literal["png", "sprites", "webp", "mp4", "pack"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def export(
    kind: Kind,
    out: Path,
    artist: Artist,
    act: Act,
    *,
    size: int,
    opaque: bool = True,
    sound: Sound | None = None,
    credit: Credit | None = None,
    progress: Callable[[float], None] = lambda share: None,
    marker: Marker | None = None,
) -> Path:
    """Write one file (sprites as ``.png`` get a JSON beside it).

    Args:
        kind: which, but for packs, see ``write_pack``.
        out: written whole or not at all.
        artist: draws ``size`` px.
        act: pose, feeling, line and idle life; stills and sprites take pose and feeling of it.
        size: side of the texture in pixels.
        opaque: the artist's background is.
        sound: of the line, for films.
        credit: goes into the file, signed (``npcface.credentials``); None: nothing does.
        progress: called with the share that is done, 0..1.
        marker: puts the watermark into every picture; None: none.

    Returns:
        ``out``.

    Raises:
        LimitError: a film without background, an animation that is too large, sprites that are neither
            ``.png`` nor ``.zip``. DependencyError: PyAV is missing. CredentialsError: the file cannot be signed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if kind == "mp4":
        if not opaque:
            raise LimitError("MP4 has no transparency.", "Choose a background, or WebP.")
        return write_mp4(out, marking(artist, marker), act, sound, progress, credit=credit)
    if kind == "webp":
        return write_webp(out, marking(artist, marker), act, size, progress, credit=credit)
    if kind == "sprites":
        return write_sprites(out, artist, size, act.still(), progress, marker, credit)
    if kind == "pack":
        raise LimitError("A pack has no pictures to draw.", "Call write_pack.")
    pixels = next(marking(artist, marker)([act.still()]))
    with signed(out, credit) as part:
        Image.fromarray(pixels).save(part, "PNG")
    progress(1.0)
    return out


def write_pack(folder: Path, out: Path) -> Path:
    """A character folder as a pack, see ``npcface.pack``.

    Raises:
        CharacterError: it cannot be packed.
    """
    from npcface.pack import pack

    return pack(folder, out)
