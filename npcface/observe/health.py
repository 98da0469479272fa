"""Is the main loop alive, and could a frame be drawn? Asked from another thread, which may touch nothing but this."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESTARTS_ENV = "NPCFACE_RESTARTS"
"""A supervisor tells the daemon how often it has started it again."""


@dataclass(slots=True)
class Pulse:
    """Signs of life. The main loop writes single values, anybody may read them.

    Attributes:
        tick_s: monotonic, when the last tick began.
        call_s: monotonic, since when the renderer has been at its batch; None if it has none.
        loading: the renderer's graphs are being loaded.
        problem: why they could not be.
        stopping: the daemon is shutting down.
    """

    tick_s: float = field(default_factory=time.monotonic)
    call_s: float | None = None
    loading: bool = True
    problem: str = ""
    stopping: bool = False

    def prepared(self, result: Any) -> None:
        """The renderer is loaded, or ``result`` is the exception that says why not."""
        self.loading = False
        self.problem = f"{result}" if isinstance(result, Exception) else ""

    def age_s(self) -> float:
        """Seconds since the main loop began a tick; 0.1 is usual."""
        return time.monotonic() - self.tick_s


def unhealthy(pulse: Pulse, timeout_s: float) -> str:
    """Why the process should be started again; empty if it need not."""
    age_s = pulse.age_s()
    return f"The main loop has not moved for {age_s:.1f} s." if age_s > timeout_s else ""


def unready(pulse: Pulse, places: Sequence[Path], timeout_s: float) -> list[str]:
    """Why no clients should be sent here now; empty if they may.

    Args:
        pulse: of the daemon.
        places: stores, pack folders and zips, which are looked at now: ask in a thread that may wait for a disk.
        timeout_s: silence of the main loop, and length of a render call, from which on something is wrong.
    """
    found = [reason] if (reason := unhealthy(pulse, timeout_s)) else []
    if pulse.stopping:
        found.append("The daemon is shutting down.")
    if pulse.loading:
        found.append("The renderer is being loaded.")
    if pulse.problem:
        found.append(f"The renderer could not be loaded: {pulse.problem}")
    if pulse.call_s is not None and (call_s := time.monotonic() - pulse.call_s) > timeout_s:
        found.append(f"The renderer has been at one batch for {call_s:.1f} s.")
    found += [f"The store {place.name!r} cannot be read." for place in places if not _readable(place)]
    return found


def _readable(place: Path) -> bool:
    try:
        if place.is_dir():
            with os.scandir(place) as entries:
                next(entries, None)
            return True
        with place.open("rb") as file:
            return bool(file.read(1))
    except OSError:
        return False
