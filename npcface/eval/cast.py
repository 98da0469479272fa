"""Characters and states that the methods of one clip share: enrolment and driving cost more than rendering.

A character is enrolled once per number of shots, finetuned once, and driven once; methods that differ only in how they
render get the very same objects. Everything goes by what the pictures show, so methods need not know of each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.eval.faces import FaceFinder
from npcface.eval.shots import spread
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Renderer

Image = NDArray[np.uint8]


class Cast:
    """Who is measured at present, and what they do. Holds one clip; another portrait starts afresh.

    Args:
        finder: landmarks of the driving frames; the judges' own, so that no picture is searched twice.
        provider: where the shared renderer runs.
        threads: its CPU threads; None for one per core.
    """

    def __init__(self, finder: FaceFinder, provider: str = "auto", threads: int | None = None) -> None:
        self._finder = finder
        self._provider = provider
        self._threads = threads
        self._renderer: Renderer | None = None
        self._portrait = b""
        self._characters: dict[tuple[bytes, bool], tuple[Character, bool]] = {}
        self._states: dict[tuple[int, bytes], list[FaceState]] = {}

    @property
    def renderer(self) -> Renderer:
        """One renderer for all methods, opened when first needed."""
        from npcface.render import Renderer

        if self._renderer is None:
            self._renderer = Renderer(provider=self._provider, threads=self._threads)
        return self._renderer

    def character(
        self, portrait: Image, shots: Image | None = None, count: int = 1, *, finetuned: bool = False
    ) -> tuple[Character, bool]:
        """The portrait's character, and whether finetuning was refused because the likeness would have become worse.

        Args:
            portrait: uint8 [H, W, 3].
            shots: [K, H, W, 3] further pictures that may be used.
            count: pictures to use in all, the portrait among them; fewer if there are not as many.
            finetuned: finetune on the same pictures after enrolment.

        Raises:
            PortraitError, FaceError: a picture cannot be used.
        """
        if (key := _digest([portrait])) != self._portrait:
            self._start(key)
        extra = spread([] if shots is None else list(shots), count - 1)
        used = _digest(extra)
        if (used, False) not in self._characters:
            self._characters[used, False] = _enrolled(portrait, extra), False
        if finetuned and (used, True) not in self._characters:
            self._characters[used, True] = _finetuned(self._characters[used, False][0], [portrait, *extra])
        return self._characters[used, finetuned]

    def states(self, character: Character, frames: Sequence[Image]) -> list[FaceState]:
        """One state per frame that puts this character's landmarks where the frame's are (absolute motion).

        A frame without a face repeats the state before it, as a player would see it.
        """
        key = id(character.tensors), _digest(frames)  # characters of the clip are kept, so ids stay theirs
        if key not in self._states:
            self._states[key] = self._driven(character, frames)
        return self._states[key]

    def _driven(self, character: Character, frames: Sequence[Image]) -> list[FaceState]:
        from npcface.drive.landmarks import LandmarkDriver

        driver = LandmarkDriver(character, motion="absolute")
        states, state = [], FaceState()
        for frame in frames:
            face = self._finder.find(frame)
            if face is not None:
                state = driver.state(face.points, (frame.shape[1], frame.shape[0]), face.blendshapes)
            states.append(state)
        return states

    def _start(self, portrait: bytes) -> None:
        """Forget the last clip."""
        if self._renderer is not None:
            for character, _ in self._characters.values():
                self._renderer.forget(character)
        self._characters.clear()
        self._states.clear()
        self._portrait = portrait


def _enrolled(portrait: Image, extra: Sequence[Image]) -> Character:
    from npcface.enroll import enroll

    more: dict[str, Any] = {"shots": extra} if extra else {}
    return enroll(portrait, **more)


def _finetuned(character: Character, pictures: Sequence[Image]) -> tuple[Character, bool]:
    from npcface.finetune import NotBetter, finetune

    try:
        return finetune(character, pictures).character, False
    except NotBetter:
        return character, True


def _digest(pictures: Sequence[Image]) -> bytes:
    total = hashlib.blake2b(digest_size=16)
    for picture in pictures:
        total.update(repr(picture.shape).encode())
        total.update(np.ascontiguousarray(picture).tobytes())
    return total.digest()
