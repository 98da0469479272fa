"""What is known about a crash or a hang, as a text file in the user's own state folder. Nothing is ever sent anywhere.

The newest ``KEPT`` files stay, none is larger than ``LARGEST_BYTES``; a person reads them, or attaches one to a report.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
import threading
import traceback
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import npcface
from npcface.paths import state

KEPT = 20
LARGEST_BYTES = 64 * 1024
LINES = 200
"""Of the log, the last ones."""

log = logging.getLogger("npcface.serve")


def folder() -> Path:
    """Where the files are (not created here)."""
    return state() / "crashes"


def note(kind: str, facts: Mapping[str, object], said: Iterable[str] = ()) -> Path | None:
    """Write one file and remove the oldest that are too many.

    Args:
        kind: ``crash`` or ``hang``; part of the file's name.
        facts: name -> value, a line each.
        said: what follows them: last lines of the log, stacks.

    Returns:
        The file; None if it could not be written, which is logged and hurts nobody.
    """
    now = datetime.now(UTC)
    known = {
        "time": now.isoformat(timespec="seconds"),
        "npcface": npcface.__version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        **facts,
    }
    head = "".join(f"{name}: {value}\n" for name, value in known.items())
    rest = "\n".join(said)
    text = f"{head}\n{rest}\n".encode(errors="replace")
    if len(text) > LARGEST_BYTES:  # facts first, then the newest of the rest
        begin = head.encode(errors="replace") + b"\n[...]\n"
        text = begin + text[-(LARGEST_BYTES - len(begin)) :]
    try:
        folder().mkdir(parents=True, exist_ok=True)
        file = folder() / f"{now:%Y%m%dT%H%M%S.%f}-{kind}-{os.getpid()}.txt"
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text)
    except OSError as error:
        log.warning("The facts about a %s cannot be kept in %s: %s", kind, folder(), error)
        return None
    _prune()
    return file


def stacks() -> list[str]:
    """Where every thread of this process is, as lines."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines: list[str] = []
    for ident, frame in sys._current_frames().items():
        lines.append(f"Thread {names.get(ident, ident)}:")
        lines += "".join(traceback.format_stack(frame)).rstrip().splitlines()
    return lines


def _prune() -> None:
    with contextlib.suppress(OSError):  # two daemons may tidy up at once
        for old in sorted(folder().glob("*-*-*.txt"))[:-KEPT]:
            old.unlink(missing_ok=True)
