"""A real daemon on which something fails for real, for tests and ``npcface.bench.faults``.

    python -m npcface.bench.broken_daemon FAULT AFTER --characters …

FAULT is one of ``broken_sessions.FAULTS``, which happens after AFTER runs of a session, or ``disk`` (opening a
character does not return), or ``clock`` (the wall clock jumps every AFTER seconds). What is put in place of
``sessions.open_session`` wraps real onnxruntime sessions; everything else is as ever. With ``--supervise`` each child
is as broken as the first.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from npcface.bench.broken_sessions import FAULTS, BrokenSession, stands_still
from npcface.render import sessions
from npcface.serve import child
from npcface.serve.__main__ import main


def jumping_clock(every_s: float) -> None:
    """The wall clock jumps by an hour to and fro, as when a machine gets its time from the network again and again."""
    real, began_s = time.time, time.monotonic()
    time.time = lambda: real() + 3600.0 * (int((time.monotonic() - began_s) / every_s) % 3 - 1)


def break_disk() -> None:
    """The drive with the characters goes: opening a file there does not return."""
    real = Path.open

    def broken_open(path: Path, *args: Any, **more: Any) -> Any:
        if path.name == "embedding.safetensors":
            stands_still(0)
        return real(path, *args, **more)

    Path.open = broken_open  # type: ignore[assignment, method-assign]


def break_sessions(fault: str, after: int) -> None:
    """Sessions fail from their run ``after`` on."""
    real_open = sessions.open_session
    whose, act = FAULTS[fault]

    def broken_open(path: Path, provider: str, threads: int) -> Any:
        session = real_open(path, "cpu", threads)
        return BrokenSession(session, after, act) if provider == whose else session

    sessions.open_session = broken_open
    if whose != "cpu":
        sessions.available = lambda: [sessions.PROVIDERS[whose], sessions.PROVIDERS["cpu"]]


def break_it(fault: str, after: float) -> None:
    """Break this process."""
    if fault == "clock":
        jumping_clock(after)
    elif fault == "disk":
        break_disk()
    else:
        break_sessions(fault, int(after))


if __name__ == "__main__":
    fault, after, *options = sys.argv[1:]
    if "--supervise" in options:
        child.command = lambda: [sys.executable, "-m", "npcface.bench.broken_daemon", fault, after]
    else:
        break_it(fault, float(after))
    sys.exit(main(options))
