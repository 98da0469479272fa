"""A small differentiable landmark finder for crops of mouth or eye, for the landmark loss only.

It learns beside the generator from real pictures whose landmarks are known, and then tells where lips, lids and iris of
a generated picture lie. Heat maps with soft-argmax after Sun et al. 2018 (*Integral Human Pose Regression*).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.blocks import down
from npcface.rig import landmarks as lm

LIPS = (*lm.LIPS_OUTER, *lm.LIPS_INNER)
LEFT_EYE = (*lm.LEFT_EYE_RING, *lm.LEFT_IRIS)
RIGHT_EYE = (*lm.RIGHT_EYE_RING, 468, 471, 470, 469, 472)
"""MediaPipe indices of what it finds. The right eye's are the left eye's mirror images, one by one: MediaPipe itself
goes about both irises in the same sense."""

HEAT_PX = 32


class Landmarker(nn.Module):
    """Crops → places of landmarks."""

    def __init__(self, points: int, width: int = 48) -> None:
        """``points``: how many it finds."""
        super().__init__()
        self.layers = nn.Sequential(
            down(3, width),
            nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=2, dilation=2), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=4, dilation=4), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=8, dilation=8), nn.ReLU(),
            nn.Conv2d(width, points, 1),
        )  # fmt: skip
        for layer in self.layers.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, crop: Tensor) -> Tensor:
        """[N, 3, H, W] 0..1 → [N, points, 2] x, y in 0..1 of the crop."""
        sized = F.interpolate(crop, size=(2 * HEAT_PX, 2 * HEAT_PX), mode="bilinear", antialias=True)
        heat = self.layers(sized * 2 - 1)
        count, points, rows, columns = heat.shape
        share = torch.softmax(heat.reshape(count, points, -1) * 4, dim=2).reshape(count, points, rows, columns)
        x = (torch.arange(columns, device=heat.device) + 0.5) / columns
        y = (torch.arange(rows, device=heat.device) + 0.5) / rows
        return torch.stack([(share.sum(2) * x).sum(2), (share.sum(3) * y).sum(2)], dim=2)


class FaceLandmarker(nn.Module):
    """One finder for mouths and one for eyes; it sees right eyes in a mirror."""

    def __init__(self) -> None:
        super().__init__()
        self.mouth = Landmarker(len(LIPS))
        self.eye = Landmarker(len(LEFT_EYE))

    def forward(self, mouths: Tensor, eyes: Tensor) -> Tensor:
        """Crops → landmarks.

        Args:
            mouths: [N, 3, H, W] 0..1. eyes: [2 · N, 3, H, W], left eyes first.

        Returns:
            [N, len(LIPS) + 2 · len(LEFT_EYE), 2] x, y in 0..1 of the crops: ``LIPS``, ``LEFT_EYE``, ``RIGHT_EYE``.
        """
        left, right = eyes.chunk(2)
        seen_left, seen_right = self.eye(torch.cat([left, right.flip(3)])).chunk(2)
        turned = torch.cat([1 - seen_right[..., :1], seen_right[..., 1:]], dim=2)
        return torch.cat([self.mouth(mouths), seen_left, turned], dim=1)
