"""How busy a worker is, from two of the figures its daemon gives to anybody who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

from npcface.wire.replies import Figures

DEFAULT_FACE_MS = 20.0
"""Milliseconds of one face before any worker has measured one: the warp on one slow core."""

WARM_CALLS = 20
"""Render calls of a daemon's life before its median counts: the first ones take many times as long."""


@dataclass(frozen=True, slots=True)
class Load:
    """What a worker does.

    Attributes:
        busy: share of the time in which its renderer worked, 0..1.
        face_ms: what one face took, milliseconds.
        fps: faces a second.
        measured: ``face_ms`` is this worker's own.
    """

    busy: float = 0.0
    face_ms: float = DEFAULT_FACE_MS
    fps: float = 0.0
    measured: bool = False


def measure(before: Figures, after: Figures, known: Load) -> Load:
    """The load between two figures of the same daemon.

    The daemon counts its render calls by batch size and gives the median time of a call: calls × median = time at work.

    Args:
        before, after: ``after`` is the later one.
        known: what was measured earlier; its ``face_ms`` stays if nothing was rendered since.
    """
    seconds = after.uptime_s - before.uptime_s
    if seconds <= 0.0:
        return known
    calls = {int(size): count - before.batches.get(size, 0) for size, count in after.batches.items() if size.isdigit()}
    called = sum(calls.values())
    faces = sum(size * count for size, count in calls.items())
    if called <= 0 or faces <= 0:
        return replace(known, busy=0.0, fps=0.0)
    busy = min(called * after.render_ms_p50 / 1000.0 / seconds, 1.0)
    warm = sum(after.batches.values()) >= WARM_CALLS
    if not warm:
        return replace(known, busy=busy, fps=faces / seconds)
    return Load(busy, after.render_ms_p50 * called / faces, faces / seconds, measured=True)


def alike(loads: Mapping[str, Load]) -> dict[str, Load]:
    """A worker that has measured nothing yet takes a face to cost what it costs the others, in the middle.

    Else a fresh, empty worker would look slower than a full one for as long as nobody is sent there.
    """
    measured = [load.face_ms for load in loads.values() if load.measured]
    typical_ms = median(measured) if measured else DEFAULT_FACE_MS
    return {name: load if load.measured else replace(load, face_ms=typical_ms) for name, load in loads.items()}
