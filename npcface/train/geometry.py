"""Geometry images: mesh attributes resampled on a regular grid in chart space.

Source of the idea: Gu, Gortler, Hoppe, "Geometry Images" (SIGGRAPH 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
import scipy.sparse.linalg as solvers
from numpy.typing import NDArray


@dataclass(frozen=True)
class Raster:
    """Which triangle lies under every grid node.

    Attributes:
        triangle: [G, G] int64, −1 where none does.
        barycentric: [G, G, 3] float64.
    """

    triangle: NDArray[np.int64]
    barycentric: NDArray[np.float64]


def rasterise(coords: NDArray[np.float64], triangles: NDArray[np.int64], size: int) -> Raster:
    """Find the chart triangle under every node of a size × size grid.

    Args:
        coords: [M, 2] chart coordinates 0..1; node (row, column) stands at ((column + .5) / size, (row + .5) / size).
        triangles: [T, 3].
    """
    owner = np.full((size, size), -1, np.int64)
    weights = np.zeros((size, size, 3))
    corners = coords[triangles] * size - 0.5  # [T, 3, 2]
    low = np.maximum(np.ceil(corners.min(axis=1) - 1e-6), 0).astype(int)
    high = np.minimum(np.floor(corners.max(axis=1) + 1e-6), size - 1).astype(int)
    for index in np.flatnonzero((low <= high).all(axis=1)):
        (x0, y0), (x1, y1) = low[index], high[index]
        columns, rows = np.meshgrid(np.arange(x0, x1 + 1), np.arange(y0, y1 + 1))
        a, b, c = corners[index]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-12:
            continue
        wb = ((columns - a[0]) * (c[1] - a[1]) - (rows - a[1]) * (c[0] - a[0])) / area
        wc = ((b[0] - a[0]) * (rows - a[1]) - (b[1] - a[1]) * (columns - a[0])) / area
        hit = (wb >= -1e-6) & (wc >= -1e-6) & (wb + wc <= 1 + 1e-6)
        owner[rows[hit], columns[hit]] = index
        weights[rows[hit], columns[hit]] = np.stack([1 - wb - wc, wb, wc], axis=-1)[hit]
    return Raster(owner, weights)


def resample(raster: Raster, triangles: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float64]:
    """[G, G, C] attributes at the grid nodes, 0 where no triangle lies.

    Args:
        values: [V, C] per vertex, indexed by ``triangles``.
    """
    picked = values[triangles[np.maximum(raster.triangle, 0)]]  # [G, G, 3, C]
    blended = (picked * raster.barycentric[..., None]).sum(axis=2)
    return np.where((raster.triangle >= 0)[..., None], blended, 0.0)


class Membrane:
    """Smooth continuation of a geometry image into its holes and past its rim (harmonic, pinned at valid nodes)."""

    def __init__(self, valid: NDArray[np.bool_]) -> None:
        """Factorise once for a [G, G] mask, so that many images can be filled."""
        self.valid = valid
        size = valid.shape[0]
        index = np.arange(size * size).reshape(size, size)
        pairs = np.concatenate(
            [
                np.stack([index[:, :-1].ravel(), index[:, 1:].ravel()], 1),
                np.stack([index[:-1].ravel(), index[1:].ravel()], 1),
            ]
        )
        both = np.concatenate([pairs, pairs[:, ::-1]])
        graph = sparse.coo_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), (size * size,) * 2).tocsr()
        laplacian = sparse.diags(np.asarray(graph.sum(axis=1)).ravel()) - graph
        self.free = np.flatnonzero(~valid.ravel())
        self.fixed = np.flatnonzero(valid.ravel())
        self.coupling = laplacian[self.free][:, self.fixed]
        self.solve = solvers.splu(laplacian[self.free][:, self.free].tocsc()).solve

    def fill(self, image: NDArray[np.float64]) -> NDArray[np.float64]:
        """[G, G, C] → the same with invalid nodes continued."""
        flat = image.reshape(-1, image.shape[-1]).copy()
        flat[self.free] = self.solve(-self.coupling @ flat[self.fixed])
        return flat.reshape(image.shape)


def bilinear(image: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """[P, C] values of a [G, G, C] geometry image at chart points [P, 2] (0..1)."""
    size = image.shape[0]
    position = np.clip(points * size - 0.5, 0, size - 1 - 1e-9)
    cell = position.astype(int)
    fx, fy = (position - cell).T[:, :, None]
    column, row = cell.T
    top = image[row, column] * (1 - fx) + image[row, column + 1] * fx
    bottom = image[row + 1, column] * (1 - fx) + image[row + 1, column + 1] * fx
    return top * (1 - fy) + bottom * fy
