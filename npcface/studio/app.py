"""The web application: which path is answered by what."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from npcface.errors import NpcFaceError
from npcface.studio import people, speech
from npcface.studio.camera import camera
from npcface.studio.enrolment import enroll
from npcface.studio.exporting import export
from npcface.studio.files import file
from npcface.studio.guard import Guard
from npcface.studio.info import info
from npcface.studio.jobs import job
from npcface.studio.live import live
from npcface.studio.problems import on_error, on_leave
from npcface.studio.static_page import page
from npcface.studio.studio import Studio
from npcface.studio.tuning import finetune


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
        Route("/api/characters/{id}/finetune", finetune, methods=["POST"]),
        Route("/api/enroll", enroll, methods=["POST"]),
        Route("/api/jobs/{job}", job),
        Route("/api/say", speech.say, methods=["POST"]),
        Route("/api/hear", speech.hear, methods=["POST"]),
        Route("/api/lines/{line}.wav", speech.sound),
        Route("/api/export", export, methods=["POST"]),
        Route("/api/files/{name}", file),
        WebSocketRoute("/api/live", live),
        WebSocketRoute("/api/camera", camera),
        Route("/", page),
        Route("/{name}", page),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            NpcFaceError: on_error,
            HTTPException: on_error,
            ClientDisconnect: on_leave,
            Exception: on_error,
        },
    )
    app.state.studio = studio
    return Guard(app, port, studio.settings.shown_host)  # outermost, so that answers to errors are sealed too
