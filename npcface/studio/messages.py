"""What page and studio say on the live socket: JSON that is checked while it is read, and the header of a frame."""

from __future__ import annotations

import struct
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from npcface.client import Frame
from npcface.studio.problems import Unfit
from npcface.studio.stage import Moment
from npcface.wire.requests import AskedQuality, Background, CharacterId, Name, Named, Size

ViewName = Literal["a", "b"]
Strength = Annotated[float, Meta(ge=0.0, le=1.0)]
MOST_TEXT = 64 * 1024
"""Characters of one message."""

HEADER = struct.Struct("<BBHHHIff")
"""Version, view (0 = a, 1 = b), width, height, line number (0: none), sequence, time_s, line_s; RGBA, top row first."""
VERSION = 1


def _lower(name: str) -> str:
    return name.lower()


class FromPage(msgspec.Struct, frozen=True, kw_only=True, tag=_lower, tag_field="type"):
    """A message of the page; the class name in lower case is its ``type``."""


class Open(FromPage, frozen=True):
    """Show a character in a view, in place of what it shows now."""

    view: ViewName
    character: CharacterId
    size: Size = 256
    quality: AskedQuality = "auto"
    background: Background = "portrait"
    fps: Annotated[float, Meta(ge=1.0, le=60.0)] = 30.0


class Close(FromPage, frozen=True):
    """Show nothing in a view."""

    view: ViewName


class Pose(FromPage, frozen=True):
    """Where the sliders are."""

    values: Named


class Layers(FromPage, frozen=True):
    """What lies over the pose."""

    idle: bool = False
    emotion: Annotated[dict[str, Strength], Meta(max_length=16)] | None = None
    camera: bool = False


class Speak(FromPage, frozen=True):
    """Play a prepared line."""

    line: Name


class Hush(FromPage, frozen=True):
    """Stop speaking."""


class Ack(FromPage, frozen=True):
    """A frame, and all before it, have been drawn."""

    view: ViewName
    sequence: Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]


Message = Open | Close | Pose | Layers | Speak | Hush | Ack
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def read(text: str) -> Message:
    """A message of the page.

    Raises:
        Unfit: too long, not JSON, an unknown type, or a field out of its range.
    """
    if len(text) > MOST_TEXT:
        raise Unfit(f"A message of {len(text)} characters came.", f"At most {MOST_TEXT} are read.")
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Unfit(f"{error}: {text[:80]!a}.", "docs/studio.md lists the messages.") from None


def packed(frame: Frame, view: ViewName, sequence: int, moment: Moment) -> bytes:
    """Header and pixels, one copy."""
    height, width = frame.pixels.shape[:2]
    number = 0 if view == "a" else 1
    header = HEADER.pack(
        VERSION, number, width, height, moment.line_number, sequence & 0xFFFF_FFFF, moment.time_s, moment.line_s
    )
    return b"".join((header, frame.pixels.data.cast("B")))
