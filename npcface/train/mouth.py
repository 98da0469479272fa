"""Geometry images of the mouth's inside: upper and lower dental arch with gums, and the tongue.

The arches are unrolled on an upright cylinder and seen from outside (what lies outermost wins), the tongue is seen
from above. Each image carries FaceKit's motion, and the arches a fine map that tells tooth from gum and how lit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.train.facekit import PARTS, FaceKit, part_triangles
from npcface.vocab import ARKIT_52

AXIS_Z = 5.0  # the dental arch's cylinder axis, head units in front of FaceKit's origin
REACH = 1.15  # radians to either side of straight ahead that an arch covers
UPPER_DROP = 0.15  # head units: FaceKit's lips hide the upper teeth, a speaking person's do not


@dataclass(frozen=True)
class Sheet:
    """One geometry image.

    Attributes:
        mean: [H, W, 3] rest positions. shapes: [52, H, W, 3] displacements in ``ARKIT_52`` order.
        paint: [h, w, 2] fine map: tooth 1 or gum 0 (the tongue is 0), and light 0..1.
    """

    mean: NDArray[np.float64]
    shapes: NDArray[np.float64]
    paint: NDArray[np.float64]


def arch(kit: FaceKit, upper: bool, rows: int, columns: int) -> Sheet:
    """The upper or lower teeth with their gum."""
    from scipy.ndimage import gaussian_filter, median_filter

    teeth = part_triangles(kit, "teeth")
    moves = np.linalg.norm(kit.shapes["jawOpen"], axis=1)
    is_upper = moves[kit.triangles[teeth]].max(axis=1) < 0.5
    gums = part_triangles(kit, "gums_tongue")
    centre = kit.neutral[kit.triangles[gums]].mean(axis=1)
    split = -3.2
    outer = np.hypot(centre[:, 0], centre[:, 2] - AXIS_Z) > 2.0
    gum_upper = centre[:, 1] > split
    chosen = np.concatenate([teeth[is_upper == upper], gums[outer & (gum_upper == upper)]])
    samples, normals, owners = _sample(kit, chosen)
    tooth = np.any(owners >= PARTS["teeth"][0], axis=1)
    angle = np.arctan2(samples[:, 0], samples[:, 2] - AXIS_Z)
    radius = np.hypot(samples[:, 0], samples[:, 2] - AXIS_Z)
    low, high = (-3.6, -0.9) if upper else (-5.9, -3.15)
    fine = (rows * 4, columns * 4)
    u = (angle / REACH + 1) / 2
    v = (high - samples[:, 1]) / (high - low)
    winner = _nearest(u, v, radius, fine)
    facing = np.clip(np.abs(normals[:, 2]) * 0.55 + 0.45 * (1 - np.abs(normals[:, 1])), 0, 1)
    crevice = _crevice(np.where(winner >= 0, radius[winner], 0))
    light = gaussian_filter(0.35 + 0.65 * facing[winner], 1.2) * crevice
    label = gaussian_filter(median_filter(tooth[winner].astype(np.float64), 5), 0.7)
    paint = np.stack([label, light], axis=-1)
    coarse = winner[2::4, 2::4]
    shapes = _displacements(kit, owners[coarse])
    mean = samples[coarse].astype(np.float64)
    if upper:
        mean[..., 1] -= UPPER_DROP
    return Sheet(mean, shapes, paint)


def tongue(kit: FaceKit, rows: int, columns: int) -> Sheet:
    """The tongue's upper side from root (row 0) to tip (last row), with ``tongueOut`` built from it."""
    gums = part_triangles(kit, "gums_tongue")
    centre = kit.neutral[kit.triangles[gums]].mean(axis=1)
    inner = (np.hypot(centre[:, 0], centre[:, 2] - AXIS_Z) < 4.4) & (np.abs(centre[:, 0]) < 1.8)
    inner &= (centre[:, 1] < -1.9) & (centre[:, 1] > -4.6) & (centre[:, 2] > 3.0) & (centre[:, 2] < 9.6)
    samples, _, owners = _sample(kit, gums[inner])
    u = samples[:, 0] / 3.6 + 0.5
    v = (samples[:, 2] - 3.0) / (9.5 - 3.0)
    winner = _nearest(u, v, samples[:, 1], (rows, columns))
    shapes = _displacements(kit, owners[winner])
    # a clean tongue: a rounded slab whose outline narrows to the tip, riding on what FaceKit's own tongue does
    across, along = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(0, 1, rows))
    width = 1.75 * np.sqrt(np.clip(1 - np.clip((along - 0.55) / 0.45, 0, 1) ** 2.4, 0.0, 1)) * (0.9 + 0.1 * along)
    mean = np.stack(
        [across * width, -3.05 - 0.45 * across**2 - 0.7 * np.clip(along - 0.6, 0, 1) ** 2, 3.4 + along * 6.0], axis=-1
    )
    jaw = shapes.reshape(52, -1, 3)
    smooth = jaw.mean(axis=1)[:, None, None, :] * (0.75 + 0.3 * along[None, ..., None])
    stretch = np.zeros((rows, columns, 3))
    # tongueOut: everything slides forward past the lips, the front third bends down over the lower lip
    reach = np.clip((along - 0.15) / 0.85, 0, 1)
    stretch[..., 2] = 4.2 * reach - 0.9 * np.clip(along - 0.75, 0, 1) * 4 * 0.6
    stretch[..., 1] = 0.35 * reach - 4.6 * np.clip(along - 0.55, 0, 1) ** 1.5
    stretch[..., 0] = mean[..., 0] * 0.12 * reach
    smooth[ARKIT_52.index("tongueOut")] = stretch
    light = 0.55 + 0.45 * along - 0.25 * np.abs(across) ** 3 - 0.22 * np.exp(-((across / 0.07) ** 2)) * (along < 0.9)
    return Sheet(mean, smooth, np.stack([np.zeros_like(light), np.clip(light, 0, 1)], axis=-1))


def _sample(kit: FaceKit, triangles: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    steps = 6
    grid = [(i, j) for i in range(steps + 1) for j in range(steps + 1 - i)]
    bary = np.array([[steps - i - j, i, j] for i, j in grid], np.float64) / steps
    corners = kit.neutral[kit.triangles[triangles]].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-12
    samples = np.einsum("bc,tcd->tbd", bary, corners).reshape(-1, 3)
    return samples, np.repeat(normal, len(bary), axis=0), np.repeat(kit.triangles[triangles], len(bary), axis=0)


def _nearest(u: NDArray[Any], v: NDArray[Any], height: NDArray[Any], size: tuple[int, int]) -> NDArray[np.int64]:
    """[H, W] index of the highest sample in every cell; empty cells take the nearest filled one."""
    from scipy.ndimage import distance_transform_edt

    rows, columns = size
    row, column = np.floor(v * rows).astype(int), np.floor(u * columns).astype(int)
    ok = np.flatnonzero((row >= 0) & (row < rows) & (column >= 0) & (column < columns))
    order = ok[np.argsort(height[ok], kind="stable")]
    winner = np.full(size, -1, np.int64)
    winner[row[order], column[order]] = order
    near = distance_transform_edt(winner < 0, return_distances=False, return_indices=True)
    return winner[near[0], near[1]]


def _crevice(radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Darker where the surface lies deeper than its surroundings: the gaps between teeth."""
    from scipy.ndimage import gaussian_filter, median_filter

    smooth = median_filter(radius, 3)
    return np.clip(1 + 1.6 * (gaussian_filter(smooth, 0.8) - gaussian_filter(smooth, 4.0)), 0.55, 1.0)


def _displacements(kit: FaceKit, corners: NDArray[np.int64]) -> NDArray[np.float64]:
    shapes = np.zeros((52, *corners.shape[:2], 3))
    for index, name in enumerate(ARKIT_52):
        if name in kit.shapes:
            shapes[index] = kit.shapes[name][corners].mean(axis=2)
    return shapes
