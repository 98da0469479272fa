"""Fill what a picture does not show from what it does: push-pull over an image pyramid.

Source: Gortler et al., "The Lumigraph" (SIGGRAPH 1996), section on pull-push interpolation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def push_pull(image: Floats, weight: Floats) -> Floats:
    """Continue an image smoothly where its weight is 0.

    Args:
        image: [H, W, C], any range. weight: [H, W] 0..1 trust in each pixel.

    Returns:
        [H, W, C] in the image's range: the image by its weight, for the rest what lies around.
    """
    import cv2

    if min(image.shape[:2]) <= 2 or weight.min() > 0.999:
        total = max(float(weight.sum()), 1e-6)
        mean = (image * weight[..., None]).sum(axis=(0, 1)) / total
        return np.where(weight[..., None] > 0.5, image, mean).astype(np.float32)
    height, width = image.shape[:2]
    half = ((width + 1) // 2, (height + 1) // 2)
    small_weight = cv2.resize(weight, half, interpolation=cv2.INTER_AREA)
    small = cv2.resize(image * weight[..., None], half, interpolation=cv2.INTER_AREA).reshape(half[1], half[0], -1)
    small = small / np.maximum(small_weight, 1e-6)[..., None]
    coarse = push_pull(small.astype(np.float32), np.minimum(small_weight * 4, 1.0).astype(np.float32))
    up = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, -1)
    return (image * weight[..., None] + up * (1 - weight[..., None])).astype(np.float32)
