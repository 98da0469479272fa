"""Textures from 64 to 512 px, and a scene in which close-ups and passers-by share the renderer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

from npcface.bench.lockstep import performance
from npcface.bench.turns import timed
from npcface.render import Renderer

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.render import Quality

SIZES_PX = (64, 128, 192, 256, 384, 512)
SCENE: tuple[tuple[int, tuple[Quality, ...]], ...] = (
    (512, ("neural",)), (256, ("neural", "warp")), (128, ("warp",) * 5),
)  # fmt: skip
"""Size in pixels and the qualities of those who are drawn at it, in one call a size, as the daemon does."""


def sizes(
    faces: Sequence[Character], *, seconds: float, runs: int, provider: str, qualities: Sequence[Quality]
) -> dict[str, Any]:
    """One face at every size, and the scene, all in turn.

    Returns:
        ``by_quality[quality][size]`` in ms; ``scene``: ``characters``, ``calls``, ``together_ms``, and
        ``one_by_one_ms`` for the same faces in a call each.
    """
    renderer = Renderer(provider=provider)
    found = {}
    for quality in qualities:
        work = {str(size): _call(renderer, faces[:1], size, [quality]) for size in SIZES_PX}
        found[quality] = {size: round(median(ms), 2) for size, ms in timed(work, seconds=seconds, runs=runs).items()}
    return {"by_quality": found, "scene": _scene(renderer, faces, seconds, runs)}


def _scene(renderer: Renderer, faces: Sequence[Character], seconds: float, runs: int) -> dict[str, float]:
    calls, singles = [], []
    cast = list(faces)
    for size, kinds in SCENE:
        shown, cast = cast[: len(kinds)], cast[len(kinds) :]
        calls.append(_call(renderer, shown, size, kinds))
        singles += [_call(renderer, [face], size, [kind]) for face, kind in zip(shown, kinds, strict=True)]

    def all_of(calls: Sequence[Callable[[int], object]]) -> Callable[[int], object]:
        return lambda turn: [call(turn) for call in calls]

    ms = timed({"together": all_of(calls), "one_by_one": all_of(singles)}, seconds=seconds, runs=runs)
    return {
        "characters": len(singles),
        "calls": len(calls),
        "together_ms": round(median(ms["together"]), 2),
        "one_by_one_ms": round(median(ms["one_by_one"]), 2),
    }


def _call(
    renderer: Renderer, faces: Sequence[Character], size: int, qualities: Sequence[Quality]
) -> Callable[[int], object]:
    def call(turn: int) -> object:
        states = [performance(turn * 7 + index * 11) for index in range(len(faces))]
        return renderer.render(faces, states, size=size, quality=qualities)

    return call


def report(figures: dict[str, Any]) -> str:
    """As text."""
    lines = [
        f"{quality:<8}" + "   ".join(f"{size} px {ms:.1f} ms" for size, ms in row.items())
        for quality, row in figures["by_quality"].items()
    ]
    scene = figures["scene"]
    cast = ", ".join(f"{len(kinds)} at {size} px ({' and '.join(sorted(set(kinds)))})" for size, kinds in SCENE)
    together, alone = scene["together_ms"], scene["one_by_one_ms"]
    lines.append(f"scene   {together:.1f} ms in {scene['calls']} calls, {alone:.1f} ms one by one: {cast}")
    return "\n".join(lines)
