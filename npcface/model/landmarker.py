"""A small differentiable landmark finder, for the landmark loss only.

It learns beside the generator from real pictures whose landmarks are known, and then tells where the lips and lids of
a generated picture lie. Heat maps with soft-argmax after Sun et al. 2018 (*Integral Human Pose Regression*).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.blocks import down
from npcface.rig import landmarks as lm

POINTS = (*lm.LIPS_OUTER, *lm.LIPS_INNER, *lm.LEFT_EYE_RING, *lm.RIGHT_EYE_RING)
"""MediaPipe indices of what it finds: lips and lids."""


class Landmarker(nn.Module):
    """Pictures → places of ``POINTS``."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            down(3, 24), down(24, width),
            nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=4, dilation=4), nn.ReLU(),
            nn.Conv2d(width, len(POINTS), 1),
        )  # fmt: skip

    def forward(self, picture: Tensor) -> Tensor:
        """[N, 3, H, W] 0..1 → [N, len(POINTS), 2] x, y in 0..1 of the picture."""
        heat = self.layers(F.interpolate(picture, size=(128, 128), mode="bilinear", antialias=True) * 2 - 1)
        count, points, rows, columns = heat.shape
        share = torch.softmax(heat.reshape(count, points, -1) * 4, dim=2).reshape(count, points, rows, columns)
        x = (torch.arange(columns, device=heat.device) + 0.5) / columns
        y = (torch.arange(rows, device=heat.device) + 0.5) / rows
        return torch.stack([(share.sum(2) * x).sum(2), (share.sum(3) * y).sum(2)], dim=2)
