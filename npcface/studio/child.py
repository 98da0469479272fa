"""``python -m npcface.studio.child``: the daemon, which leaves when its standard input ends.

The studio holds the other end of that pipe, so the daemon goes with it, also after a ``kill -9`` and on every system.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from npcface.serve.__main__ import main


def _leave_with_parent() -> None:
    while os.read(0, 64):  # not sys.stdin: its lock would still be held when the interpreter ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.exit(main())
