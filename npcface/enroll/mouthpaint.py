"""Colours of teeth, gums, tongue and the mouth's dark in the portrait's own light."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.rig import landmarks as lm


def mouth_tint(points: NDArray[Any], picture: NDArray[np.uint8], white: NDArray[Any]) -> NDArray[np.float32]:
    """[4, 3] tooth, gum, tongue and cavity colours, 0..1.

    Args:
        points: [478, 2+] landmarks in texture px.
        picture: [P, P, 3] the texture frame's cut.
        white: [3] what is white in this light (from the eyes).
    """
    import cv2

    size = picture.shape[0]
    image = picture.astype(np.float32) / 255
    scale = size / 512

    def inside(indices: tuple[int, ...]) -> NDArray[np.bool_]:
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(points[list(indices), :2] * scale).astype(np.int32)], 1)
        return mask > 0

    inner, outer = inside(lm.LIPS_INNER), inside(lm.LIPS_OUTER)
    lips = image[outer & ~inner]
    red = np.median(lips, axis=0) if len(lips) > 20 else np.array([0.6, 0.35, 0.33])
    tooth = np.clip(white * (1.0, 0.965, 0.885) * 1.04, 0, 0.93)
    shown = image[inner]
    if len(shown) > 40:  # an open mouth: its brightest pixels are the real teeth
        bright = shown[shown.mean(axis=1) >= np.percentile(shown.mean(axis=1), 80)].mean(axis=0)
        pale = bright.min() / max(bright.max(), 1e-3) > 0.62
        if pale and bright.mean() > 0.6 * tooth.mean():
            tooth = 0.35 * tooth + 0.65 * bright
    gum = np.clip(red * (1.02, 0.80, 0.82), 0, 1)
    tongue = np.clip(0.5 * red + 0.5 * white.mean() * np.array([0.86, 0.46, 0.46]), 0, 1)
    cavity = np.clip(red * (0.22, 0.12, 0.12), 0.0, 0.2)
    return np.stack([tooth, gum, tongue, cavity]).astype(np.float32)
