"""Who draws the frames of an export: a renderer in this process, or a daemon, which gives the same pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from npcface.state import FaceState
from npcface.watermark import Marker

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.client import Client
    from npcface.render import Quality, Renderer
    from npcface.wire.requests import AskedQuality, Background

Pixels = NDArray[np.uint8]
Artist = Callable[[Iterable[FaceState]], Iterator[Pixels]]
"""States → textures, uint8 [S, S, 4] straight RGBA each, one for one and in order."""
_BATCH = 8


def local(
    renderer: Renderer,
    character: Character,
    size: int,
    background: Background = "portrait",
    quality: Quality | None = None,
) -> Artist:
    """Draw here.

    Args:
        renderer: used from the thread that iterates.
        character: who is drawn.
        size: side in pixels, 64..512.
        background: ``portrait``, ``transparent`` or an sRGB colour.
        quality: None is the renderer's own.
    """

    def draw(states: Iterable[FaceState]) -> Iterator[Pixels]:
        source = iter(states)
        while batch := list(islice(source, _BATCH)):
            yield from renderer.render([character] * len(batch), batch, size, background, quality=quality)

    return draw


def remote(
    client: Client, character: str, size: int, background: Background = "portrait", quality: AskedQuality = "auto"
) -> Artist:
    """Let a daemon draw, in lock-step.

    Args:
        client: used from the thread that iterates.
        character: id in the daemon's store.
        size, background, quality: as ``Client.open`` takes them.
    """

    def draw(states: Iterable[FaceState]) -> Iterator[Pixels]:
        with client.open(character, size, background=background, quality=quality, notice=False) as stream:
            for state in states:
                yield stream.render(state).pixels

    return draw


def marking(artist: Artist, marker: Marker | None) -> Artist:
    """The artist, with a watermark in everything it draws.

    Args:
        marker: None: no watermark.
    """
    if marker is None:
        return artist

    def draw(states: Iterable[FaceState]) -> Iterator[Pixels]:
        return (marker.mark(pixels) for pixels in artist(states))

    return draw
