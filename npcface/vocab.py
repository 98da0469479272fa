"""The one vocabulary inside npcface: ARKit's 52 blendshapes, by name.

Every other convention (MediaPipe, Live Link, visemes, phonemes …) is mapped to these names, never by index.
``Left`` and ``Right`` are the SUBJECT's left and right, as in ARKit: the subject's left eye is on the right-hand
side of an unmirrored portrait. Source: Apple's ARFaceAnchor.BlendShapeLocation documentation.
"""

from __future__ import annotations

ARKIT_52: tuple[str, ...] = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft", "eyeSquintRight",
    "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip
ARKIT_INDEX: dict[str, int] = {name: index for index, name in enumerate(ARKIT_52)}

VISEMES_15: tuple[str, ...] = (
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U",
)  # fmt: skip
"""Oculus/Meta visemes; ``ih``, ``oh``, ``ou`` are accepted spellings of the last three."""


def mirrored(name: str) -> str:
    """The same shape on the other side: ``eyeBlinkLeft`` ↔ ``eyeBlinkRight``; symmetric names come back as they are."""
    if name.endswith("Left"):
        return name[:-4] + "Right"
    if name.endswith("Right"):
        return name[:-5] + "Left"
    return name
