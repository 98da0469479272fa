"""FaceState ↔ 60 whole numbers: every channel in steps of a power of two.

A power of two makes both directions exact in float64, so that all languages get the same whole number from a float32
and the same float32 back. Greatest errors, half a step: weights 1/256 (0.0039), angles 1/32 degree (0.031), translation
1/4096 texture width (0.00024), scale 1/1024.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.state import FaceState, Floats
from npcface.wire.channels import CHANNELS, pack, unpack

Ints = NDArray[np.int64]

STEPS_PER_UNIT = np.array([128] * 52 + [16] * 5 + [2048] * 2 + [512])
"""[60] steps in a weight of 1, a degree, a texture width, a scale of 1; in the order of ``CHANNELS``."""
LOWEST = np.array([0] * 52 + [-960] * 3 + [-720] * 2 + [-2048] * 2 + [128])
HIGHEST = np.array([128] * 52 + [960] * 3 + [720] * 2 + [2048] * 2 + [2048])
"""[60] steps at the limits of ``FaceState.checked``."""
NEUTRAL = np.array([0] * 59 + [512])
"""[60] steps of the neutral face."""
GREATEST_ERROR = 0.5 / STEPS_PER_UNIT
"""[60] half a step, in the channel's own unit."""


def to_steps(state: FaceState) -> Ints:
    """State → [60] steps, clamped; ``landmark_offsets`` are not carried.

    Raises:
        StateError: an array has the wrong shape or holds NaN or infinity.
    """
    values = pack(state.checked()).astype(np.float64)
    return np.clip(np.floor(values * STEPS_PER_UNIT + 0.5), LOWEST, HIGHEST).astype(np.int64)


def to_values(steps: Ints) -> Floats:
    """[60] steps → [60] float32 in the order of ``CHANNELS``."""
    return (steps / STEPS_PER_UNIT).astype(np.float32)


def to_state(steps: Ints) -> FaceState:
    """[60] steps within their limits → state."""
    return unpack(to_values(steps))


def _units() -> tuple[tuple[int, ...], ...]:
    units: list[tuple[int, ...]] = []
    index = 0
    while index < len(CHANNELS):
        name, following = CHANNELS[index], CHANNELS[index + 1 : index + 2]
        sided = name.endswith("Left") and following == (name.removesuffix("Left") + "Right",)
        units.append((index, index + 1) if sided else (index,))
        index += len(units[-1])
    return tuple(units)


UNITS: tuple[tuple[int, ...], ...] = _units()
"""What is coded together: 18 times a left and a right channel, neighbours in ``CHANNELS``, and 24 times one alone."""
