"""The page itself: three files that were built from ``web/`` and lie beside this module."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from npcface.studio.problems import NotFound

FOLDER = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


async def page(request: Request) -> Response:
    """``GET /`` and the files it names."""
    path = FOLDER / (request.path_params.get("name") or "index.html")
    if path.parent != FOLDER or path.suffix not in _TYPES or not path.is_file():
        raise NotFound(f"{path.name} is not part of the page.", "In a checkout: python scripts/build_page.py.")
    return FileResponse(path, media_type=_TYPES[path.suffix])
