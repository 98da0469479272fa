"""The receiving end of the transport bench: the real client in a process of its own; prints JSON."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from npcface.client import Client

PATTERNS = 8  # different pictures that are sent in turn


def receive(address: str, size: int, faces: int, *, shared: bool, copy: bool) -> dict[str, Any]:
    """Take frames of several streams in turn until the lines are over.

    Args:
        address: of the bench's desk.
        size: pixels.
        faces: streams.
        shared: take the pixels from shared memory.
        copy: every frame gets memory of its own, as by default.

    Returns:
        ``frames`` in all, ``seconds`` between the first and the last, ``waits_ms`` from the hand-over to the moment the
        frame of the last face is readable, ``cpu_s`` of this process.
    """
    waits_ms: list[float] = []
    moments_s: list[float] = []
    with Client(address, timeout_s=30.0, shared_memory="auto" if shared else "off") as client:
        streams = [client.open("bench", size, copy=copy) for _ in range(faces)]
        assert all(stream.shared_memory == shared for stream in streams), "not the transport that was asked for"
        cpu_s = time.process_time()
        for together in zip(*(stream.frames() for stream in streams), strict=True):
            wrong = any(frame.pixels[at, at, 0] != frame.sequence % PATTERNS for frame in together for at in (0, -1))
            assert not wrong, f"a frame {together[0].sequence} holds the pixels of another"
            moments_s.append(time.monotonic())
            waits_ms.append((moments_s[-1] - together[0].time_s) * 1e3)
            for frame in together:
                frame.release()
        cpu_s = time.process_time() - cpu_s
        assert not any(stream.lost_frames for stream in streams), "frames were lost"
    seconds = moments_s[-1] - moments_s[0]
    return {"frames": len(waits_ms) * faces, "seconds": seconds, "waits_ms": waits_ms, "cpu_s": cpu_s}


if __name__ == "__main__":
    address, size, faces, way, kind = sys.argv[1:]
    print(json.dumps(receive(address, int(size), int(faces), shared=way == "shared", copy=kind == "copy")))
