"""Which further frames of a clip a method may get as extra pictures of the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

SHOTS = 7
"""At most this many: with the portrait they make eight."""
APART = 1
"""Frames this near to a target show nearly the target itself, and are taken only if the clip has no others."""

T = TypeVar("T")


def choose_shots(count: int, targets: Sequence[int], run: Sequence[int]) -> list[int]:
    """Frame numbers, ascending, of up to ``SHOTS`` shots of a clip of ``count`` frames, evenly spread over it.

    Never the portrait (frame 0), a target or a frame of ``run``; nor one within ``APART`` of a target if the clip has
    ``SHOTS`` others. Short clips have fewer, or none.
    """
    taken = {0, *targets, *run}
    near = {target + step for target in targets for step in range(-APART, APART + 1)}
    free = [number for number in range(count) if number not in taken]
    apart = [number for number in free if number not in near]
    waiting = apart if len(apart) >= SHOTS else free
    chosen = []
    wanted = min(SHOTS, len(waiting))
    for slot in range(wanted):
        middle = (slot + 0.5) * count / wanted
        best = min(waiting, key=lambda number: abs(number - middle))
        waiting.remove(best)
        chosen.append(best)
    return sorted(chosen)


def spread(items: Sequence[T], count: int) -> list[T]:
    """``count`` of the items, one from the middle of each equal part of the list; all if there are not more."""
    if count >= len(items):
        return list(items)
    return [items[int((k + 0.5) * len(items) / count)] for k in range(count)]
