"""Channels: how numbers of any tracker, each under its name, become one FaceState. The only mapping there is.

A table is data: source name → one channel or several (a smile is two shapes). Several sources may move one target;
what they give is added, then limited to what a face can do.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from npcface.errors import StateError
from npcface.state import FaceState, Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX

LOOK_YAW, LOOK_PITCH = 30.0, 25.0
"""Degrees the renderer turns an eye for a full ``eyeLookIn/Out`` and ``eyeLookUp/Down``."""
POSE = ("headYaw", "headPitch", "headRoll", "gazeYaw", "gazePitch", "translationX", "translationY", "scale")
"""Targets besides ARKit's 52: degrees with FaceState's signs, texture widths, and a factor."""
_LOOKS = [ARKIT_INDEX[f"eyeLook{way}{side}"] for side in ("Left", "Right") for way in ("In", "Out", "Up", "Down")]


@dataclass(frozen=True, slots=True)
class Channel:
    """How one named number enters a state: ``clamp(gain * value + offset, low, high)``.

    Attributes:
        target: an ARKit name, or headYaw, headPitch, headRoll, gazeYaw, gazePitch (degrees, FaceState's signs),
            translationX, translationY (texture widths), scale; "" drops the number.
        backup: used only in frames that do not set its target in another way (a gaze: neither by ``eyeLook…`` weights).
    """

    target: str
    gain: float = 1.0
    offset: float = 0.0
    low: float = 0.0
    high: float = 1.0
    backup: bool = False

    def of(self, value: float) -> float:
        """What the target gets for a value."""
        return min(max(self.gain * value + self.offset, self.low), self.high)


Table = Mapping[str, Channel | tuple[Channel, ...]]
"""Source name → its channel or channels."""


def mapped(named: Iterable[tuple[str, Any]], table: Table, *, lenient: bool = False) -> FaceState:
    """The state of one frame of named numbers.

    Args:
        named: (name, number) pairs.
        table: what the names mean.
        lenient: pass over names that are not in the table.

    Raises:
        StateError: an unknown name (with the nearest ones), or a value that is not a finite number.
    """
    given: dict[str, float] = {}
    backup: dict[str, float] = {}
    for name, number in named:
        found = table.get(name)
        if found is None:
            if lenient:
                continue
            raise _unknown(name, table)
        value = _number(name, number)
        for channel in (found,) if isinstance(found, Channel) else found:
            if channel.target:
                if channel.target not in ARKIT_INDEX and channel.target not in POSE:
                    raise _no_target(name, channel.target)
                into = backup if channel.backup else given
                into[channel.target] = into.get(channel.target, 0.0) + channel.of(value)
    return _state(given, backup)


def looked(weights: Floats) -> Floats:
    """Mean turn of both eyes by the ``eyeLook…`` weights: [2] float32 yaw, pitch in degrees."""
    in_l, out_l, up_l, down_l, in_r, out_r, up_r, down_r = (float(weights[k]) for k in _LOOKS)
    yaw = LOOK_YAW * ((out_l - in_l) + (in_r - out_r)) / 2.0
    return np.array([yaw, LOOK_PITCH * (up_l - down_l + up_r - down_r) / 2.0], np.float32)


def _state(given: Mapping[str, float], backup: Mapping[str, float]) -> FaceState:
    """An explicit gaze is the whole gaze: what the weights turn already is taken off it."""
    whole = {**backup, **given}
    weights = np.clip(_vector(whole, ARKIT_52), 0.0, 1.0)
    gaze = _vector(given, POSE[3:5]) - looked(weights)
    if "gazeYaw" not in given and "gazePitch" not in given:
        gaze = _vector({} if weights[_LOOKS].any() else backup, POSE[3:5])
    return FaceState(
        weights=weights,
        head=_vector(whole, POSE[:3]),
        translation=_vector(whole, POSE[5:7]),
        gaze=gaze,
        scale=whole.get("scale", 1.0),
    ).checked()


def _vector(values: Mapping[str, float], names: Iterable[str]) -> Floats:
    return np.array([values.get(name, 0.0) for name in names], np.float32)


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise StateError(
            f"{name:.60} is {value!r:.40}, not a finite number.", "Leave out frames in which tracking was lost."
        )
    return number


def _unknown(name: str, table: Table) -> StateError:
    near = difflib.get_close_matches(name[:60], table, 3, 0.5)
    hint = f"Did you mean {', '.join(near)}?" if near else "Names are ARKit's, Live Link's or MediaPipe's."
    return StateError(f"Unknown channel {name!r:.60}.", f"{hint} Or pass unknown='ignore'.")


def _no_target(name: str, target: str) -> StateError:
    return StateError(f"Channel {name!r:.60} goes to unknown {target!r:.60}.", f"Targets: ARKit, {', '.join(POSE)}.")
