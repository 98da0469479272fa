"""Many different characters in one call: what each further one costs."""

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

COUNTS = (1, 2, 4, 8, 16)


def batch(
    faces: Sequence[Character], *, size: int, seconds: float, runs: int, provider: str, qualities: Sequence[Quality]
) -> dict[str, Any]:
    """Calls of 1 to 16 characters in turn.

    Returns:
        ``by_quality[quality][characters]``: ``call_ms``, ``each_ms`` = that divided by characters, and
        ``further_percent``: what each character beyond the first adds, as a share of a call with one.
    """
    renderer = Renderer(provider=provider)
    found = {}
    for quality in qualities:
        calls = {count: _call(renderer, faces[:count], size, quality) for count in COUNTS if count <= len(faces)}
        found[quality] = _curve({n: median(ms) for n, ms in timed(calls, seconds=seconds, runs=runs).items()})
    return {"by_quality": found}


def _call(renderer: Renderer, faces: Sequence[Character], size: int, quality: Quality) -> Callable[[int], object]:
    def call(turn: int) -> object:
        states = [performance(turn * 7 + index * 11) for index in range(len(faces))]
        return renderer.render(faces, states, size=size, quality=quality)

    return call


def _curve(call_ms: dict[int, float]) -> dict[str, dict[str, float | None]]:
    one = call_ms[1]
    return {
        str(count): {
            "call_ms": round(ms, 2),
            "each_ms": round(ms / count, 2),
            "further_percent": round(100 * (ms - one) / (count - 1) / one, 1) if count > 1 else None,
        }
        for count, ms in call_ms.items()
    }


def report(figures: dict[str, Any]) -> str:
    """As text."""
    lines = []
    for quality, curve in figures["by_quality"].items():
        for count, row in curve.items():
            further = row["further_percent"]
            lines.append(
                f"{quality:<8}{count:>3} in a call {row['call_ms']:8.1f} ms   {row['each_ms']:6.1f} ms each"
                + ("" if further is None else f"   each beyond the first {further:.0f} % of one")
            )
    return "\n".join(lines)
