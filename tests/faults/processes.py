"""Real processes, seen from outside: who is whose child, who has ended."""

from __future__ import annotations

import os
import select
from pathlib import Path

PATIENCE_S = 60.0


def child_of(pid: int) -> int:
    """The only child of a process (Linux)."""
    (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(child)


class Ending:
    """Waits for the end of a process that need not be ours. Made while it runs."""

    def __init__(self, pid: int) -> None:
        self._handle = os.pidfd_open(pid)

    def wait(self) -> None:
        """Return when it has ended; fail if it goes on."""
        try:
            assert select.select([self._handle], [], [], PATIENCE_S)[0], "it runs on"
        finally:
            os.close(self._handle)
