"""What a generated picture is judged by. Every function gives [N] or a scalar; ``loop`` weighs and sums them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from npcface.rig import landmarks as lm

CROP_PX = 64
"""Side of mouth and eye crops: LPIPS's last layers need as much."""

MOUTH = lm.LIPS_OUTER + lm.LIPS_INNER
EYES = (lm.LEFT_EYE_RING, lm.RIGHT_EYE_RING)


def pixel(output: Tensor, target: Tensor) -> Tensor:
    """[N] mean absolute difference."""
    return (output - target).abs().mean((1, 2, 3))


def structure(output: Tensor, target: Tensor) -> Tensor:
    """[N] 1 − SSIM of the grey pictures with 7 × 7 box windows (Wang et al. 2004; a box is cheaper than a Gaussian)."""
    weights = torch.tensor([0.299, 0.587, 0.114], device=output.device).reshape(1, 3, 1, 1)
    a, b = (output * weights).sum(1, keepdim=True), (target * weights).sum(1, keepdim=True)

    def box(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 7, 1)

    mean_a, mean_b = box(a), box(b)
    var_a, var_b, both = box(a * a) - mean_a**2, box(b * b) - mean_b**2, box(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    similarity = (2 * mean_a * mean_b + c1) * (2 * both + c2) / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))
    return 1 - similarity.mean((1, 2, 3))


def crops(pictures: Tensor, points: Tensor, wanted: tuple[int, ...], times: float) -> Tensor:
    """Squares about some landmarks, differentiable in the pictures.

    Args:
        pictures: [N, 3, P, P]. points: [N, 478, 2] 0..1. wanted: landmark indices.
        times: side of the square in units of the larger side of the points' box.

    Returns:
        [N, 3, CROP_PX, CROP_PX].
    """
    chosen = points[:, list(wanted)]
    low, high = chosen.amin(1), chosen.amax(1)
    half = (high - low).amax(1) * times / 2
    axis = (torch.arange(CROP_PX, device=points.device) + 0.5) / CROP_PX * 2 - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y], dim=-1)[None] * half[:, None, None, None] + ((low + high) / 2)[:, None, None]
    return F.grid_sample(pictures, grid * 2 - 1, mode="bilinear", padding_mode="border", align_corners=False)


def mouth_crops(pictures: Tensor, points: Tensor) -> Tensor:
    """[N, 3, CROP_PX, CROP_PX] as the evaluation cuts them."""
    return crops(pictures, points, MOUTH, 1.5)


def eye_crops(pictures: Tensor, points: Tensor) -> Tensor:
    """[2 · N, 3, CROP_PX, CROP_PX], left eyes first."""
    return torch.cat([crops(pictures, points, eye, 1.8) for eye in EYES])


def window(pictures: Tensor, corner: tuple[int, int], side: int) -> Tensor:
    """The same square of every picture."""
    row, column = corner
    return pictures[:, :, row : row + side, column : column + side]


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Scalar hinge loss (Lim and Ye 2017) of the discriminator."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def feature_matching(fake: list[Tensor], real: list[Tensor]) -> Tensor:
    """Scalar mean absolute difference of the discriminator's features (Wang et al. 2018); real ones detached."""
    return torch.stack([(a - b.detach()).abs().mean() for a, b in zip(fake, real, strict=True)]).mean()


def match(embedding: Tensor, column: Tensor) -> Tensor:
    """Scalar mean absolute difference between embedder's vector and identity column (Zakharov et al. 2019)."""
    return (embedding - column).abs().mean()
