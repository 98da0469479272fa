"""``/api/say`` and ``/api/hear``: a line is prepared once, then every view can speak it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from npcface.errors import LimitError
from npcface.studio.forms import read_form, read_json
from npcface.studio.lines import Line
from npcface.studio.settings import LINE_MAX_SECONDS, MIB, TEXT_MAX_CHARACTERS, UPLOAD_MAX_BYTES

if TYPE_CHECKING:
    from npcface.studio.studio import Studio


class Say(msgspec.Struct, frozen=True, kw_only=True):
    """Body of ``/api/say``."""

    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX_CHARACTERS)]
    voice: Annotated[str, Meta(max_length=128)] = "auto"
    speed: Annotated[float, Meta(ge=0.5, le=2.0)] = 1.0


def voices() -> list[dict[str, Any]]:
    """Every voice as ``/api/info`` lists it."""
    from npcface.voice import voices as known

    return [{name: getattr(one, name) for name in ("id", "name", "language", "ready", "remedy")} for one in known()]


async def say(request: Request) -> JSONResponse:
    """``POST /api/say``."""
    studio: Studio = request.app.state.studio
    wish = await read_json(request, Say)
    async with studio.speaking:  # voices take all cores: one line after the other
        line = await asyncio.to_thread(said, wish)
    return JSONResponse(studio.lines.add(line).as_dict())


async def hear(request: Request) -> JSONResponse:
    """``POST /api/hear``."""
    studio: Studio = request.app.state.studio
    form = await read_form(request, studio.folder, UPLOAD_MAX_BYTES + MIB)
    try:
        async with studio.speaking:
            line = await asyncio.to_thread(heard, form.one_file("wav"))
    finally:
        form.close()
    return JSONResponse(studio.lines.add(line).as_dict())


async def sound(request: Request) -> Response:
    """``GET /api/lines/{line}.wav``."""
    studio: Studio = request.app.state.studio
    line = studio.lines.get(request.path_params["line"])
    return Response(await asyncio.to_thread(line.wav), media_type="audio/wav")


def said(wish: Say) -> Line:
    """A text as a line; blocks."""
    from npcface.voice import say as speak

    spoken = speak(wish.text, wish.voice, wish.speed)
    _check(len(spoken.samples) / spoken.rate_hz)
    return Line.of(wish.text, spoken.samples, spoken.rate_hz, spoken.phonemes, spoken.convention)


def heard(wav: Path) -> Line:
    """A recording as a line; blocks."""
    from npcface.voice import hear as listen
    from npcface.voice import read_wav

    samples, rate_hz = read_wav(wav)
    _check(len(samples) / rate_hz)
    whole = np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype(np.int16)
    return Line.of("", whole, rate_hz, listen(samples, rate_hz), "oculus")


def _check(seconds: float) -> None:
    if seconds > LINE_MAX_SECONDS:
        raise LimitError(f"The line lasts {seconds:.0f} s.", f"At most {LINE_MAX_SECONDS:.0f} s: cut it into pieces.")
