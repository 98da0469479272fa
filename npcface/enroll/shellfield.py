"""Depth and motion of everything that is not the face's front: hair, headwear, ears, neck, shoulders."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.shape import Shape, project_texture
from npcface.enroll.texture import dense
from npcface.rig import landmarks as lm
from npcface.rig.pose import PIVOT
from npcface.rig.rig import Rig

FIELD = 64
FAR_Z = -2.0  # head units: hair beyond the head's outline lies in the plane of the ears
STEEPEST = 2.5  # head units of depth per head unit sideways: steeper sheets fold at once when the head turns


def shell_field(rig: Rig, shape: Shape) -> NDArray[np.float32]:
    """[10, FIELD, FIELD] as ``Looks.shell_field`` describes it."""
    import cv2
    from scipy.ndimage import distance_transform_edt

    fit = shape.fit
    fine = 4 * FIELD
    coords, z, known = _front(rig, shape, fine)
    face_known = np.isfinite(coords[..., 0])
    # depth: the rig's where the rig is, falling towards FAR_Z with distance from it, nowhere steeply
    away, near = distance_transform_edt(~known, return_indices=True)
    fall = np.clip(away / (0.16 * fine), 0, 1)
    depth = z[near[0], near[1]] * (1 - fall) + FAR_Z * fall
    depth = _gentle(depth, STEEPEST / (fine * fit.scale_px / 512))

    # expression: the face's own inside its outline, fading outside
    gap, nearest = distance_transform_edt(~face_known, return_indices=True)
    chart = coords[nearest[0], nearest[1]]
    share = np.exp(-((gap / (0.05 * fine)) ** 2))
    extra = rig.at(shape.rest - shape.shown, chart.reshape(-1, 2)).reshape(fine, fine, 3)

    axis = (np.arange(fine) + 0.5) / fine
    x, y = np.meshgrid(axis, axis)
    unit = fit.scale_px / 512
    picture = np.stack([(x - fit.place_px[0] / 512) / unit, -(y - fit.place_px[1] / 512) / unit, depth], axis=-1)
    # the picture-axes depth is relative to the pivot; back into head space
    rest = picture @ fit.rotation + PIVOT
    follow = _follow(rig, shape, x, y)
    layers = np.concatenate([rest, extra, chart * 2 - 1, share[..., None], follow[..., None]], axis=-1)
    small = cv2.resize(layers.astype(np.float32), (FIELD, FIELD), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small.transpose(2, 0, 1))


def _gentle(depth: NDArray[Any], step: float) -> NDArray[np.float32]:
    """[H, W] with what drops by more than ``step`` per cell raised: a sheet that is nowhere steep cannot fold."""
    import cv2

    small = cv2.resize(depth.astype(np.float32), (FIELD, FIELD), interpolation=cv2.INTER_AREA)
    drop = step * depth.shape[0] / FIELD
    straight = np.ones((3, 1), np.uint8)
    for _ in range(FIELD):
        beside = np.maximum(cv2.dilate(small, straight), cv2.dilate(small, straight.T)) - drop
        corner = cv2.dilate(small, np.ones((3, 3), np.uint8)) - drop * 1.41
        small = np.maximum(small, np.maximum(beside, corner))
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    return np.asarray(cv2.resize(small, depth.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _front(rig: Rig, shape: Shape, size: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """What of the rig lies nearest in each of size × size texture cells.

    Returns:
        [size, size, 2] chart point of the face's skin, NaN where there is none; [size, size] depth in head units
        nearer than the pivot, of skin or else of scalp, ears and neck, 0 without; [size, size] where either lies.
    """
    fit = shape.fit
    unit = fit.scale_px / 512
    samples = 448
    face = dense(shape.shown, samples)
    mask = dense(rig.face_masks[0] / 255.0, samples) > 0.9
    axis = (np.arange(samples) + 0.5) / samples
    cx, cy = np.meshgrid(axis, axis)
    chart_all = np.stack([cx, cy], axis=-1)[mask]
    place = project_texture(fit, face[mask].astype(np.float64), 512)
    coords = np.full((size * size, 2), np.nan)
    depth = np.full(size * size, np.nan)
    _drop(place, unit, size, depth, coords, chart_all)
    behind = np.full(size * size, np.nan)
    _drop(project_texture(fit, shape.head.astype(np.float64), 512), unit, size, behind, None, None)
    behind = _close(behind.reshape(size, size)).ravel()
    z = np.where(np.isfinite(depth), depth, behind)
    grid = (size, size)
    known = np.isfinite(z).reshape(grid)
    return coords.reshape(*grid, 2), np.nan_to_num(z).reshape(grid), known


def _drop(
    place: NDArray[Any],
    unit: float,
    size: int,
    depth: NDArray[Any],
    coords: NDArray[Any] | None,
    chart: NDArray[Any] | None,
) -> None:
    """Write the nearest point's depth, and its chart point where asked, into the cells of a size × size grid.

    Args:
        place: [P, 3] texture x, y (0..1), z. unit: texture widths per head unit. depth: [size²] head units, written.
        coords: [size², 2], written. chart: [P, 2] chart x, y of the points.
    """
    column, row = np.floor(place[:, 0] * size).astype(int), np.floor(place[:, 1] * size).astype(int)
    ok = np.flatnonzero((column >= 0) & (column < size) & (row >= 0) & (row < size))
    order = ok[np.argsort(place[ok, 2], kind="stable")]
    cell = row[order] * size + column[order]
    depth[cell] = place[order, 2] / unit
    if coords is not None and chart is not None:
        coords[cell] = chart[order]


def _close(image: NDArray[Any]) -> NDArray[Any]:
    """Bridge the gaps between sparse head points by a maximum over a small window."""
    from scipy.ndimage import maximum_filter, minimum_filter

    filled = np.where(np.isfinite(image), image, -99.0)
    closed = minimum_filter(maximum_filter(filled, 13), 9)
    return np.where(closed > -50, closed, np.nan)


def _follow(rig: Rig, shape: Shape, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """[H, W] share of the head's motion: 1 for the head, 0 for the body, a smooth bend along the neck."""
    fit = shape.fit
    at = project_texture(fit, rig.at(shape.shown, rig.landmark_coords), 512)[:, :2]
    chin, brow = at[152], at[10]
    down = chin - brow
    length = float(np.linalg.norm(down))
    down = down / max(length, 1e-6)
    along = ((x - chin[0]) * down[0] + (y - chin[1]) * down[1]) / length  # 0 at the chin, 1 a face height below
    jaw = at[list(lm.FACE_OVAL)]
    half = float(np.ptp(jaw @ np.array([down[1], -down[0]]))) / 2 / length
    side = np.abs((x - chin[0]) * down[1] - (y - chin[1]) * down[0]) / length
    start = -0.12 + 0.10 * np.clip(1 - side / (half * 1.2), 0, 1)
    t = np.clip((along - start) / 0.55, 0, 1)
    return 1 - t * t * (3 - 2 * t)
