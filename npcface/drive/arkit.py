"""ARKit-52 frames by name → FaceStates: Apple's names, Live Link Face's 61, MediaPipe's categories, iFacialMocap's.

Names decide, never positions: MediaPipe starts with ``_neutral``, Live Link with the eyes, and both have 52 shapes.
A bare array needs ``names``, unless it has ARKit's alphabetical 52 or Live Link's 61 values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from npcface.drive.channels import LOOK_PITCH as LOOK_PITCH
from npcface.drive.channels import LOOK_YAW as LOOK_YAW
from npcface.drive.channels import POSE, Channel, Table, mapped
from npcface.drive.channels import looked as looked
from npcface.errors import StateError
from npcface.state import FaceState, Floats
from npcface.vocab import ARKIT_52

LIVE_LINK_61: tuple[str, ...] = (
    *(f"Eye{what}{side}" for side in ("Left", "Right")
      for what in ("Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide")),
    "JawForward", "JawRight", "JawLeft", "JawOpen", "MouthClose", "MouthFunnel", "MouthPucker", "MouthRight",
    "MouthLeft",
    *(f"Mouth{what}{side}" for what in ("Smile", "Frown", "Dimple", "Stretch") for side in ("Left", "Right")),
    "MouthRollLower", "MouthRollUpper", "MouthShrugLower", "MouthShrugUpper",
    *(f"Mouth{what}{side}" for what in ("Press", "LowerDown", "UpperUp") for side in ("Left", "Right")),
    "BrowDownLeft", "BrowDownRight", "BrowInnerUp", "BrowOuterUpLeft", "BrowOuterUpRight", "CheekPuff",
    "CheekSquintLeft", "CheekSquintRight", "NoseSneerLeft", "NoseSneerRight", "TongueOut",
    "HeadYaw", "HeadPitch", "HeadRoll",
    *(f"{side}Eye{axis}" for side in ("Left", "Right") for axis in ("Yaw", "Pitch", "Roll")),
)  # fmt: skip
"""Columns of a Live Link Face recording; angles in radians."""
MEDIAPIPE_52: tuple[str, ...] = ("_neutral", *(name for name in ARKIT_52 if name != "tongueOut"))

_DEGREES = 180.0 / math.pi


def _angle(target: str, sign: float) -> Channel:
    return Channel(target, gain=sign * _DEGREES, low=-60.0, high=60.0)


def _eye(target: str, sign: float) -> Channel:
    return Channel(target, gain=sign * 0.5 * _DEGREES, low=-45.0, high=45.0, backup=True)  # half: the mean of two eyes


CHANNELS: dict[str, Channel] = {
    **{name: Channel(name) for name in ARKIT_52},
    **{name[0].upper() + name[1:]: Channel(name) for name in ARKIT_52},
    **{f"{name[:-4]}_L": Channel(name) for name in ARKIT_52 if name.endswith("Left")},
    **{f"{name[:-5]}_R": Channel(name) for name in ARKIT_52 if name.endswith("Right")},
    **{name: Channel(name, low=-math.inf, high=math.inf) for name in POSE},
    # Live Link Face: right-handed angles about ARKit's face axes (x to the subject's left, y up, z out of the face)
    "HeadYaw": _angle("headYaw", 1.0), "HeadPitch": _angle("headPitch", -1.0), "HeadRoll": _angle("headRoll", -1.0),
    **{f"{side}EyeYaw": _eye("gazeYaw", 1.0) for side in ("Left", "Right")},
    **{f"{side}EyePitch": _eye("gazePitch", -1.0) for side in ("Left", "Right")},
    "LeftEyeRoll": Channel(""), "RightEyeRoll": Channel(""), "_neutral": Channel(""),
}  # fmt: skip
"""Every name ``arkit`` understands. Copy an entry with ``dataclasses.replace`` to trim a tracker's gain or sign."""

_ORDERS = {"arkit": ARKIT_52, "livelink": LIVE_LINK_61, "mediapipe": MEDIAPIPE_52}
_GROUPS = {"head": POSE[:3], "gaze": POSE[3:5], "translation": POSE[5:7]}

Frame = FaceState | Mapping[str, Any] | Sequence[Any] | Floats


def arkit(
    frames: Iterable[Frame],
    *,
    names: str | Sequence[str] | None = None,
    channels: Table | None = None,
    unknown: str = "error",
) -> Iterator[FaceState]:
    """Frames of named numbers as states, one for one.

    A frame is a mapping of names to numbers (``{"jawOpen": 0.3, "headYaw": 5.0}``, also nested as ``{"weights": {…},
    "head": [yaw, pitch, roll], "gaze": [yaw, pitch], "translation": [x, y], "scale": 1.0}``), a list of MediaPipe
    categories (``category_name`` and ``score``), an array of numbers, or already a FaceState.

    An explicit gaze is the whole gaze: what ``eyeLook…`` weights of the same frame already turn is taken off it.

    Args:
        frames: any iterable.
        names: order of array frames: ``"arkit"``, ``"livelink"``, ``"mediapipe"`` or a list of names.
        channels: replacements for entries of ``CHANNELS`` (other gain, offset, clamp, sign), or new names.
        unknown: ``"error"`` or ``"ignore"`` for names nobody knows.

    Raises:
        StateError: unknown name (with the nearest ones), wrong count, or a value that is not a finite number.
    """
    if isinstance(names, str) and names not in _ORDERS:
        raise StateError(f"Unknown order {names!r}.", f"Use {', '.join(_ORDERS)} or a list of names.")
    if unknown not in ("error", "ignore"):
        raise StateError(f"unknown={unknown!r} is not a policy.", "Use 'error' or 'ignore'.")
    order = _ORDERS[names] if isinstance(names, str) else names
    table = CHANNELS | dict(channels or {})
    return (state(frame, order, table, unknown == "ignore") for frame in frames)


def state(
    frame: Frame, order: Sequence[str] | None = None, table: Table = CHANNELS, lenient: bool = False
) -> FaceState:
    """One frame; see ``arkit``."""
    if isinstance(frame, FaceState):
        return frame.checked()
    return mapped(_named(frame, order), table, lenient=lenient)


def _named(frame: Any, order: Sequence[str] | None) -> Iterator[tuple[str, Any]]:
    """Name and value of everything in a frame, whatever its form."""
    if isinstance(frame, Mapping):
        for key, value in frame.items():
            if key == "weights":
                yield from _named(value, order)
            elif key in _GROUPS:
                yield from _zipped(_GROUPS[key], value, key)
            elif key != "t":  # time stamps are the business of tracks and smoothing
                yield str(key), value
        return
    if isinstance(frame, str) or not isinstance(frame, (Sequence, np.ndarray)):
        raise StateError(f"Not a frame: {frame!r:.60}.", "Use a mapping of names, a category list or an array.")
    if len(frame) and not isinstance(frame[0], (int, float, np.number)):
        for entry in frame:
            get = entry.get if isinstance(entry, Mapping) else lambda key, entry=entry: getattr(entry, key, None)
            yield str(get("category_name") or get("categoryName")), get("score")
        return
    if order is None:
        order = LIVE_LINK_61 if len(frame) == 61 else ARKIT_52
    yield from _zipped(order, frame, "array frame")


def _zipped(names: Sequence[str], values: Any, what: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(values, (Sequence, np.ndarray)) or isinstance(values, str) or len(values) != len(names):
        raise StateError(
            f"The {what} must hold {len(names)} numbers, got {values!r:.60}.", f"Order: {', '.join(names[:4])} …"
        )
    return zip(names, values, strict=True)
