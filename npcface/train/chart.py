"""The face chart: an injective flattening of the face's skin in which mouth and eyes are real openings.

FaceKit's own texture coordinates close the eyes to slits thinner than a grid cell. Here every skin vertex gets new
chart coordinates: hole rims and the outer rim are pinned where an open-mouthed, wide-eyed face shows them from the
front, and everything between follows by mean-value coordinates of the old layout, so that chart area is close to the
area seen on screen.

Source of the method: Tutte's embedding with mean-value weights (Floater, "Mean value coordinates", 2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg as solvers
from numpy.typing import NDArray

from npcface.train.facekit import FaceKit, part_triangles

CROP = (0.13, 0.22, 0.87, 0.985)
"""Part of FaceKit's texture square that the chart covers: u0, v0, u1, v1 (ears and back of the neck stay outside)."""

HOLE_SCALE = {"mouth": (0.8, 0.5), "eyeLeft": (0.78, 0.44), "eyeRight": (0.78, 0.44)}
"""Size of the chart's openings, width and height, relative to those of the open face."""

MOUTH_LIFT = 0.2
"""The mouth's opening moves up by this part of its height: an open jaw leaves the lower lip the least room."""


@dataclass(frozen=True)
class Chart:
    """Flattened skin.

    Attributes:
        vertices: [M] int64, FaceKit vertex of every chart vertex.
        triangles: [T, 3] int64 into ``vertices``.
        coords: [M, 2] float64, chart x (viewer's right +) and y (down +), both 0..1.
        holes: name → [L] indices into ``vertices``, the rims ``mouth``, ``eyeLeft``, ``eyeRight``.
        aspect: width over height of the chart's content in head units.
    """

    vertices: NDArray[np.int64]
    triangles: NDArray[np.int64]
    coords: NDArray[np.float64]
    holes: dict[str, NDArray[np.int64]]
    aspect: float


def flatten(kit: FaceKit) -> Chart:
    """Build the chart of the face's front."""
    chosen = part_triangles(kit, "face")
    corners = kit.uv[kit.uv_triangles[chosen]]  # [T, 3, 2]
    u0, v0, u1, v1 = CROP
    inside = ((corners >= (u0, v0)) & (corners <= (u1, v1))).all(axis=(1, 2))
    chosen = chosen[inside]
    vertices, flat = np.unique(kit.triangles[chosen], return_inverse=True)
    triangles = flat.reshape(-1, 3)
    uv = np.zeros((len(vertices), 2))
    uv[triangles.ravel()] = kit.uv[kit.uv_triangles[chosen]].reshape(-1, 2)

    loops = sorted(boundary_loops(triangles), key=len, reverse=True)
    holes = {_hole_name(kit.neutral[vertices[loop]]): loop for loop in loops[1:4]}
    pinned = np.concatenate(loops[:4])
    target = _frontal(_open_face(kit)[vertices])
    for name, rim in holes.items():  # smaller holes leave the lips' red and the lids' folds room to lie flat
        centre = target[rim].mean(axis=0)
        height = np.ptp(target[rim][:, 1])
        target[rim] = centre + (target[rim] - centre) * HOLE_SCALE[name]
        target[rim] -= (0.0, MOUTH_LIFT * height if name == "mouth" else 0.0)
    matrix = _mean_value_laplacian(uv, triangles)
    coords = _solve_pinned(matrix, pinned, target)
    low, high = target[loops[0]].min(axis=0), target[loops[0]].max(axis=0)
    return Chart(
        vertices, triangles, (coords - low) / (high - low) * 0.96 + 0.02, holes, float(np.divide(*(high - low)))
    )


def boundary_loops(triangles: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Vertex loops along edges that belong to one triangle only."""
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    _, inverse, count = np.unique(np.sort(edges, axis=1), axis=0, return_inverse=True, return_counts=True)
    following = {int(a): int(b) for a, b in edges[count[inverse.ravel()] == 1]}
    loops = []
    while following:
        start, here = next(iter(following.items()))
        loop = [start]
        del following[start]
        while here != start and here in following:
            loop.append(here)
            here = following.pop(here)
        loops.append(np.array(loop))
    return loops


def flipped_share(chart: Chart) -> float:
    """Share of chart triangles that are turned over (0 for an injective chart)."""
    a, b, c = (chart.coords[chart.triangles[:, i]] for i in range(3))
    edge1, edge2 = b - a, c - a
    area = edge1[:, 0] * edge2[:, 1] - edge1[:, 1] * edge2[:, 0]
    return float(min((area > 0).mean(), (area < 0).mean()))


def _open_face(kit: FaceKit) -> NDArray[np.float32]:
    shapes = kit.shapes
    return (
        kit.neutral
        + 0.4 * shapes["jawOpen"]
        + 0.35 * (shapes["mouthUpperUpLeft"] + shapes["mouthUpperUpRight"])
        + 0.35 * (shapes["mouthLowerDownLeft"] + shapes["mouthLowerDownRight"])
        + 0.8 * (shapes["eyeWideLeft"] + shapes["eyeWideRight"])
    ).astype(np.float32)


def _frontal(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """[M, 2]: points unrolled on an upright cylinder, x to the viewer's right, y down, in head units."""
    radius = 13.0
    angle = np.arctan2(points[:, 0], points[:, 2] + 2.0)
    return np.stack([angle * radius, -points[:, 1]], axis=1).astype(np.float64)


def _hole_name(rim: NDArray[np.float32]) -> str:
    centre = rim.mean(axis=0)
    if centre[1] < 0:
        return "mouth"
    return "eyeLeft" if centre[0] > 0 else "eyeRight"


def _mean_value_laplacian(uv: NDArray[np.float64], triangles: NDArray[np.int64]) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    for i in range(3):
        a, b, c = triangles[:, i], triangles[:, (i + 1) % 3], triangles[:, (i + 2) % 3]
        ab, ac = uv[b] - uv[a], uv[c] - uv[a]
        cross = np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
        lengths = np.linalg.norm(ab, axis=1), np.linalg.norm(ac, axis=1)
        half_tangent = cross / (lengths[0] * lengths[1] + (ab * ac).sum(axis=1) + 1e-12)
        for other, length in ((b, lengths[0]), (c, lengths[1])):
            rows.append(a)
            columns.append(other)
            values.append(half_tangent / (length + 1e-9))
    size = len(uv)
    weights = sparse.coo_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), (size, size)
    ).tocsr()
    degree = np.asarray(weights.sum(axis=1)).ravel()
    return (sparse.diags(degree) - weights).tocsr()


def _solve_pinned(
    matrix: sparse.csr_matrix, pinned: NDArray[np.int64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    free = np.setdiff1d(np.arange(len(target)), pinned)
    solved = target.copy()
    right = -matrix[free][:, pinned] @ target[pinned]
    solved[free] = solvers.splu(matrix[free][:, free].tocsc()).solve(right)
    return solved
