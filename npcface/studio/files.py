"""Exported files: kept for the page to fetch, the newest few, until the studio closes."""

from __future__ import annotations

import contextlib
import secrets
import threading
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from npcface.studio.problems import NotFound

KEPT = 16
_MIME = {
    ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4", ".zip": "application/zip",
}  # fmt: skip


class Files:
    """A folder of exports; may be used from several threads.

    Args:
        folder: made here; belongs to nobody else.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._lock = folder, threading.Lock()
        self._names: list[str] = []

    def place(self, title: str, suffix: str) -> Path:
        """Where a new file may be written; its name cannot be guessed."""
        return self._folder / f"{title}-{secrets.token_hex(4)}{suffix}"

    def keep(self, path: Path) -> dict[str, Any]:
        """Offer a file that has been written; the oldest ones beyond ``KEPT`` are removed."""
        with self._lock:
            self._names.append(path.name)
            for name in self._names[:-KEPT]:
                with contextlib.suppress(PermissionError):  # Windows: it is being fetched; the next export tries again
                    (self._folder / name).unlink(missing_ok=True)
                    self._names.remove(name)
        mime = _MIME[path.suffix]
        return {"name": path.name, "url": f"/api/files/{path.name}", "bytes": path.stat().st_size, "mime": mime}

    def get(self, name: str) -> Path:
        """A file that is offered.

        Raises:
            NotFound: it is not, or not any more.
        """
        with self._lock:
            if name not in self._names:
                raise NotFound(
                    f"There is no file {name[:80]!r}.", f"The last {KEPT} exports are kept: export it again."
                )
        return self._folder / name


async def file(request: Request) -> Response:
    """``GET /api/files/{name}``."""
    path = request.app.state.studio.files.get(request.path_params["name"])
    return FileResponse(path, media_type=_MIME[path.suffix], filename=path.name)
