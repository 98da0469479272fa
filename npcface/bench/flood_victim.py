"""The well-behaved one: ``python -m npcface.bench.flood_victim ADDRESS CHARACTER SIZE``. Thirty states a second, each
answered by its texture; for each number on stdin it plays so many seconds and prints its latencies in ms as JSON."""

from __future__ import annotations

import json
import sys
import time

from npcface.client import Client
from npcface.state import FaceState

FPS = 30.0


def main() -> None:
    """Play when told to."""
    address, character, size = sys.argv[1:]
    with Client(address, timeout_s=30.0) as client:
        stream = client.open(character, int(size), fps=FPS, quality="warp")
        for line in sys.stdin:
            took_ms: list[float] = []
            due_s = time.perf_counter()
            end_s = due_s + float(line)
            while due_s < end_s:
                time.sleep(max(due_s - time.perf_counter(), 0.0))
                began_s = time.perf_counter()
                stream.render(FaceState.of({"jawOpen": 0.5 + 0.5 * (due_s % 1.0)}))
                took_ms.append((time.perf_counter() - began_s) * 1000.0)
                due_s = max(due_s + 1.0 / FPS, time.perf_counter())
            print(json.dumps(took_ms), flush=True)


if __name__ == "__main__":
    main()
