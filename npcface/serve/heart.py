"""The supervised daemon's heartbeat: an empty line on its standard output, written by the main loop.

Standard output is the supervisor's pipe; after the ready line nothing else goes there. Whoever stops writing has hung,
and whoever cannot write has lost its supervisor.
"""

from __future__ import annotations

import os

BEAT_S = 0.5
STDOUT = 1


class Heart:
    """Call it with the monotonic time whenever the main loop goes round.

    Attributes:
        alone: the supervisor is gone.
    """

    def __init__(self) -> None:
        self.alone = False
        self._beat_s = float("-inf")
        if hasattr(os, "set_blocking") and os.name != "nt":
            os.set_blocking(STDOUT, False)  # a supervisor that is stopped must not stop the daemon

    def __call__(self, now_s: float) -> bool:
        """Beat if it is time to; False when nobody listens any more."""
        if now_s - self._beat_s >= BEAT_S:
            self._beat_s = now_s
            try:
                os.write(STDOUT, b"\n")
            except BlockingIOError:
                pass
            except OSError:
                self.alone = True
        return not self.alone
