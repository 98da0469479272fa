"""What is known about a crash or a hang of the daemon, for ``npcface.observe.crash`` to keep."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path

from npcface.observe import crash

LINES = 200
"""Of the log, the last ones."""


def note(kind: str, facts: Mapping[str, object], said: Iterable[str] = ()) -> Path | None:
    """Keep one report.

    Args:
        kind: ``crash`` or ``hang``.
        facts: name → value, a line each.
        said: what follows them: last lines of the log, stacks.

    Returns:
        The file; None if it could not be written, which is logged and hurts nobody.
    """
    head = "".join(f"{name}: {value}\n" for name, value in facts.items())
    return crash.write(kind, "\n".join([head, *said]))


def stacks() -> list[str]:
    """Where every thread of this process is, as lines."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines: list[str] = []
    for ident, frame in sys._current_frames().items():
        lines.append(f"Thread {names.get(ident, ident)}:")
        lines += "".join(traceback.format_stack(frame)).rstrip().splitlines()
    return lines


def where(name: str) -> str:
    """Where the thread of a name is, innermost call first; a line."""
    ident = next((thread.ident for thread in threading.enumerate() if thread.name == name), None)
    frame = None if ident is None else sys._current_frames().get(ident)
    calls = [] if frame is None else traceback.extract_stack(frame)[-8:]
    return " < ".join(f"{call.name} ({Path(call.filename).name}:{call.lineno})" for call in reversed(calls))
