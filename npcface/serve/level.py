"""Levels of detail: the ways in which a pushed stream may be drawn, from what was asked for to the least."""

from __future__ import annotations

from dataclasses import dataclass

from npcface.wire.requests import Open, Quality

SIZE_STEP_PX = 16
LEAST_FPS = 5.0  # no stream is pushed more slowly, unless it was opened so


@dataclass(frozen=True, slots=True)
class Shape:
    """How a stream is drawn: every ``stride``-th frame of its clock, in a quality, at a size in pixels."""

    stride: int
    quality: Quality
    size: int


def ladder(options: Open, quality: Quality, *, speaking: bool) -> tuple[Shape, ...]:
    """All levels of a stream, the first as it was opened.

    A face that speaks gives up looks and keeps its rate, because lips need it: if even that is too much, single frames
    come too late. Any other gives up rate first, because nobody misses every second frame of a breath. What the client
    has fixed is kept: a quality it named, and the size where it gave no ``size_min``.

    Args:
        options: of the stream.
        quality: what ``options.quality`` came to.
        speaking: which of the two orders.
    """
    full, least = options.size, options.size_min or options.size
    cheap: Quality = "warp" if options.quality == "auto" else quality
    smaller, smallest = (max(_step(full * share), min(least, full)) for share in (0.75, 0.5))
    half, quarter, rare = (_stride(options.fps, wanted) for wanted in (2, 4, round(options.fps / LEAST_FPS)))
    if speaking:
        steps = [
            Shape(1, quality, full), Shape(1, cheap, full), Shape(1, cheap, smaller), Shape(1, cheap, smallest),
        ]  # fmt: skip
    else:
        steps = [
            Shape(1, quality, full), Shape(half, quality, full), Shape(half, cheap, full), Shape(half, cheap, smaller),
            Shape(half, cheap, smallest), Shape(quarter, cheap, smallest), Shape(max(quarter, rare), cheap, smallest),
        ]  # fmt: skip
    return tuple(dict.fromkeys(steps))


def _stride(fps: float, wanted: int) -> int:
    """The wanted stride, or the largest that leaves ``LEAST_FPS``."""
    return max(1, min(wanted, int(fps / LEAST_FPS)))


def _step(size: float) -> int:
    """Rounded down to a size that both qualities can draw."""
    return max(int(size) // SIZE_STEP_PX * SIZE_STEP_PX, 64)
