"""Errors that travel: a stable ``code`` becomes an exception class again on the other side."""

from __future__ import annotations

from npcface import errors
from npcface.errors import NpcFaceError, ProtocolError


class VersionError(ProtocolError):
    """The two peers speak protocols of different major versions."""

    code = "version"


class SessionError(ProtocolError):
    """The peer has not said hello on this connection, for instance because the daemon was restarted."""

    code = "session"


class StreamError(ProtocolError):
    """The stream id is not open in this session."""

    code = "stream"


class InternalError(NpcFaceError):
    """Something failed inside the daemon that no other code names; its log holds the traceback."""

    code = "internal"


CLASSES: dict[str, type[NpcFaceError]] = {
    kind.code: kind
    for kind in (
        NpcFaceError,
        errors.PortraitError,
        errors.FaceError,
        errors.CharacterError,
        errors.StateError,
        errors.ProtocolError,
        errors.LimitError,
        errors.DependencyError,
        VersionError,
        SessionError,
        StreamError,
        InternalError,
    )
}
"""Every code that may travel, with the class it stands for."""


def from_code(code: str, cause: str, remedy: str) -> NpcFaceError:
    """The exception for a received error; an unknown code (a newer peer) becomes the base class."""
    return CLASSES.get(code, NpcFaceError)(cause, remedy)
