"""Real processes, seen from outside: who is whose child, who has ended."""

from __future__ import annotations

import os
import select

from npcface.bench.processes import child_of

__all__ = ["PATIENCE_S", "Ending", "child_of"]
PATIENCE_S = 60.0


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
