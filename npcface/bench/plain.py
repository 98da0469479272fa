"""The renderer alone, in this process: one state in, one texture out, nothing else.

No daemon, no socket, no batch: what the inner loop of any other face animator does, so this is the figure to compare
with theirs.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from npcface.bench.lockstep import WARM_UP_FRAMES, performance
from npcface.bench.turns import Pace, by_quality, in_turn, pace_lines
from npcface.render import Renderer

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality


def plain(
    faces: Sequence[Character], *, size: int, seconds: float, runs: int, provider: str, qualities: Sequence[Quality]
) -> dict[str, Any]:
    """Render the first face again and again, see ``Setting``: figures by quality, see ``turns.Pace``."""
    renderer = Renderer(provider=provider)
    paces = in_turn(qualities, runs, lambda quality: _alone(renderer, faces[0], size, seconds, quality))
    return by_quality(paces)


def _alone(renderer: Renderer, character: Character, size: int, seconds: float, quality: Quality) -> Pace:
    waits_s: list[float] = []
    for index in range(WARM_UP_FRAMES):
        renderer.render([character], [performance(index)], size=size, quality=quality)
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end or not waits_s:
        renderer.render([character], [performance(WARM_UP_FRAMES + len(waits_s))], size=size, quality=quality)
        waits_s.append(time.perf_counter() - now)
    return Pace.of(waits_s)


def report(figures: dict[str, Any]) -> str:
    """As text."""
    return "\n".join(pace_lines(figures))
