"""``POST /api/export``: what the page shows becomes a file, drawn by the same daemon."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse

from npcface.client import Client
from npcface.credentials import credit_of
from npcface.drive import Idle
from npcface.export.act import SECONDS_MAX, Act
from npcface.export.artist import remote
from npcface.export.export import Kind, write_pack
from npcface.export.export import export as write
from npcface.studio.channels import pose_of
from npcface.studio.forms import read_json
from npcface.studio.jobs import Tell, accepted
from npcface.studio.lines import Line
from npcface.studio.messages import Strength
from npcface.studio.people import entry_of
from npcface.studio.problems import Unfit
from npcface.watermark import Marker
from npcface.wire.requests import AskedQuality, Background, CharacterId, Name, Named, Size

if TYPE_CHECKING:
    from npcface.pack import Entry
    from npcface.studio.studio import Studio

_SUFFIX: dict[Kind, str] = {"png": ".png", "sprites": ".zip", "webp": ".webp", "mp4": ".mp4", "pack": ".zip"}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``/api/export``."""

    character: CharacterId
    kind: Kind
    size: Size = 256
    background: Background = "portrait"
    quality: AskedQuality = "auto"
    values: Named = {}
    emotion: Annotated[dict[str, Strength], Meta(max_length=16)] | None = None
    idle: bool = True
    line: Name | None = None
    seconds: Annotated[float, Meta(gt=0.0, le=SECONDS_MAX)] | None = None
    watermark: bool = True
    credentials: bool = True


async def export(request: Request) -> JSONResponse:
    """Check, then queue."""
    studio: Studio = request.app.state.studio
    wish = await read_json(request, Wish)
    entry = await asyncio.to_thread(entry_of, studio, wish.character)
    if wish.kind == "pack" and not Path(entry.place).is_absolute():
        raise Unfit(f"{wish.character} lies in the zip {entry.pack}.", "That zip is its pack.")
    line = None if wish.line is None else studio.lines.get(wish.line)
    act = Act(
        pose=pose_of(wish.values),
        feeling=wish.emotion or "neutral",
        line=None if line is None else line.spoken,
        idle=Idle() if wish.idle else None,
        seconds=wish.seconds or (None if line is None else line.length_s),
    )
    return accepted(studio.jobs.submit("export", lambda tell: _exported(studio, wish, entry, act, line, tell)))


def _exported(studio: Studio, wish: Wish, entry: Entry, act: Act, line: Line | None, tell: Tell) -> dict[str, Any]:
    title = wish.character if wish.kind in ("png", "pack") else f"{wish.character}-{wish.kind}"
    out = studio.files.place(title, _SUFFIX[wish.kind])
    try:
        if wish.kind == "pack":
            tell("packing", 0.1)
            return {"file": studio.files.keep(write_pack(Path(entry.place), out))}
        with Client(studio.daemon.address, timeout_s=30.0, token=studio.daemon.token) as client:
            write(
                wish.kind,
                out,
                remote(client, wish.character, wish.size, wish.background, wish.quality),
                act,
                size=wish.size,
                opaque=wish.background != "transparent",
                sound=None if line is None else (line.samples, line.rate_hz),
                credit=credit_of(
                    [entry.manifest], "" if wish.quality == "auto" else wish.quality, wanted=wish.credentials
                ),
                progress=lambda share: tell("drawing" if share < 1.0 else "writing", 0.95 * share),
                marker=Marker(wish.character) if wish.watermark else None,
            )
        return {"file": studio.files.keep(out)}
    except BaseException:
        out.unlink(missing_ok=True)
        raise
