"""Pixel agreement of two pictures: PSNR, SSIM, and the mean difference inside a mask."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError

Image = NDArray[np.uint8]
PSNR_CEILING = 60.0
"""Equal pictures would be infinite and spoil every mean; 60 dB is below one grey level everywhere."""


def psnr(output: Image, target: Image) -> float:
    """Peak signal-to-noise ratio in dB over all three channels of 8-bit RGB [H, W, 3], at most ``PSNR_CEILING``."""
    error = float(np.mean((output.astype(np.float64) - target.astype(np.float64)) ** 2))
    return min(PSNR_CEILING, 10.0 * float(np.log10(255.0**2 / error))) if error > 0 else PSNR_CEILING


def luma(image: Image) -> NDArray[np.float64]:
    """ITU-R BT.601 luma 0..255 of 8-bit RGB [H, W, 3]."""
    return np.asarray(image.astype(np.float64) @ np.array([0.299, 0.587, 0.114]))


def ssim(output: Image, target: Image) -> float:
    """Structural similarity of the luma, Gaussian window of sigma 1.5 (11 × 11), as in Wang et al. 2004; -1..1."""
    try:
        from skimage import metrics
    except ImportError as error:
        raise DependencyError("SSIM needs scikit-image.", "pip install 'npcface[eval]'") from error
    structural_similarity: Any = metrics.structural_similarity
    value = structural_similarity(
        luma(output), luma(target), data_range=255.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    return float(value)


def difference(output: Image, target: Image, mask: NDArray[np.bool_]) -> float:
    """Mean absolute difference over the channels of 8-bit RGB [H, W, 3] where ``mask`` [H, W], 0..1; NaN if nowhere."""
    if not mask.any():
        return float("nan")
    return float(np.abs(output[mask].astype(np.float64) - target[mask]).mean()) / 255.0
