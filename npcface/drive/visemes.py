"""The mouth shapes of speech: one row per kind of sound, in ARKit weights.

A row says where the jaw and the lips want to be at the middle of the sound, and how strongly they insist
(dominance, 0..1, Cohen & Massaro 1993): an ``s`` insists on a narrow jaw and takes its lips from the neighbours, a
``k`` insists on nothing, an ``f`` owns the lips. Openings follow measured speech: the widest vowel opens the
lips about 1 cm, half of ``jawOpen`` = 1; rounding goes before spreading, lips before jaw.
Shapes without a side are symmetric: ``smile`` means ``mouthSmileLeft`` and ``mouthSmileRight``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from npcface.drive.lips import seal
from npcface.state import Floats
from npcface.vocab import ARKIT_52, ARKIT_INDEX, VISEMES_15

_SHAPES: dict[str, tuple[str, ...]] = {
    "pucker": ("mouthPucker",), "funnel": ("mouthFunnel",), "roll": ("mouthRollLower",), "tuck": ("mouthRollUpper",),
    "shrug": ("mouthShrugLower",), "tongue": ("tongueOut",), "jaw": ("jawOpen",),
    **{key: (f"mouth{name}Left", f"mouth{name}Right") for key, name in {
        "smile": "Smile", "stretch": "Stretch", "dimple": "Dimple", "lower": "LowerDown", "upper": "UpperUp",
        "press": "Press",
    }.items()},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sound:
    """What one kind of sound asks of the mouth.

    Attributes:
        jaw: ``jawOpen``, 0..1.
        lips: [52] float32 target weights without the jaw.
        jaw_pull, lip_pull: dominance over the neighbours, 0..1.
        hold: how surely ``lips`` must be reached at the middle of the sound, 0..1, however short it is.
        seals: lips must meet (p, b, m).
        vowel: carries stress.
        seconds: typical length in fluent speech.
    """

    jaw: float
    lips: Floats = field(repr=False)
    jaw_pull: float
    lip_pull: float
    hold: float = 0.0
    seals: bool = False
    vowel: bool = False
    seconds: float = 0.08


def _row(
    jaw: float, jaw_pull: float, lip_pull: float, seconds: float, *, hold: float = 0.0, seals: bool = False,
    vowel: bool = False, **lips: float,
) -> Sound:  # fmt: skip
    target = np.zeros(len(ARKIT_52), np.float32)
    for key, value in lips.items():
        for name in _SHAPES[key]:
            target[ARKIT_INDEX[name]] = value
    target.setflags(write=False)
    return Sound(jaw, target, jaw_pull, lip_pull, hold, seals, vowel, seconds)


SOUNDS: dict[str, Sound] = {
    "sil": _row(0.00, 0.60, 0.40, 0.20),
    # consonants
    "PP": _row(0.06, 0.40, 0.50, 0.075, seals=True, press=0.30, roll=0.12, tuck=0.06),
    "FF": _row(0.07, 0.60, 1.00, 0.090, hold=0.90, roll=0.55, shrug=0.12, upper=0.22, stretch=0.08),
    "TH": _row(0.13, 0.60, 0.50, 0.070, hold=0.60, tongue=0.22, lower=0.14, upper=0.08),
    "DD": _row(0.12, 0.45, 0.22, 0.065, lower=0.12, upper=0.06),
    "nn": _row(0.12, 0.40, 0.20, 0.065, lower=0.10, upper=0.05),
    "L": _row(0.19, 0.45, 0.22, 0.065, lower=0.12, upper=0.06),
    "kk": _row(0.16, 0.30, 0.12, 0.075, lower=0.05),
    "CH": _row(0.10, 0.70, 0.85, 0.100, hold=0.40, funnel=0.38, pucker=0.30, lower=0.10, upper=0.05),
    "SS": _row(0.06, 0.80, 0.45, 0.095, hold=0.50, stretch=0.16, smile=0.10, lower=0.20, upper=0.08),
    "RR": _row(0.15, 0.40, 0.65, 0.065, pucker=0.36, funnel=0.22),
    "W": _row(0.09, 0.50, 0.95, 0.065, hold=0.50, pucker=0.75, funnel=0.15),
    "Y": _row(0.11, 0.40, 0.40, 0.060, smile=0.16, stretch=0.14, lower=0.08),
    "HH": _row(0.16, 0.12, 0.06, 0.055),
    # vowels
    "aa": _row(0.50, 1.00, 0.75, 0.120, vowel=True, lower=0.14, upper=0.10),
    "AE": _row(0.42, 1.00, 0.80, 0.120, vowel=True, stretch=0.20, smile=0.10, lower=0.20, upper=0.14),
    "AH": _row(0.30, 0.90, 0.60, 0.090, vowel=True, lower=0.12, upper=0.08),
    "schwa": _row(0.19, 0.60, 0.35, 0.055, vowel=True, lower=0.08, upper=0.05),
    "AO": _row(0.40, 1.00, 0.90, 0.120, vowel=True, funnel=0.32, pucker=0.18),
    "E": _row(0.31, 1.00, 0.80, 0.100, vowel=True, stretch=0.18, smile=0.12, lower=0.18, upper=0.12),
    "IH": _row(0.20, 0.90, 0.70, 0.080, vowel=True, stretch=0.18, smile=0.12, lower=0.14, upper=0.08),
    "IY": _row(0.13, 0.90, 0.90, 0.100, vowel=True, smile=0.28, stretch=0.24, dimple=0.10, lower=0.18, upper=0.10),
    "ER": _row(0.20, 0.90, 0.80, 0.110, vowel=True, pucker=0.30, funnel=0.26),
    "O": _row(0.28, 1.00, 0.95, 0.110, vowel=True, funnel=0.44, pucker=0.40),
    "UH": _row(0.18, 0.90, 0.85, 0.080, vowel=True, funnel=0.30, pucker=0.42),
    "U": _row(0.11, 0.90, 1.00, 0.100, vowel=True, pucker=0.78, funnel=0.26),
}


def _alone(name: str) -> dict[str, float]:
    sound = SOUNDS[name]
    weights = sound.lips.copy()
    weights[ARKIT_INDEX["jawOpen"]] = sound.jaw
    if sound.seals:
        weights = seal(weights, 1.0)
    return {shape: round(float(weights[k]), 3) for shape, k in ARKIT_INDEX.items() if weights[k] > 0.0}


VISEME_SHAPES: dict[str, dict[str, float]] = {name: _alone({"I": "IH"}.get(name, name)) for name in VISEMES_15}
"""The 15 Oculus visemes held still, as ARKit weights: what a contact sheet shows."""
