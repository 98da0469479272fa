"""Porter-Duff over (1984) on flat channels-last pixels.

A small matrix product spreads alpha over the four channels: many times faster on onnxruntime's CPU than slicing or
broadcasting a last axis of four.
"""

from __future__ import annotations

import torch
from torch import Tensor


def over(front: Tensor, back: Tensor) -> Tensor:
    """Lay one premultiplied picture over another.

    Args:
        front, back: [P, 4] premultiplied RGBA 0..255.

    Returns:
        [P, 4] of the same kind.
    """
    minus_alpha = torch.tensor([[0.0] * 4] * 3 + [[-1 / 255] * 4], dtype=front.dtype, device=front.device)
    ones = torch.ones(4, dtype=front.dtype, device=front.device)
    return front + back * torch.addmm(ones, front, minus_alpha)
