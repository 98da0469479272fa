"""Several portraits of one person: what the first hides comes from those that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.model.layout import TRUST
from npcface.vocab import ARKIT_INDEX

Tensors = dict[str, NDArray[Any]]
Floats = NDArray[np.float32]

MOST_SHOTS = 32
SHUT = 0.45
"""Blink weight from which on an eye counts as shut: its iris is a guess."""
FAR_PX = 256
TURNED_DEG = 8.0
"""Yaw by which a shot must differ from the portrait to show its other side better than a mirror does."""
_MOUTH = [
    ARKIT_INDEX[name]
    for name in ("jawOpen", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight")
]
_BLINKS = [ARKIT_INDEX[name] for name in ("eyeBlinkLeft", "eyeBlinkRight")]


def fused(tensors: Tensors, shots: Sequence[Tensors]) -> Tensors:
    """The first portrait's tensors, completed from further ones.

    Hair and ear of the side that it turns away come from the portrait that is turned the most to the other side. Skin
    that it hides comes from the portrait that shows it best, in the first one's light; eyes that it shuts from the
    one that opens them widest; the colours of teeth and tongue from the widest open mouth.
    """
    result = dict(tensors)
    for shot in shots:
        _skin(result, shot)
    everyone = [tensors, *shots]
    for side, blink in enumerate(_BLINKS):
        best = min(everyone, key=lambda one: float(one["portrait_weights"][blink]))
        if float(tensors["portrait_weights"][blink]) > SHUT > float(best["portrait_weights"][blink]):
            for name in ("eye_textures", "iris"):
                result[name] = result[name].copy()
                result[name][side] = best[name][side]
    _far_side(result, shots)
    widest = max(everyone, key=lambda one: float(one["portrait_weights"][_MOUTH].sum()))
    result["mouth_tint"] = widest["mouth_tint"]
    return result


def _far_side(result: Tensors, shots: Sequence[Tensors]) -> None:
    """``far_texture`` [FAR_PX, FAR_PX, 4] uint8 premultiplied and ``far_field``: the shell of the most turned shot."""
    import cv2

    def turned(one: Tensors) -> float:
        return abs(float(one["portrait_head"][0] - result["portrait_head"][0]))

    if not shots or turned(most := max(shots, key=turned)) < TURNED_DEG:
        return
    alpha = most["shell_alpha"][..., None].astype(np.float32) / 255
    layer = np.concatenate([most["shell_rgb"] * alpha, alpha * 255], axis=-1).astype(np.float32)
    result["far_texture"] = np.round(cv2.resize(layer, (FAR_PX, FAR_PX), interpolation=cv2.INTER_AREA)).astype(np.uint8)
    result["far_field"] = most["shell_field"]


def _skin(result: Tensors, shot: Tensors) -> None:
    """Replace texels that a shot shows better, and remember how well they are shown now."""
    import cv2

    texture = result["face_texture"].astype(np.float32)
    size = texture.shape[0]
    own = result["features"][..., TRUST].astype(np.float32) / 255
    theirs = shot["features"][..., TRUST].astype(np.float32) / 255
    better = np.clip((theirs - own - 0.15) * 2, 0, 1)
    if better.max() == 0:
        return
    other = shot["face_texture"].astype(np.float32)
    both = cv2.resize(np.minimum(own, theirs), (size, size)) > 0.7
    if both.any():  # another photo's light: match the mean colour of what both show
        other = other * (texture[both].mean(axis=0) / np.maximum(other[both].mean(axis=0), 1.0))
    share = cv2.GaussianBlur(cv2.resize(better, (size, size)), (0, 0), 4.0)[..., None]
    result["face_texture"] = np.clip(texture + (other - texture) * share, 0, 255).astype(np.uint8)
    features = result["features"].copy()
    features[..., TRUST] = np.round(np.maximum(own, theirs * better) * 255)
    result["features"] = features
