"""The shell: hair, headwear, ears, neck and body as one soft 2.5D sheet in the portrait's own picture space.

Its motion is smooth, so it needs no splatting: the forward map is known on a coarse grid and inverted by a few
Newton steps, which can neither tear nor leave holes.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

STEPS = 6
LEAST_SLOPE = 0.35  # a sheet seen nearly edge-on is treated as if it still had this much of its width
LONGEST_STEP = 0.08  # texture widths


def shell_flow(target: Tensor, shift: Tensor, height: int, width: int) -> Tensor:
    """Where in the portrait every output pixel comes from.

    Args:
        target: [N, 2, S, S] place in the texture, 0..1, of each node of a regular grid over the portrait.
        shift: [N, 2] texture widths x, y that the head as a whole has moved, to start from.
        height, width: of the output in pixels.

    Returns:
        [N, height, width, 2] portrait coordinates in −1..1.
    """
    count, _, size, _ = target.shape
    home = _places(target, size, size)
    known = torch.cat([target - home, _inverse_slopes(target)], dim=1)  # [N, 6, S, S]
    goal = _places(target, height, width).permute(0, 2, 3, 1).expand(count, height, width, 2)
    source = goal - shift[:, None, None, :]
    for _ in range(STEPS):  # of every pixel: what is guessed between nodes cuts the sheet's rim into scallops
        source = _nearer(known, goal, source)
    return source * 2 - 1


def _places(like: Tensor, height: int, width: int) -> Tensor:
    """[1, 2, height, width] middle of each pixel, 0..1."""
    x = (torch.arange(width, device=like.device, dtype=like.dtype) + 0.5) / width
    y = (torch.arange(height, device=like.device, dtype=like.dtype) + 0.5) / height
    return torch.stack([x[None, :].expand(height, width), y[:, None].expand(height, width)])[None]


def _nearer(known: Tensor, goal: Tensor, source: Tensor) -> Tensor:
    """One Newton step of each place in the portrait [N, H, W, 2] towards the one that moves to its goal."""
    at = F.grid_sample(known, source * 2 - 1, mode="bilinear", padding_mode="border", align_corners=False)
    at = at.permute(0, 2, 3, 1)
    error = goal - source - at[..., :2]
    step = torch.stack([(at[..., 2:4] * error).sum(-1), (at[..., 4:6] * error).sum(-1)], dim=-1)
    return source + torch.clamp(step, -LONGEST_STEP, LONGEST_STEP)


def _inverse_slopes(target: Tensor) -> Tensor:
    """[N, 4, S, S] inverse of the map's 2 × 2 derivative, row by row, kept away from folds."""
    size = target.shape[-1]
    # past the border the map goes on as it ran: repeating it would halve its slope there
    wide = torch.cat([2 * target[..., :1] - target[..., 1:2], target, 2 * target[..., -1:] - target[..., -2:-1]], dim=3)
    tall = torch.cat(
        [2 * target[:, :, :1] - target[:, :, 1:2], target, 2 * target[:, :, -1:] - target[:, :, -2:-1]], dim=2
    )
    across = (wide[..., 2:] - wide[..., :-2]) * (size / 2)
    down = (tall[:, :, 2:] - tall[:, :, :-2]) * (size / 2)
    a, c = torch.clamp(across[:, 0], min=LEAST_SLOPE), across[:, 1]
    b, d = down[:, 0], torch.clamp(down[:, 1], min=LEAST_SLOPE)
    det = torch.clamp(a * d - b * c, min=LEAST_SLOPE**2)
    return torch.stack([d / det, -b / det, -c / det, a / det], dim=1)
