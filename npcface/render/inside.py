"""What lies behind the openings: eyeballs and the mouth's inside, drawn small and then laid under the skin."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from npcface.render.layout import EYE_SPAN, MOUTH_SPAN
from npcface.render.splat import refine, splat


def eye_patches(axes: Tensor, head: Tensor, textures: Tensor, iris: Tensor, radius: float, size: int) -> Tensor:
    """Both eyeballs.

    Args:
        axes: [N, 2, 3, 3] eyeball axes (rows: right, up, forward) in picture axes, y up, gaze included.
        head: [N, 3, 3] the same for the head without gaze.
        textures: [N, 2, 7, E, E] 0..1: sclera RGB in head axes, iris RGB and alpha in eyeball axes.
        iris: [N, 2] radius that the iris texture's half width covers, head units.
        radius: of the eyeball, head units.
        size: side of a patch in px.

    Returns:
        [N, 2, 3, size, size] RGB 0..1.
    """
    count = axes.shape[0]
    axis = ((torch.arange(size, device=axes.device, dtype=axes.dtype) + 0.5) / size * 2 - 1) * (EYE_SPAN / radius)
    x, y = axis[None, :].expand(size, size), -axis[:, None].expand(size, size)
    z = torch.sqrt(torch.clamp(1 - x * x - y * y, min=0.02))
    sight = torch.stack([x, y, z])[None, None].reshape(1, 1, 3, -1)  # [1, 1, 3, P]
    fixed = torch.matmul(head[:, None], sight).reshape(count, 1, 3, size, size)
    turned = torch.matmul(axes, sight).reshape(count, 2, 3, size, size)
    flat = textures.reshape(count * 2, 7, textures.shape[-2], textures.shape[-1])
    at = fixed[:, :, :2].expand(count, 2, 2, size, size).reshape(count * 2, 2, size, size)
    sclera = _look_up(flat[:, :3], at * (radius / EYE_SPAN))
    onto = turned[:, :, :2].reshape(count * 2, 2, size, size) * (radius / iris.reshape(-1, 1, 1, 1))
    behind = (turned[:, :, 2:] < 0).reshape(count * 2, 1, size, size).to(onto.dtype) * 4
    disc = _look_up(flat[:, 3:], onto + behind)
    colour = sclera * (1 - disc[:, 3:]) + disc[:, :3] * disc[:, 3:]
    return colour.reshape(count, 2, 3, size, size)


def _look_up(texture: Tensor, at: Tensor) -> Tensor:
    """Sample [B, C, E, E] at [B, 2, H, W] coordinates, x right, y up, −1..1."""
    grid = torch.stack([at[:, 0], -at[:, 1]], dim=-1)
    return F.grid_sample(texture, grid, mode="bilinear", padding_mode="border", align_corners=False)


def mouth_patch(
    sheets: list[Tensor], window: Tensor, paint: Tensor, cavity: Tensor, lip_depth: Tensor, size: int
) -> Tensor:
    """Teeth, gums and tongue in front of the dark of the mouth.

    Args:
        sheets: geometry images [N, 3, R, C] in texture units (x, y 0..1, z nearer = larger), same width C.
        window: [N, 3] centre x, y and half width of the patch in texture units.
        paint: [N, 3, h, w] colours 0..1, the sheets stacked in the same order and proportions.
        cavity: [N, 3] colour of the dark, 0..1.
        lip_depth: [N] z of the lips, texture units; what lies further back gets less light.
        size: side of the patch in px.

    Returns:
        [N, 3, size, size] RGB 0..1.
    """
    count = paint.shape[0]
    stacked = torch.cat(sheets, dim=2)
    span = window[:, 2].reshape(-1, 1, 1)
    x = ((stacked[:, 0] - window[:, 0].reshape(-1, 1, 1)) / span + 1) * (size / 2)
    y = ((stacked[:, 1] - window[:, 1].reshape(-1, 1, 1)) / span + 1) * (size / 2)
    z = stacked[:, 2]
    points = torch.stack([x, y, z], dim=1)
    rows = points.shape[2]
    valid = torch.ones((1, 1, rows, points.shape[3]), device=paint.device, dtype=paint.dtype)
    winner = splat(points, valid, size, size)
    coords, depth = refine(points, winner, size, size)
    colour = F.grid_sample(paint, coords, mode="bilinear", padding_mode="border", align_corners=False)
    behind = torch.clamp((lip_depth[:, None] - depth) / span.reshape(-1, 1) * MOUTH_SPAN, 0.0, 6.0)
    light = torch.exp(-0.3 * behind).reshape(count, 1, size, size)
    seen = (winner >= 0).reshape(count, 1, size, size).to(colour.dtype)
    seen = F.avg_pool2d(seen, 3, 1, 1)
    dark = cavity[:, :, None, None]
    return dark + (colour * light - dark) * seen
