"""``GET /api/info``: what this installation can do, and every slider there is."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

import npcface
from npcface.drive.emotion import EMOTIONS
from npcface.render.sessions import choose_provider
from npcface.studio.channels import groups
from npcface.studio.speech import voices

if TYPE_CHECKING:
    from npcface.studio.studio import Studio

SIZES = (128, 192, 256, 384, 512)
_EXTRAS = {"enroll": "mediapipe", "video": "av", "camera": "mediapipe", "finetune": "torch"}
"""Feature → the package it stands and falls with."""
_EXTRA_OF = {"camera": "enroll", "finetune": "train"}


async def info(request: Request) -> JSONResponse:
    """What the page builds itself from."""
    studio: Studio = request.app.state.studio
    return JSONResponse(await asyncio.to_thread(_gathered, studio))


def _gathered(studio: Studio) -> dict[str, Any]:
    known = voices()
    welcome = studio.daemon.ask(lambda client: client.welcome)
    return {
        "version": npcface.__version__,
        "quality": welcome.quality,
        "provider": choose_provider(studio.settings.provider),
        "channels": groups(),
        "emotions": list(EMOTIONS),
        "voices": known,
        "sizes": list(SIZES),
        "features": {"speech": speech(known)} | {name: _feature(name, package) for name, package in _EXTRAS.items()},
    }


def speech(known: list[dict[str, Any]]) -> bool | str:
    """True if one of the voices is ready, or what to do to have the best one."""
    if any(voice["ready"] for voice in known):
        return True
    return next((voice["remedy"] for voice in known if voice["remedy"]), "pip install 'npcface[speech]'")


def _feature(name: str, package: str) -> bool | str:
    """True, or what to do to have it."""
    return find_spec(package) is not None or f"pip install 'npcface[{_EXTRA_OF.get(name, name)}]'"
