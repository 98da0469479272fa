"""Where the threads of this process are: what a report of a hang is made of."""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path


def of_all() -> list[str]:
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
