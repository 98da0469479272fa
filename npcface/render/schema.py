"""What an embedding must hold before the renderer touches it: characters come from strangers, and C checks nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import CharacterError
from npcface.model.layout import ATLAS_CHANNELS, FEATURES_PX, STATE, STYLE
from npcface.render.layout import FACE_PX

Side = int | str
FIELD_PX_MAX = 64
"""Nodes along a shell's field that the compiled renderer has room for: ``NPC_FIELD_MAX``."""
SIDES_MAX = {"shell": 1024, "plate": 1024, "far": 1024, "field": FIELD_PX_MAX, "far field": FIELD_PX_MAX, "eye": 256}
"""Sides that an embedding may choose for itself, at least 2; where one name stands twice they are equal."""

FLOATS, BYTES = "f", "u1"
ARRAYS: dict[str, tuple[str, tuple[Side, ...]]] = {
    "face_rest": (FLOATS, ("grid", "grid", 3)),
    "face_blink": (FLOATS, (2, "grid", "grid", 3)),
    "face_texture": (BYTES, (FACE_PX, FACE_PX, 3)),
    "shell_rgb": (BYTES, ("shell", "shell", 3)),
    "shell_alpha": (BYTES, ("shell", "shell")),
    "shell_field": (FLOATS, (10, "field", "field")),
    "plate": (BYTES, ("plate", "plate", 3)),
    "eyes": (FLOATS, (2, 3)),
    "eye_textures": (BYTES, (2, 7, "eye", "eye")),
    "iris": (FLOATS, (2,)),
    "mouth_shift": (FLOATS, (3,)),
    "mouth_tint": (FLOATS, (4, 3)),
    "place": (FLOATS, (2,)),
    "unit": (FLOATS, (1,)),
    "frame": (FLOATS, (5,)),
    "portrait_head": (FLOATS, (3,)),
    "features": (BYTES, (FEATURES_PX, FEATURES_PX, ATLAS_CHANNELS)),
    "state": (FLOATS, (STATE,)),
    "style": (FLOATS, (STYLE,)),
}
FAR: dict[str, tuple[str, tuple[Side, ...]]] = {
    "far_texture": (BYTES, ("far", "far", 4)),
    "far_field": (FLOATS, (10, "far field", "far field")),
}
"""Only of characters that were enrolled with a further portrait: both or none."""


def check(tensors: dict[str, NDArray[Any]], grid: int) -> None:
    """Compare an embedding with ``ARRAYS``; a few microseconds.

    Args:
        grid: nodes along the rig's face chart.

    Raises:
        CharacterError: an array is missing, or of another type or shape.
    """
    sides: dict[str, int] = {"grid": grid}
    for name, (kind, expected) in {**ARRAYS, **(FAR if FAR.keys() & tensors.keys() else {})}.items():
        array = tensors.get(name)
        if array is None:
            raise CharacterError(f"Its embedding has no {name}.", "Enrol the portrait again.")
        right = array.dtype.kind == "f" if kind == FLOATS else array.dtype == np.uint8
        right = right and array.ndim == len(expected)
        for found, side in zip(array.shape, expected, strict=False):
            if isinstance(side, str) and side not in sides and 2 <= found <= SIDES_MAX[side]:
                sides[side] = found
            right = right and found == (sides.get(side) if isinstance(side, str) else side)
        if not right:
            raise CharacterError(
                f"Its {name} is {array.dtype} {list(array.shape)}, expected {'float' if kind == FLOATS else 'uint8'} "
                f"{list(expected)}.",
                "Enrol the portrait again.",
            )
