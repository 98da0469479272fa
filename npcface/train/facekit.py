"""ICT-FaceKit's light head as arrays, with ARKit's names and the part every vertex belongs to.

Source: Li et al., "Learning Formation of Physically-Based Face Attributes" (CVPR 2020), USC ICT, MIT licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.vocab import ARKIT_52

PARTS: dict[str, tuple[int, int]] = {
    "face": (0, 9409), "head": (9409, 11248), "mouth_socket": (11248, 13294), "eye_socket": (13294, 14062),
    "gums_tongue": (14062, 17039), "teeth": (17039, 21451), "eyes": (21451, 24591), "details": (24591, 26719),
}  # fmt: skip
"""Vertex ranges, end exclusive."""

# ARKit shapes that FaceKit stores as two halves.
_HALVES = {"browInnerUp": ("browInnerUp_L", "browInnerUp_R"), "cheekPuff": ("cheekPuff_L", "cheekPuff_R")}


@dataclass(frozen=True)
class FaceKit:
    """The raw head. Units are FaceKit's own (about centimetres; the head with its neck is 34 high), y up, z forward.

    Attributes:
        neutral: [V, 3] float32.
        shapes: ARKit name → [V, 3] float32 displacement at weight 1 (``tongueOut`` is missing in the source).
        identity: [K, V, 3] float32, one standard deviation each.
        triangles: [T, 3] int64 vertex indices.
        uv_triangles, uv: [T, 3] int64 into [U, 2] float32.
    """

    neutral: NDArray[np.float32]
    shapes: dict[str, NDArray[np.float32]]
    identity: NDArray[np.float32]
    triangles: NDArray[np.int64]
    uv_triangles: NDArray[np.int64]
    uv: NDArray[np.float32]


def load(path: Path) -> FaceKit:
    """Read ``ict_facekit.npz``.

    Raises:
        DependencyError: the file is not there.
    """
    if not path.is_file():
        raise DependencyError(f"No FaceKit file at {path}.", "Pass the npz made from ICT-FaceKit light.")
    with np.load(path) as data:
        names = [str(name) for name in data["names"]]
        raw = data["E"].astype(np.float32)
        kit = FaceKit(
            data["N"].astype(np.float32),
            {},
            data["I"].astype(np.float32),
            data["tri"].astype(np.int64),
            data["trit"].astype(np.int64),
            data["vt"].astype(np.float32),
        )
    for name in ARKIT_52:
        if name == "tongueOut":
            continue
        sources = _HALVES.get(name) or (name.replace("Left", "_L").replace("Right", "_R"),)
        if sources[0] not in names:  # jawLeft, mouthRight … keep their names: the word is no side suffix there
            sources = (name,)
        kit.shapes[name] = np.sum([raw[names.index(source)] for source in sources], axis=0)
    return kit


def part_triangles(kit: FaceKit, part: str) -> NDArray[np.int64]:
    """[T] indices of the triangles whose corners all lie in one part."""
    first, end = PARTS[part]
    inside = (kit.triangles >= first) & (kit.triangles < end)
    return np.flatnonzero(inside.all(axis=1))
