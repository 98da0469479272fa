"""Channels: every number of a FaceState by name, so that names travel once and values as a plain array.

The 52 ARKit weights come first, then the pose. A client may agree on any order and any subset in its hello.
Units and signs are FaceState's: weights 0..1, angles in degrees, translation in texture widths, scale 1 = as enrolled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from npcface.errors import StateError
from npcface.state import FaceState, Floats
from npcface.vocab import ARKIT_52

POSE: tuple[str, ...] = (
    "headYaw", "headPitch", "headRoll", "gazeYaw", "gazePitch", "translationX", "translationY", "scale",
)  # fmt: skip
CHANNELS: tuple[str, ...] = ARKIT_52 + POSE
_INDEX = {name: index for index, name in enumerate(CHANNELS)}
_NEUTRAL = np.zeros(len(CHANNELS), np.float32)
_NEUTRAL[_INDEX["scale"]] = 1.0


class ChannelMap:
    """One agreed order of channels.

    Args:
        names: [C] distinct channel names; empty means all of ``CHANNELS`` in their own order.

    Raises:
        StateError: a name is unknown or comes twice.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names: tuple[str, ...] = tuple(names) or CHANNELS
        unknown = [name for name in self.names if name not in _INDEX]
        if unknown:
            raise StateError(
                f"Unknown channel {unknown[0][:40]!r}.", "Use the names that the daemon lists in its welcome message."
            )
        if len(set(self.names)) != len(self.names):
            raise StateError("A channel name comes twice.", "Name every channel once.")
        self._columns = np.array([_INDEX[name] for name in self.names])

    def state(self, values: Sequence[float] | Floats, named: Mapping[str, float] | None = None) -> FaceState:
        """Values in the agreed order → state; channels that were not sent are neutral.

        Args:
            values: [C] in the agreed order, or empty.
            named: channel name → value, applied after ``values``.

        Raises:
            StateError: wrong count, unknown name, NaN or infinity.
        """
        vector = _NEUTRAL.copy()
        if len(values):
            if len(values) != len(self.names):
                raise StateError(
                    f"{len(values)} values were sent, {len(self.names)} channels are agreed.",
                    "Send one value for each channel of the welcome message, or send them by name.",
                )
            vector[self._columns] = values
        for name, value in (named or {}).items():
            if name not in _INDEX:
                raise StateError(f"Unknown channel {name[:40]!r}.", "Use the names listed in the welcome message.")
            vector[_INDEX[name]] = value
        return unpack(vector)


def unpack(vector: Floats) -> FaceState:
    """[60] values in ``CHANNELS`` order → checked, clamped state.

    Raises:
        StateError: NaN or infinity.
    """
    pose = vector[len(ARKIT_52) :]
    return FaceState(vector[: len(ARKIT_52)], pose[0:3], pose[5:7], pose[3:5], float(pose[7])).checked()


def pack(state: FaceState) -> Floats:
    """State → [60] float32 in ``CHANNELS`` order (``landmark_offsets`` travel apart, as a payload)."""
    scale = np.array([state.scale], np.float32)
    return np.concatenate([state.weights, state.head, state.gaze, state.translation, scale]).astype(np.float32)
