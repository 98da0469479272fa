"""Squares about mouth and eyes, cut out of pictures so that gradients pass, and landmarks in their coordinates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from npcface.model.landmarker import LEFT_EYE, LIPS, RIGHT_EYE
from npcface.rig import landmarks as lm

CROP_PX = 64
"""Side of mouth and eye crops: LPIPS's last layers need as much."""

MOUTH_TIMES, EYE_TIMES = 1.5, 1.8
"""Side of a square in units of the larger side of the landmarks' box; the mouth's is the evaluation's."""


class Square(NamedTuple):
    """N squares. centre: [N, 2] and half: [N] in units of the picture's side."""

    centre: Tensor
    half: Tensor


class Squares(NamedTuple):
    """Where mouth and eyes are. mouth: N squares. eyes: 2 · N squares, left ones first."""

    mouth: Square
    eyes: Square


def squares(points: Tensor) -> Squares:
    """Squares of a picture's landmarks [N, 478, 2] 0..1."""
    left, right = (about(points, ring, EYE_TIMES) for ring in (lm.LEFT_EYE_RING, lm.RIGHT_EYE_RING))
    eyes = Square(torch.cat([left.centre, right.centre]), torch.cat([left.half, right.half]))
    return Squares(about(points, LIPS, MOUTH_TIMES), eyes)


def about(points: Tensor, wanted: tuple[int, ...], times: float) -> Square:
    """Squares about some landmarks; ``times`` as in ``MOUTH_TIMES``."""
    chosen = points[:, list(wanted)]
    low, high = chosen.amin(1), chosen.amax(1)
    return Square((low + high) / 2, (high - low).amax(1) * times / 2)


def shaken(square: Square, rng: np.random.Generator) -> Square:
    """The same squares, a little off and wider: what finds landmarks must not learn where they usually are."""
    count = len(square.half)
    off = torch.from_numpy(rng.uniform(-0.15, 0.15, (count, 2)).astype(np.float32)).to(square.half.device)
    wider = torch.from_numpy(rng.uniform(0.95, 1.3, count).astype(np.float32)).to(square.half.device)
    return Square(square.centre + off * square.half[:, None], square.half * wider)


def cut(pictures: Tensor, square: Square) -> Tensor:
    """[N, 3, P, P] → [N, 3, CROP_PX, CROP_PX], differentiable in the pictures; N pictures serve 2 · N squares."""
    if len(square.half) == 2 * len(pictures):
        pictures = torch.cat([pictures, pictures])
    axis = (torch.arange(CROP_PX, device=pictures.device) + 0.5) / CROP_PX * 2 - 1
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y], dim=-1)[None] * square.half[:, None, None, None] + square.centre[:, None, None]
    return F.grid_sample(pictures, grid * 2 - 1, mode="bilinear", padding_mode="border", align_corners=False)


def within(points: Tensor, where: Squares) -> Tensor:
    """Landmarks [N, 478, 2] 0..1 of the picture → what ``FaceLandmarker`` shall find, 0..1 of the crops."""
    count = len(points)
    left, right = Square(*(v[:count] for v in where.eyes)), Square(*(v[count:] for v in where.eyes))
    parts = ((LIPS, where.mouth), (LEFT_EYE, left), (RIGHT_EYE, right))
    return torch.cat([_relative(points[:, list(wanted)], square) for wanted, square in parts], dim=1)


def mouth_crops(pictures: Tensor, points: Tensor) -> Tensor:
    """[N, 3, CROP_PX, CROP_PX] as the evaluation cuts them."""
    return cut(pictures, squares(points).mouth)


def eye_crops(pictures: Tensor, points: Tensor) -> Tensor:
    """[2 · N, 3, CROP_PX, CROP_PX], left eyes first."""
    return cut(pictures, squares(points).eyes)


def _relative(points: Tensor, square: Square) -> Tensor:
    return (points - square.centre[:, None]) / square.half[:, None, None] / 2 + 0.5
