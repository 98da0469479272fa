"""One face to draw, as the renderer hands it to an engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npcface.errors import StateError
from npcface.render.looks import plate_of, with_alpha
from npcface.render.stamp import Stamp
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Background = Literal["portrait", "transparent"] | tuple[int, int, int]

LANDMARKS = "landmarks"
"""A third quality for the evaluation alone: the generator without a warped layer."""


class FaceTime(NamedTuple):
    """When a face was drawn, moments of ``time.perf_counter``: begun, its pixels drawn, those compressed to blocks."""

    begun_s: float
    drawn_s: float
    done_s: float


@dataclass(frozen=True, slots=True)
class Job:
    """``quality``: warp, neural or ``LANDMARKS``. ``state`` is checked. ``pattern``: what is added to the finished
    picture, see ``stamp``. ``times``: the engine adds one at the end.
    """

    character: Character
    state: FaceState
    background: Background
    quality: str
    pattern: Stamp | None = None
    times: list[FaceTime] = field(default_factory=list, compare=False)


def plate(tensors: dict[str, NDArray[Any]], size: int, background: Background) -> NDArray[np.uint8]:
    """[size, size, 4] uint8 premultiplied: what stands behind the head.

    Raises:
        StateError: unknown background.
    """
    if background == "portrait":
        return plate_of(tensors, size)
    if background == "transparent":
        return np.zeros((size, size, 4), np.uint8)
    if isinstance(background, str):
        raise StateError(f"Unknown background {background!r}.", "Use 'portrait', 'transparent' or a colour (r, g, b).")
    colour = np.clip(np.asarray(background, np.float32), 0, 255)
    return with_alpha(np.broadcast_to(colour, (size, size, 3)))
