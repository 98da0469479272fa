"""One portrait becomes a character: seconds, in this process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from npcface.character import Character


def enrol(faces: Sequence[Character], *, runs: int) -> dict[str, Any]:
    """Enrol the first face's portrait again, in memory.

    Returns:
        ``first_enrol_s`` may load models; ``enrol_s``: median of ``runs`` after that; ``portrait_bytes``.
    """
    from npcface.enroll import enroll

    spent_s = []
    for _ in range(1 + runs):
        began = time.perf_counter()
        enroll(faces[0].portrait_png, id="bench")
        spent_s.append(time.perf_counter() - began)
    return {
        "first_enrol_s": round(spent_s[0], 2),
        "enrol_s": round(median(spent_s[1:]), 2),
        "portrait_bytes": len(faces[0].portrait_png),
    }


def report(figures: dict[str, Any]) -> str:
    """As text."""
    return f"{figures['enrol_s']:.1f} s a portrait, the first {figures['first_enrol_s']:.1f} s"
