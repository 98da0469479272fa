"""``python -m npcface.serve.rebuild_child``: enrols one character again; an order on stdin, one line of JSON back.

It leaves when its standard input ends, so it never outlives the daemon; being killed costs nothing but the work.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from npcface.errors import NpcFaceError
from npcface.serve.parent import wait_for_stdin

NICE = 15
"""Of 19: what is drawn meanwhile comes first, but on a busy machine it still gets done."""


def main() -> None:
    """Read, enrol, keep, tell."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    try:
        from npcface.pack import Library

        Library(order["places"]).rebuild(order["id"])
        answer = {"id": order["id"]}
    except NpcFaceError as error:
        answer = {"cause": error.cause, "remedy": error.remedy}
    except Exception as error:
        answer = {"cause": f"{order['id']}: {type(error).__name__}: {error}"[:500], "remedy": "Please report it."}
    print(json.dumps(answer), flush=True)


def _leave_with_parent() -> None:
    wait_for_stdin()
    os._exit(1)


if __name__ == "__main__":
    main()
