"""The sliders: every channel of a face with its group, label and range, and poses made of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from npcface.errors import StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_52, ARKIT_INDEX

TURNS = {"headYaw": 30.0, "headPitch": 20.0, "headRoll": 25.0, "gazeYaw": 30.0, "gazePitch": 25.0}
"""Degrees to both sides for which faces are made."""
_GROUPS = {
    "Eyes": ("eye",), "Brows": ("brow",), "Jaw": ("jaw",), "Mouth": ("mouth",), "Cheeks and nose": ("cheek", "nose"),
    "Tongue": ("tongue",), "Head": ("head",), "Gaze": ("gaze",),
}  # fmt: skip
_SHORT = ("eye", "brow", "jaw", "mouth", "head", "gaze", "tongue")
"""Prefixes that the group's title says already."""


def groups() -> list[dict[str, Any]]:
    """``[{"group", "names": [{"name", "label", "min", "max", "unit"}]}]``, every channel once."""
    names = (*ARKIT_52, *TURNS)
    return [
        {"group": group, "names": [_described(name) for name in names if name.startswith(prefixes)]}
        for group, prefixes in _GROUPS.items()
    ]


def pose_of(values: Mapping[str, float]) -> FaceState:
    """The face of the sliders; channels that are not named are 0, values out of range are clamped.

    Raises:
        StateError: an unknown name, or a value that is not finite.
    """
    for name, value in values.items():
        if name not in ARKIT_INDEX and name not in TURNS:
            raise StateError(f"Unknown channel {name!r:.60}.", "GET /api/info lists them all.")
        if not math.isfinite(value):
            raise StateError(f"{name} is {value}, not a finite number.", "Send numbers within the channel's range.")
    turn = [float(values.get(name, 0.0)) for name in TURNS]
    weights = {name: value for name, value in values.items() if name in ARKIT_INDEX}
    return FaceState.of(weights, head=(turn[0], turn[1], turn[2]), gaze=(turn[3], turn[4])).checked()


def values_of(state: FaceState) -> dict[str, float]:
    """The sliders' positions for a state, rounded; zeros are left out."""
    named = dict(zip(ARKIT_52, state.weights.tolist(), strict=True))
    named |= dict(zip(TURNS, [*state.head.tolist(), *state.gaze.tolist()], strict=True))
    return {name: round(value, 3) for name, value in named.items() if abs(value) >= 0.0005}


def _described(name: str) -> dict[str, Any]:
    limit = TURNS.get(name)
    rest = next((name[len(prefix) :] for prefix in _SHORT if name.startswith(prefix)), name)
    label = " ".join(re.findall(r"[A-Z]?[a-z]+", rest)).capitalize()
    if limit is None:
        return {"name": name, "label": label, "min": 0.0, "max": 1.0, "unit": ""}
    return {"name": name, "label": label, "min": -limit, "max": limit, "unit": "°"}
