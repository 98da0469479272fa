"""The characters of the store, packs included: list, pictures, removal, reading anew."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from npcface.character.character import ICON_NAME, PORTRAIT_NAME
from npcface.character.lock import locked
from npcface.character.rights import stated
from npcface.errors import CharacterError
from npcface.pack import Entry
from npcface.studio.problems import NotFound, Unfit

if TYPE_CHECKING:
    from npcface.studio.studio import Studio

TRASH = ".trash"
"""Folder of the store; a name with a dot is no character."""


async def characters(request: Request) -> JSONResponse:
    """``GET /api/characters``."""
    studio: Studio = request.app.state.studio
    listing = await asyncio.to_thread(studio.listing)
    problems = [{"id": p.name, "cause": p.error.cause, "remedy": p.error.remedy} for p in listing.problems]
    return JSONResponse({"characters": [described(entry) for entry in listing.entries], "problems": problems})


def described(entry: Entry) -> dict[str, Any]:
    """A character as the page gets it; ``pack`` is empty for one of the store's own folders."""
    manifest = entry.manifest
    document = {name: getattr(manifest, name) for name in ("id", "name", "version", "authors", "license", "consent")}
    why = {"rights": None if manifest.rights is None else manifest.rights.model_dump(mode="json", exclude_none=True)}
    return (
        document
        | why
        | {
            "stated": stated(manifest),
            "pack": entry.pack,
            "finetuned": "finetuned_from" in (manifest.model_extra or {}),
        }
    )


def entry_of(studio: Studio, name: str) -> Entry:
    """The character that the daemon shows for an id; reads files.

    Raises:
        NotFound: there is none that can be used.
    """
    listing = studio.listing()
    entry = listing.entry(name)
    if entry is not None:
        return entry
    error = next((problem.error for problem in listing.problems if problem.name == name), None)
    if error is None:
        raise NotFound(f"There is no character {name:.80}.", "GET /api/characters lists them.")
    raise NotFound(error.cause, error.remedy)


async def picture(request: Request) -> Response:
    """``GET /api/characters/{id}/icon.png`` and ``…/portrait.png``."""
    studio: Studio = request.app.state.studio
    name, file = request.path_params["id"], request.path_params["picture"] + ".png"
    data = await asyncio.to_thread(_picture, studio, name, file) if file in (ICON_NAME, PORTRAIT_NAME) else None
    if data is None:
        raise NotFound(f"{name:.80} has no {file:.80}.", "Reload the character, or enrol it again.")
    return Response(data, media_type="image/png", headers={"Cache-Control": "no-cache"})


def _picture(studio: Studio, name: str, file: str) -> bytes | None:
    entry = entry_of(studio, name)
    try:
        return entry.source.file(entry.id, file)
    except CharacterError as error:
        raise NotFound(error.cause, error.remedy) from None


async def remove(request: Request) -> Response:
    """``DELETE /api/characters/{id}``: moved aside, not destroyed."""
    studio: Studio = request.app.state.studio
    folder = await asyncio.to_thread(own_folder, studio, request.path_params["id"])
    await asyncio.to_thread(_move_aside, folder, studio.store.root / TRASH)
    return Response(status_code=204)


def _move_aside(folder: Path, bin_: Path) -> None:
    bin_.mkdir(exist_ok=True)
    with locked(folder.parent, purpose=f"remove {folder.name}"):
        folder.rename(bin_ / f"{folder.name}.{time.time_ns()}")


async def reload(request: Request) -> Response:
    """``POST /api/characters/{id}/reload``: views that show it change over."""
    studio: Studio = request.app.state.studio
    name = request.path_params["id"]
    await asyncio.to_thread(entry_of, studio, name)
    await asyncio.to_thread(studio.daemon.ask, lambda client: client.reload(name))
    return Response(status_code=204)


def own_folder(studio: Studio, name: str) -> Path:
    """Folder of a character of the store's own, which may be changed.

    Raises:
        NotFound: there is none, or its name is no id.
        Unfit: it belongs to a pack.
    """
    try:
        folder = studio.store.path(name)
    except CharacterError as error:
        raise NotFound(error.cause, error.remedy) from None
    if folder.is_dir():  # also one that cannot be used
        return folder
    raise Unfit(f"{name} belongs to the pack {entry_of(studio, name).pack}.", "Unpack it into the store to change it.")
