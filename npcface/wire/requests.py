"""What a client sends. One class a message; the class name in lower case is its ``type`` on the wire.

Decoding validates: wrong types and values out of range never reach the daemon, unknown fields are ignored, absent
fields take the default written here. ``request`` is a number the client picks; the answer carries it back.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Id = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
Sequence = Annotated[int, Meta(ge=0, le=0x7FFF_FFFF_FFFF_FFFF)]
Name = Annotated[str, Meta(max_length=128)]
CharacterId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}\Z")]
Size = Annotated[int, Meta(ge=64, le=512, multiple_of=16)]
Importance = Annotated[float, Meta(ge=0.0, le=1.0)]
Byte = Annotated[int, Meta(ge=0, le=255)]
Background = Literal["portrait", "transparent"] | tuple[Byte, Byte, Byte]
Seconds = Annotated[float, Meta(ge=0.0, le=86_400.0)]
Then = Literal["idle", "stop"]
Alphabet = Literal["auto", "ipa", "arpabet", "oculus", "rhubarb"]
Motion = Literal["relative", "absolute"]
Alpha = Literal["straight", "premultiplied"]
Quality = Literal["warp", "neural"]
Format = Literal["rgba8", "bc1", "bc3"]
AskedQuality = Literal["auto", "warp", "neural"]
Values = Annotated[list[float], Meta(max_length=128)]
Named = Annotated[dict[str, float], Meta(max_length=128)]


def _lower(name: str) -> str:
    return name.lower()


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=_lower, tag_field="type", omit_defaults=True):
    """Fields every message has."""

    request: Id = 0


class Hello(Request, frozen=True):
    """First message of a connection. ``type``, ``protocol`` and the error reply stay readable in all versions."""

    protocol: Name
    client: Name = ""  # free text for the log, such as "my-game 1.2 / Godot 4.6"
    channels: Annotated[list[Name], Meta(max_length=128)] = []  # order of `values`; empty = the daemon's own
    token: Annotated[str, Meta(max_length=256)] = ""  # asked for when the daemon is reachable from other machines
    shared_memory: bool = False  # frames may come through rings of shared memory, see `opened.ring`


class Ping(Request, frozen=True):
    """Is the daemon there? Answered at once, also while it renders."""


class Bye(Request, frozen=True):
    """Close the session and all of its streams."""


class List(Request, frozen=True):
    """Which characters are in the store?"""


class Load(Request, frozen=True):
    """Read a character into memory before it is needed."""

    character: CharacterId


class Unload(Request, frozen=True):
    """Forget a character that no stream uses."""

    character: CharacterId


class Reload(Request, frozen=True):
    """Read a character again from disk; streams change over at their next frame, and keep the old face on error."""

    character: CharacterId


class Open(Request, frozen=True):
    """Open a stream of textures of one character. The client picks the number, so it may send states at once."""

    stream: Id
    character: CharacterId
    size: Size = 256  # pixels, width = height
    format: Format = "rgba8"  # bc1 (no alpha) and bc3 are block-compressed: an eighth and a quarter of the bytes
    partial: bool = False  # rgba8 in messages only: may be just the rectangle that has changed since the frame before
    alpha: Alpha = "straight"
    background: Background = "portrait"
    quality: AskedQuality = "auto"  # auto = `welcome.quality`, this daemon's default; `opened` says which
    fps: Annotated[float, Meta(ge=1.0, le=120.0)] = 30.0  # of pushed frames; lock-step goes as fast as it is asked
    importance: Importance = 0.5  # to the player: 0 far away or hardly seen .. 1 near; who is lowered first under load
    size_min: Size | None = None  # pixels; pushed textures may become this small under load; None = never smaller
    watermark: bool = False  # every texture carries an invisible mark that `npcface detect` finds
    notice: bool = True  # false: the game itself shows that a portrait's rights are not stated, the texture need not


class Adjust(Request, frozen=True):
    """Say anew how important an open stream is, for instance because the player came nearer."""

    stream: Id
    importance: Importance


class Close(Request, frozen=True):
    """Close one stream."""

    stream: Id


class State(Request, frozen=True):
    """Lock-step: render this state and send it back with the same sequence number.

    Optional payload: float32 [478, 2] little-endian, ``FaceState.landmark_offsets``.
    """

    stream: Id
    sequence: Sequence
    values: Values = []  # in the agreed order; empty = neutral
    named: Named = {}  # applied after `values`


class Landmarks(Request, frozen=True):
    """Lock-step from a face tracker. Payload: float32 [points, dims] little-endian, pixels, y down."""

    stream: Id
    sequence: Sequence
    points: Literal[478, 68]
    dims: Literal[2, 3]
    width: Annotated[int, Meta(ge=1, le=16384)]  # pixels of the image the tracker saw
    height: Annotated[int, Meta(ge=1, le=16384)]
    motion: Motion = "relative"


class Phoneme(msgspec.Struct, array_like=True, frozen=True):
    """``[symbol, start_s]`` or ``[symbol, start_s, end_s]``, seconds from the start of the line."""

    symbol: Annotated[str, Meta(max_length=16)]
    start_s: Seconds
    end_s: Seconds | None = None


class Speech(Request, frozen=True):
    """Speak: the whole line at once, or piece by piece while it is being spoken (same stream, ``begin`` false)."""

    stream: Id
    phonemes: Annotated[list[Phoneme], Meta(max_length=4096)]
    alphabet: Alphabet = "auto"
    begin: bool = True  # true: a new line, its time 0 is its first pushed frame; false: more of the running line
    final: bool = True  # true: the line is complete; false: more pieces will come
    then: Then = "idle"  # after the line: idle life, or stop pushing
    idle: bool = True  # blinks, breath and sway while speaking
    seed: Id = 0


class Timeline(Request, frozen=True):
    """Play frames of channel values. Payload: float32 [frames, C] little-endian, C = number of agreed channels."""

    stream: Id
    frames: Annotated[int, Meta(ge=1, le=36_000)]
    fps: Annotated[float, Meta(ge=1.0, le=240.0)] = 30.0  # of the payload's rows; interpolated to the stream's
    then: Then = "idle"
    idle: bool = False
    seed: Id = 0


class Idle(Request, frozen=True):
    """Push idle life: blinks, saccades, breath, small head sway."""

    stream: Id
    seed: Id = 0


class Emotion(Request, frozen=True):
    """A layer over speech, timeline and idle life; stays until it is changed."""

    stream: Id
    emotion: Name
    strength: Annotated[float, Meta(ge=0.0, le=1.0)] = 1.0


class Stop(Request, frozen=True):
    """Stop pushing; the stream stays open for lock-step."""

    stream: Id


class Stats(Request, frozen=True):
    """Ask for the daemon's figures."""


AnyRequest = (
    Hello | Ping | Bye | List | Load | Unload | Reload | Open | Adjust | Close | State | Landmarks | Speech | Timeline
    | Idle | Emotion | Stop | Stats
)  # fmt: skip
WITH_PAYLOAD = (State, Landmarks, Timeline)
"""Messages that may come with a payload; with others it is passed over."""
