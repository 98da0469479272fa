"""Building blocks: AdaIN and the residual block around it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def adain(x: Tensor, scale: Tensor, shift: Tensor, epsilon: float = 1e-4) -> Tensor:
    """Adaptive instance normalisation (Huang and Belongie 2017).

    Args:
        x: [N, C, H, W]. scale, shift: [N, C]; 0 leaves unit variance and zero mean.

    Returns:
        [N, C, H, W].
    """
    mean = x.mean((2, 3), keepdim=True)
    centred = x - mean
    deviation = torch.sqrt(centred.square().mean((2, 3), keepdim=True) + epsilon)
    return centred * ((1 + scale)[:, :, None, None] / deviation) + shift[:, :, None, None]


def adain_alone(x: Tensor, scale: Tensor, shift: Tensor, epsilon: float = 1e-4) -> Tensor:
    """``adain`` of a batch of one, which ONNX has a single operator for."""
    return F.instance_norm(x, None, None, 1 + scale[0], shift[0], True, 0.0, epsilon)


class AdaInBlock(nn.Module):
    """x + conv(relu(AdaIN(conv(x)))). Both convolutions 3 × 3, C channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.kaiming_normal_(self.first.weight, nonlinearity="relu")
        nn.init.normal_(self.second.weight, std=0.3 * (9 * channels) ** -0.5)
        self.channels = channels
        self.alone = False  # for export: batches are of one face

    @property
    def parameters_wanted(self) -> int:
        """How many style numbers it takes: a scale and a shift per channel."""
        return 2 * self.channels

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """``style``: [N, 2 · C]."""
        scale, shift = style.chunk(2, dim=1)
        normalise = adain_alone if self.alone else adain
        return x + self.second(F.relu(normalise(self.first(x), scale, shift)))


def down(inputs: int, outputs: int) -> nn.Sequential:
    """Half the size: 3 × 3 convolution with stride 2, then ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.ReLU())
