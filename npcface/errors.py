"""Every error npcface raises on purpose: what was given, what was expected, what to do.

One small hierarchy, so that a script can catch ``NpcFaceError`` and a daemon can turn any of them into a
typed message: ``code`` is stable across releases and travels on the wire, ``remedy`` is shown to people.
"""

from __future__ import annotations


def whole(text: str) -> str:
    """Text that can be encoded: half characters (of a file's name that is no UTF-8, say) become question marks."""
    return text.encode("utf-8", "replace").decode()


class NpcFaceError(Exception):
    """Base of all errors raised on purpose.

    Args:
        cause: what was given and what was expected, one sentence.
        remedy: what the reader can do about it, one sentence.
    """

    code = "error"

    def __init__(self, cause: str, remedy: str = "") -> None:
        cause, remedy = whole(cause), whole(remedy)
        super().__init__(f"{cause} {remedy}".strip())
        self.cause = cause
        self.remedy = remedy


class PortraitError(NpcFaceError):
    """The image file cannot be used as a portrait (corrupt, truncated, too large, unknown format)."""

    code = "portrait"


class FaceError(NpcFaceError):
    """The portrait was read but its face cannot be used (none, several, too small, turned too far).

    Args:
        cause, remedy: see ``NpcFaceError``.
        boxes: where the faces are that could be chosen instead, in the order of ``--face``: left, top, width, height
            in pixels of the upright picture as it was given.
    """

    code = "face"

    def __init__(self, cause: str, remedy: str = "", boxes: tuple[tuple[float, float, float, float], ...] = ()) -> None:
        super().__init__(cause, remedy)
        self.boxes = boxes


class CharacterError(NpcFaceError):
    """A character folder is missing, damaged or from an incompatible version."""

    code = "character"


class StateError(NpcFaceError):
    """A driving value has the wrong name, shape or range (NaN, infinity, unknown channel)."""

    code = "state"


class ProtocolError(NpcFaceError):
    """A message does not follow the wire document, or peers speak incompatible versions."""

    code = "protocol"


class LimitError(NpcFaceError):
    """A request goes past a documented limit (size, count, rate)."""

    code = "limit"


class DependencyError(NpcFaceError):
    """An optional package, model file or accelerator that was asked for is not there."""

    code = "dependency"


class VoiceError(NpcFaceError):
    """A voice could not speak, or a recording cannot be read (unknown voice, damaged WAV, engine that failed)."""

    code = "voice"
