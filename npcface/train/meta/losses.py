"""What a generated picture is judged by. Every function gives [N] or a scalar; ``loop`` weighs and sums them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


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
