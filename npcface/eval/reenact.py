"""Who is measured: a reenactor gets a portrait and driving frames and gives one picture per frame.

The driving frames are the clip's own, in time order but not evenly spaced; what comes out is compared with them.
A rival is plugged in as ``module:function`` with the signature of ``Reenactor``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.eval.faces import FaceFinder

Image = NDArray[np.uint8]
BATCH = 8
Reenactor = Callable[[Image, Iterable[Image], int], Iterator[Image]]
"""``reenact(portrait uint8 [H, W, 3], frames of uint8 [H, W, 3], size)`` yields uint8 RGB [size, size, 3]."""


def still_copy(portrait: Image, frames: Iterable[Image], size: int) -> Iterator[Image]:
    """The baseline everybody has to beat: the portrait, again and again."""
    for _ in frames:
        yield portrait if portrait.shape[0] == size else _resized(portrait, size)


def npcface_reenactor(finder: FaceFinder, provider: str = "auto", threads: int | None = None) -> Reenactor:
    """npcface itself: enrol the portrait, fit the rig to each frame's landmarks (absolute motion), render.

    A frame without a face repeats the state before it, as a player would see it.
    """
    from npcface.drive.landmarks import LandmarkDriver
    from npcface.enroll import enroll
    from npcface.render import Renderer
    from npcface.state import FaceState

    renderer: Any = Renderer(provider=provider, threads=threads)

    def reenact(portrait: Image, frames: Iterable[Image], size: int) -> Iterator[Image]:
        character = enroll(portrait)
        driver: Any = LandmarkDriver(character, motion="absolute")
        state = FaceState()
        waiting = iter(frames)
        while batch := list(islice(waiting, BATCH)):
            states = []
            for frame in batch:
                face = finder.find(frame)
                if face is not None:
                    state = driver.state(face.points, (frame.shape[1], frame.shape[0]), face.blendshapes)
                states.append(state)
            textures = renderer.render([character] * len(states), states, size=size, background="portrait")
            yield from np.ascontiguousarray(textures[..., :3])

    return reenact


def load_reenactor(name: str, finder: FaceFinder, provider: str = "auto", threads: int | None = None) -> Reenactor:
    """A reenactor by name: ``npcface``, ``still`` or ``package.module:function``.

    Raises:
        DependencyError: the module or function does not exist.
    """
    if name == "npcface":
        return npcface_reenactor(finder, provider, threads)
    if name == "still":
        return still_copy
    module, _, function = name.partition(":")
    try:
        found: Reenactor = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise DependencyError(
            f"No reenactor {name!r}: {error}.", "Use npcface, still, or package.module:function that can be imported."
        ) from error
    return found


def _resized(image: Image, size: int) -> Image:
    import cv2

    return np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
