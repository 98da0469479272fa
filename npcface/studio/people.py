"""The characters of the store: list, pictures, removal, reading anew."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from npcface.character.character import ICON_NAME, PORTRAIT_NAME
from npcface.character.store import Entry
from npcface.errors import CharacterError
from npcface.studio.problems import NotFound

if TYPE_CHECKING:
    from npcface.studio.studio import Studio

TRASH = ".trash"
"""Folder of the store; a name with a dot is no character."""


async def characters(request: Request) -> JSONResponse:
    """``GET /api/characters``."""
    studio: Studio = request.app.state.studio
    listing = await asyncio.to_thread(studio.store.list)
    problems = [{"id": p.folder.name, "cause": p.error.cause, "remedy": p.error.remedy} for p in listing.problems]
    return JSONResponse({"characters": [described(entry) for entry in listing.entries], "problems": problems})


def described(entry: Entry) -> dict[str, Any]:
    """A character as the page gets it."""
    manifest = entry.manifest
    document = {name: getattr(manifest, name) for name in ("id", "name", "version", "authors", "license", "consent")}
    return document | {"finetuned": "finetuned_from" in (manifest.model_extra or {})}


def entry_of(studio: Studio, name: str) -> Entry:
    """A character's entry in the store; reads a file.

    Raises:
        NotFound: there is none that can be used.
    """
    try:
        return studio.store.entry(name)
    except CharacterError as error:
        raise NotFound(error.cause, error.remedy) from None


async def picture(request: Request) -> Response:
    """``GET /api/characters/{id}/icon.png`` and ``…/portrait.png``."""
    name = request.path_params["picture"] + ".png"
    path = folder_of(request) / name
    if name not in (ICON_NAME, PORTRAIT_NAME) or path.is_symlink() or not path.is_file():
        raise NotFound(f"{request.path_params['id']} has no {name}.", "Reload the character, or enrol it again.")
    return FileResponse(path, media_type="image/png", headers={"Cache-Control": "no-cache"})


async def remove(request: Request) -> Response:
    """``DELETE /api/characters/{id}``: moved aside, not destroyed."""
    studio: Studio = request.app.state.studio
    folder = folder_of(request)
    bin_ = studio.store.root / TRASH
    bin_.mkdir(exist_ok=True)
    await asyncio.to_thread(folder.rename, bin_ / f"{folder.name}.{time.time_ns()}")
    return Response(status_code=204)


async def reload(request: Request) -> Response:
    """``POST /api/characters/{id}/reload``: views that show it change over."""
    studio: Studio = request.app.state.studio
    name = folder_of(request).name
    await asyncio.to_thread(studio.daemon.ask, lambda client: client.reload(name))
    return Response(status_code=204)


def folder_of(request: Request) -> Path:
    """Folder of the path's character.

    Raises:
        NotFound: there is none, or its name is no id.
    """
    studio: Studio = request.app.state.studio
    name = request.path_params["id"]
    try:
        folder = studio.store.path(name)
    except CharacterError as error:
        raise NotFound(error.cause, error.remedy) from None
    if not folder.is_dir():
        raise NotFound(f"There is no character {name}.", "GET /api/characters lists them.")
    return folder
