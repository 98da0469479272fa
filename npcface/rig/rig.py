"""The head rig as arrays: read once, shared by enrolment, drivers and renderer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.weights import checked

Floats = NDArray[np.float32]
RIG_FILE = Path(__file__).parent / "data" / "rig.safetensors"


@dataclass(frozen=True, eq=False)
class Rig:
    """Statistical head. Units: head units (the bust is 34 high). Grids are [row, column] with row 0 = forehead.

    Attributes:
        face_mean: [G, G, 3] neutral skin of the face on the face chart, lips and lids continued across the openings.
        face_identity: [K, G, G, 3] one standard deviation each.
        face_shapes: [52, G, G, 3] displacement at weight 1, ``ARKIT_52`` order.
        face_masks: [4, M, M] uint8: inside the chart's rim, mouth, left eye, right eye opening.
        head_mean, head_identity: [P, 3], [K, P, 3] points on scalp, ears and neck.
        eye_centres, eye_identity, eye_radius: [2, 3] (subject's left first), [K, 2, 3], [1].
        mouth: ``upper``/``lower``/``tongue`` + ``_mean`` [H, W, 3], ``_shapes`` [52, H, W, 3], ``_paint`` [h, w, 2].
        mouth_identity: [K, 3] motion of the mouth's inside with identity.
        landmark_coords: [468, 2] chart point of every MediaPipe landmark but the irises.
    """

    face_mean: Floats
    face_identity: Floats
    face_shapes: Floats
    face_masks: NDArray[np.uint8]
    head_mean: Floats
    head_identity: Floats
    eye_centres: Floats
    eye_identity: Floats
    eye_radius: Floats
    mouth: dict[str, NDArray[Any]]
    mouth_identity: Floats
    landmark_coords: Floats

    @property
    def grid(self) -> int:
        """Nodes along one side of the face chart."""
        return int(self.face_mean.shape[0])

    @cached_property
    def landmarks(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Mean [468, 3], identity [K, 468, 3] and shapes [52, 468, 3] at MediaPipe's landmarks."""
        return (
            self.at(self.face_mean, self.landmark_coords),
            self.at(self.face_identity, self.landmark_coords),
            self.at(self.face_shapes, self.landmark_coords),
        )

    def at(self, images: NDArray[Any], coords: NDArray[Any]) -> NDArray[np.float64]:
        """Bilinear values of geometry images.

        Args:
            images: [..., G, G, C].
            coords: [P, 2] chart x, y, 0..1.

        Returns:
            [..., P, C] float64.
        """
        height, width = images.shape[-3:-1]
        position = np.clip(coords * (width, height) - 0.5, 0, np.array((width, height)) - 1 - 1e-6)
        column, row = position.astype(int).T
        fx, fy = (position - position.astype(int)).T[:, :, None]
        images = images.astype(np.float64)
        top = images[..., row, column, :] * (1 - fx) + images[..., row, column + 1, :] * fx
        bottom = images[..., row + 1, column, :] * (1 - fx) + images[..., row + 1, column + 1, :] * fx
        return top * (1 - fy) + bottom * fy


@lru_cache(maxsize=1)
def load_rig(path: Path = RIG_FILE) -> Rig:
    """Read the rig that comes with the package.

    Raises:
        DependencyError: the file is missing.
    """
    from safetensors.numpy import load_file

    if not path.is_file():
        raise DependencyError(f"The head rig {path} is missing.", "Reinstall npcface or run npcface.train.rig.")
    raw = load_file(checked(path))
    mouth = {k: v.astype(np.float32) if v.dtype == np.float16 else v for k, v in raw.items() if k.split("_")[0] in
             ("upper", "lower", "tongue")}  # fmt: skip
    names = Rig.__dataclass_fields__
    fields: dict[str, Any] = {
        k: v.astype(np.float32) if v.dtype == np.float16 else v for k, v in raw.items() if k in names
    }
    fields["landmark_coords"] = fields["landmark_coords"][:468]
    return Rig(**fields, mouth=mouth)
