"""What a reenactor is: it gets a portrait and driving frames and gives one picture per frame.

The driving frames are the clip's own, in time order but not evenly spaced; what comes out is compared with them.
Names are turned into reenactors in ``npcface.eval.methods``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from npcface.eval.sample import ClipSample

Image = NDArray[np.uint8]
Reenactor = Callable[..., Iterator[Image]]
"""``reenact(portrait uint8 [H, W, 3], frames of uint8 [H, W, 3], size)`` yields uint8 RGB [size, size, 3].

One with a parameter ``shots`` also gets ``shots=uint8 [K, H, W, 3]``: up to seven more pictures of the person, cut like
the portrait. One with an attribute ``remarks`` (dict of text → number of clips) has it shown in the report.
"""


def still_copy(portrait: Image, frames: Iterable[Image], size: int) -> Iterator[Image]:
    """The baseline everybody has to beat: the portrait, again and again."""
    for _ in frames:
        yield portrait if portrait.shape[0] == size else _resized(portrait, size)


def wants_shots(reenact: Reenactor) -> bool:
    """Whether it has a parameter ``shots`` that can be given by name."""
    try:
        parameters = inspect.signature(reenact).parameters
    except (TypeError, ValueError):  # some callables written in C do not tell
        return False
    named = parameters.get("shots")
    return named is not None and named.kind in (named.KEYWORD_ONLY, named.POSITIONAL_OR_KEYWORD)


def pictures_of(reenact: Reenactor, sample: ClipSample, size: int) -> list[Image]:
    """Everything the reenactor gives for a clip's frames.

    It gets copies: one that scribbles on its input must not change what it is compared with.
    """
    extra = {"shots": sample.shots.copy()} if wants_shots(reenact) else {}
    return list(reenact(sample.portrait.copy(), iter(sample.frames.copy()), size, **extra))


def _resized(image: Image, size: int) -> Image:
    import cv2

    return np.asarray(cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
