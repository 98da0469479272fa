"""Random states for round trips: what a portrait might do that the photo does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.state import FaceState

PAIRED = ("browDown", "browOuterUp", "cheekSquint", "eyeSquint", "eyeWide", "mouthFrown", "mouthSmile", "mouthStretch",
          "mouthUpperUp", "mouthLowerDown", "mouthDimple", "mouthPress", "noseSneer")  # fmt: skip
SINGLE = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthShrugUpper", "mouthRollLower", "browInnerUp", "cheekPuff")


def random_state(rng: np.random.Generator, strength: float = 1.0) -> FaceState:
    """A head turn and an expression; every third one has its mouth open, every fourth its eyes shut or squinting.

    Args:
        strength: 1 for portraits as people upload them, less for nearly neutral ones.
    """
    weights: dict[str, float] = {}
    for name in rng.choice(PAIRED, 3, replace=False):
        value, lean = rng.uniform(0, 0.7) * strength, rng.uniform(0.7, 1)
        weights[f"{name}Left"], weights[f"{name}Right"] = value, value * lean
    for name in rng.choice(SINGLE, 2, replace=False):
        weights[name] = rng.uniform(0, 0.5) * strength
    if rng.random() < 0.34:
        weights["jawOpen"] = rng.uniform(0.3, 0.9) * strength
    if rng.random() < 0.25:
        shut = rng.uniform(0.4, 1.0) * strength
        weights["eyeBlinkLeft"] = weights["eyeBlinkRight"] = shut
    head = rng.normal(0, (13, 6, 5)) * strength
    gaze = rng.normal(0, (8, 5)) * strength
    return FaceState.of(
        weights,
        head=_three(np.clip(head, (-30, -15, -14), (30, 15, 14))),
        gaze=_two(gaze),
        translation=_two(rng.normal(0, 0.03, 2) * strength),
        scale=float(np.clip(rng.normal(1, 0.06 * strength), 0.85, 1.15)),
    )


def opposite_state(rng: np.random.Generator) -> tuple[FaceState, FaceState]:
    """(portrait, wanted): what is shut in one is open in the other, lids and lips each way."""
    wide, shut = rng.uniform(0.5, 0.9), rng.uniform(0.8, 1.0)
    first, second = random_state(rng, 0.35), random_state(rng, 0.35)
    apart = {"jawOpen": wide, "mouthLowerDownLeft": 0.3, "mouthLowerDownRight": 0.3}
    lids = {"eyeBlinkLeft": shut, "eyeBlinkRight": shut}
    if rng.random() < 0.5:
        return first.with_weights({**apart, **lids}), second.with_weights(_still(lids, apart))
    return first.with_weights({**_still(lids), **apart}), second.with_weights({**_still(apart), **lids})


def _still(*groups: dict[str, float]) -> dict[str, float]:
    return {name: 0.0 for group in groups for name in group}


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(values[0]), float(values[1]), float(values[2])


def _two(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values[0]), float(values[1])
