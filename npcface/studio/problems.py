"""Errors as the page gets them: one JSON form, and the HTTP status that fits the code."""

from __future__ import annotations

import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from npcface.errors import FaceError, NpcFaceError
from npcface.whole import disk_full

log = logging.getLogger("npcface.studio")


UNEXPECTED_REMEDY = "This was not foreseen: please report it with what the studio wrote to its terminal."


class NotFound(NpcFaceError):
    """There is no such character, job, line, file or page."""

    code = "not-found"


class Forbidden(NpcFaceError):
    """The request does not come from the studio's own page on this machine."""

    code = "forbidden"


class Unfit(NpcFaceError):
    """A request lacks a field or holds one that makes no sense."""

    code = "request"


class TooLarge(NpcFaceError):
    """An upload goes past its limit."""

    code = "too-large"


class Busy(NpcFaceError):
    """Too many jobs are waiting."""

    code = "busy"


class Closing(NpcFaceError):
    """The studio ended before this was done."""

    code = "closing"


_STATUS = {
    "not-found": 404,
    "forbidden": 403,
    "request": 400,
    "too-large": 413,
    "busy": 429,
    "dependency": 503,
    "disk": 507,
}
_REFUSED = 422
"""Understood, but it cannot be done with this portrait, character or text."""


def as_dict(error: BaseException) -> dict[str, Any]:
    """``code``, ``cause``, ``remedy``, and for a face error the ``faces`` that were found."""
    error = disk_full(error) or error
    if not isinstance(error, NpcFaceError):
        log.error("Not foreseen", exc_info=error)
        return {
            "code": "unexpected",
            "cause": f"{type(error).__name__}: {error}",
            "remedy": UNEXPECTED_REMEDY,
        }
    document: dict[str, Any] = {"code": error.code, "cause": error.cause, "remedy": error.remedy}
    if isinstance(error, FaceError) and error.boxes:
        document["faces"] = [{"index": index, "box": [*box]} for index, box in enumerate(error.boxes)]
        document["remedy"] = "Choose one of the faces, or crop the picture."
    return document


def answer(error: BaseException) -> JSONResponse:
    """The error as an HTTP answer."""
    error = disk_full(error) or error
    status = _STATUS.get(error.code, _REFUSED) if isinstance(error, NpcFaceError) else 500
    return JSONResponse({"error": as_dict(error)}, status)


async def on_leave(request: Request, error: Exception) -> Response:
    """Starlette's handler for a request whose sender went away in the middle of it: nobody reads the answer."""
    log.debug("%s %s was broken off", request.method, request.url.path)
    return Response(status_code=400)


async def on_error(request: Request, error: Exception) -> Response:
    """Starlette's handler for everything that an endpoint raises."""
    if isinstance(error, HTTPException):
        kind = NotFound if error.status_code == 404 else Unfit
        document = as_dict(
            kind(f"{request.method} {request.url.path}: {error.detail}.", "docs/studio.md lists it all.")
        )
        return JSONResponse({"error": document}, error.status_code, error.headers)
    return answer(error)
