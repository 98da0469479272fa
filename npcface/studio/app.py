"""The web application: which path is answered by what."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from npcface.errors import NpcFaceError
from npcface.studio import people
from npcface.studio.guard import Guard
from npcface.studio.info import info
from npcface.studio.live import live
from npcface.studio.problems import on_error
from npcface.studio.static_page import page
from npcface.studio.studio import Studio


def make_app(studio: Studio, port: int) -> ASGIApp:
    """The application of a running studio.

    Args:
        studio: its daemon is started by somebody else.
        port: the studio is reached at.
    """
    routes = [
        Route("/api/info", info),
        Route("/api/characters", people.characters),
        Route("/api/characters/{id}/{picture}.png", people.picture),
        Route("/api/characters/{id}/reload", people.reload, methods=["POST"]),
        Route("/api/characters/{id}", people.remove, methods=["DELETE"]),
        WebSocketRoute("/api/live", live),
        Route("/", page),
        Route("/{name}", page),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={NpcFaceError: on_error, HTTPException: on_error, Exception: on_error},
    )
    app.state.studio = studio
    return Guard(app, port)  # outermost, so that answers to errors are sealed too
