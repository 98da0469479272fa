"""How far the lips are apart, told from ARKit weights, and how to shut them.

ARKit's ``mouthClose`` is relative: it only undoes what ``jawOpen`` and a few other shapes opened, so "closed lips" is
no single weight but a sum. The numbers were measured on the neutral head of ICT-FaceKit (MIT) as the distance of the
inner lip edges in the middle of the mouth, one shape at a time, and are given in units of ``jawOpen`` = 1
(about 2 cm on an adult head). Sums of shapes agree with the mesh to about 0.02.
"""

from __future__ import annotations

import numpy as np

from npcface.state import Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX

APERTURE: dict[str, float] = {
    "jawOpen": 1.00, "jawForward": 0.04, "mouthClose": -1.19, "mouthFunnel": 0.38,
    "mouthLowerDownLeft": 0.10, "mouthLowerDownRight": 0.10, "mouthUpperUpLeft": 0.11, "mouthUpperUpRight": 0.11,
    "noseSneerLeft": 0.09, "noseSneerRight": 0.09, "mouthShrugUpper": 0.16, "mouthShrugLower": -0.21,
    "mouthPressLeft": -0.04, "mouthPressRight": -0.04, "mouthRollLower": -0.11, "mouthRollUpper": 0.02,
}  # fmt: skip
"""Change of the lip gap per shape, in units of ``jawOpen`` = 1."""

_GAP = np.array([APERTURE.get(name, 0.0) for name in ARKIT_52], np.float32)
_PARTING = [ARKIT_INDEX[n] for n in (
    "mouthFunnel", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "mouthShrugUpper", "mouthShrugLower", "tongueOut",
)]  # fmt: skip
_PRESS = [ARKIT_INDEX["mouthPressLeft"], ARKIT_INDEX["mouthPressRight"]]
_JAW, _CLOSE, _ROLL = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["mouthClose"], ARKIT_INDEX["mouthRollLower"]

SEALED_JAW = 0.20
"""Most ``jawOpen`` under sealed lips: the teeth may part a little behind them, the chin must not hang."""
SEALED_PRESS = 0.25
_OVERLAP = 0.03  # lips press into each other, so that a coarse mesh or a smiling portrait still shows no slit


def aperture(weights: Floats) -> float:
    """Lip gap in units of ``jawOpen`` = 1; 0 or less means the lips touch.

    Args:
        weights: [52] float32 in ``ARKIT_52`` order.
    """
    return float(_GAP @ weights)


def seal(weights: Floats, amount: float) -> Floats:
    """Shut the lips and keep everything else (smile, pucker, brows …) as it is.

    Args:
        weights: [52] float32.
        amount: 0 changes nothing, 1 guarantees ``aperture(result) < 0``, between is a linear mix.

    Returns:
        [52] float32, a new array.
    """
    if amount <= 0.0:
        return weights.copy()
    closed = weights.copy()
    closed[_PARTING] = 0.0
    closed[_JAW] = min(closed[_JAW], SEALED_JAW)
    closed[_PRESS] = np.maximum(closed[_PRESS], SEALED_PRESS)
    closed[_ROLL] = max(closed[_ROLL], 0.1)
    closed[_CLOSE] = 0.0
    closed[_CLOSE] = np.clip((aperture(closed) + _OVERLAP) / -_GAP[_CLOSE], 0.0, 1.0)
    return weights + np.float32(min(amount, 1.0)) * (closed - weights)


def sealing(weights: Floats) -> float:
    """How deliberately the lips of a frame are shut, 0..1: pressed together and with no gap.

    A resting mouth is closed without pressing and counts as 0: an emotion may open it; an m may not be opened.
    """
    pressed = float(np.clip(weights[_PRESS].mean() / SEALED_PRESS, 0.0, 1.0))
    held = float(np.clip((weights[_CLOSE] - 0.05) / 0.05, 0.0, 1.0))
    shut = float(np.clip(1.0 - aperture(weights) / 0.05, 0.0, 1.0))
    return max(pressed, held) * shut
