"""Who is visible: dense points of a geometry image dropped onto pixels, nearest wins, then sub-pixel refined.

Only 2D tensor operations that torch and ONNX share. The winner of a pixel is found by one ``scatter`` with maximum
over a key that packs depth above point index, so no rasteriser is needed; the chart coordinate under the pixel's
exact centre then follows to first order from the winner's neighbours.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

INDEX_BITS = 20
DEPTH_LEVELS = 2 ** (31 - INDEX_BITS) - 2

SEE_THROUGH = int(0.004 * DEPTH_LEVELS) * 2**INDEX_BITS
"""Key difference, 0.004 texture widths, from which on a pixel is taken to look through a gap in what is nearer."""


def splat(points: Tensor, valid: Tensor, height: int, width: int) -> Tensor:
    """Index of the nearest point on every pixel; gaps of up to two pixels are closed.

    Args:
        points: [N, 3, R, C] x, y in pixels (pixel centres at .5), z nearer = larger, −0.5..0.5.
        valid: [1, 1, R, C] > 0.5 where a point may be drawn.
        height, width: canvas size in pixels.

    Returns:
        [N, height · width] int64 index into R · C, −1 where nothing lies.
    """
    count = points.shape[0]
    flat = points.reshape(count, 3, -1)
    x, y, z = flat[:, 0], flat[:, 1], flat[:, 2]
    column, row = torch.floor(x).to(torch.int64), torch.floor(y).to(torch.int64)
    keep = (column >= 0) & (column < width) & (row >= 0) & (row < height) & (valid.reshape(1, -1) > 0.5)
    pixel = torch.where(keep, row * width + column, height * width)
    depth = torch.clamp((z + 0.5) * DEPTH_LEVELS, 0, DEPTH_LEVELS).to(torch.int32)
    order = torch.arange(flat.shape[2], dtype=torch.int32, device=points.device)
    canvas = torch.full((count, height * width + 1), -1, dtype=torch.int32, device=points.device)
    canvas = torch.scatter_reduce(canvas, 1, pixel, depth * 2**INDEX_BITS + order, "amax")[:, :-1]
    canvas = _fill_gaps(_fill_gaps(canvas.reshape(count, height, width))).reshape(count, -1)
    return torch.where(canvas >= 0, canvas & (2**INDEX_BITS - 1), canvas).to(torch.int64)


def _fill_gaps(canvas: Tensor) -> Tensor:
    """[N, H, W] keys. A gap one pixel wide takes a winner from beside or above.

    A pixel between two clearly nearer ones looks through such a gap; an empty one takes any neighbour.
    """
    padded = F.pad(canvas[:, None], (1, 1, 1, 1), value=-1)[:, 0]
    left, right, above, below = padded[:, 1:-1, :-2], padded[:, 1:-1, 2:], padded[:, :-2, 1:-1], padded[:, 2:, 1:-1]
    between = torch.maximum(torch.minimum(left, right), torch.minimum(above, below))
    nearest = torch.maximum(torch.maximum(left, right), torch.maximum(above, below))
    through = torch.where(between - canvas > SEE_THROUGH, between, canvas)
    return torch.where(canvas >= 0, through, nearest)


def refine(points: Tensor, winner: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Chart coordinates under every pixel's centre.

    Args:
        points: [N, 3, R, C] as in ``splat``.
        winner: [N, height · width] from ``splat``. height, width: canvas size in pixels.

    Returns:
        [N, height, width, 2] chart x, y in −1..1 as ``grid_sample`` takes them, (−1, −1) where the
        winner is −1, and [N, height · width] depth z of the winner (meaningless there).
    """
    count, _, rows, columns = points.shape
    table = points.reshape(count, 3, -1).transpose(1, 2).reshape(-1, 3)
    index = torch.clamp(winner, min=0)
    row = torch.clamp(torch.div(index, columns, rounding_mode="floor"), max=rows - 2)
    column = torch.clamp(index - torch.div(index, columns, rounding_mode="floor") * columns, max=columns - 2)
    base = torch.arange(count, device=points.device)[:, None] * (rows * columns)
    here = (base + row * columns + column).reshape(-1)
    origin = torch.index_select(table, 0, here)
    right = torch.index_select(table, 0, here + 1) - origin
    down = torch.index_select(table, 0, here + columns) - origin

    pixel = torch.arange(height * width, device=points.device)
    py = torch.div(pixel, width, rounding_mode="floor")
    px = pixel - py * width
    gap_x = (px.to(points.dtype) + 0.5).repeat(count) - origin[:, 0]
    gap_y = (py.to(points.dtype) + 0.5).repeat(count) - origin[:, 1]
    area = right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]
    # folded or edge-on cells have no stable inverse: they keep their own coordinate
    safe = torch.where(torch.abs(area) > 0.02, area, torch.full_like(area, 1e9))
    across = torch.clamp((gap_x * down[:, 1] - gap_y * down[:, 0]) / safe, -1.5, 2.5)
    along = torch.clamp((right[:, 0] * gap_y - right[:, 1] * gap_x) / safe, -1.5, 2.5)
    x = (column.reshape(-1).to(points.dtype) + across + 0.5) * (2.0 / columns) - 1.0
    y = (row.reshape(-1).to(points.dtype) + along + 0.5) * (2.0 / rows) - 1.0
    nowhere = winner.reshape(-1) < 0
    x, y = torch.where(nowhere, -1.0, x), torch.where(nowhere, -1.0, y)
    coords = torch.stack([x, y], dim=1).reshape(count, height, width, 2)
    return coords, origin[:, 2].reshape(count, -1)
