"""``python -m npcface.bench.studio``: frames a second that a page of the studio sees, and what the studio takes.

A studio process with its daemon, and a websocket client that acknowledges every frame, as the page does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from npcface.bench.processes import children_of
from npcface.bench.setting import Setting
from npcface.errors import DependencyError
from npcface.studio.messages import HEADER

_WARM_UP_FRAMES = 15


def measure(setting: Setting) -> dict[str, Any]:
    """Frames a second and median ms through the daemon for each quality, one view of ``setting.size`` px at 30 asked
    for; MB of memory (proportional set) of studio and daemon together at the end."""
    with _running(setting.characters) as (address, pid):
        rates = {quality: _watch(address, setting, quality) for quality in setting.qualities}
        return {"view": rates, "memory_mb": round(sum(_memory_mb(one) for one in (pid, *children_of(pid))), 1)}


def _watch(address: str, setting: Setting, quality: str) -> dict[str, float]:
    from websockets.sync.client import connect

    with connect(f"ws://{address}/api/live", max_size=None, compression=None) as socket:
        name = setting.faces[0].id
        asked = {"type": "open", "view": "a", "character": name, "size": setting.size, "quality": quality}
        socket.send(json.dumps(asked))
        socket.send(json.dumps({"type": "layers", "idle": True}))  # every frame differs
        frames, began, render_ms = -_WARM_UP_FRAMES, 0.0, 0.0
        while frames < 0 or time.perf_counter() - began < setting.seconds:
            message = socket.recv()
            if isinstance(message, str):
                told = json.loads(message)
                render_ms = told["render_ms"].get("a", render_ms) if told["type"] == "stats" else render_ms
                continue
            sequence = HEADER.unpack_from(message)[5]
            socket.send(json.dumps({"type": "ack", "view": "a", "sequence": sequence}))
            frames += 1
            if frames == 0:
                began = time.perf_counter()
        return {"fps": round(frames / (time.perf_counter() - began), 1), "render_ms": render_ms}


@contextmanager
def _running(characters: Path) -> Iterator[tuple[str, int]]:
    command = [
        sys.executable,
        "-m",
        "npcface",
        "studio",
        "--characters",
        str(characters),
        "--port",
        "0",
        "--no-browser",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            if len(words) != 3:
                raise DependencyError("The studio did not start.", "`npcface studio` says why.")
            yield words[1].removeprefix("http://"), process.pid
        finally:
            process.terminate()


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1000.0


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="npcface.bench.studio", description=__doc__)
    parser.add_argument("--size", type=int, default=256, help="pixels")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each quality")
    parser.add_argument("--characters", type=Path, help="a store to use; default: the demo's people, enrolled now")
    given = parser.parse_args()
    with Setting(size=given.size, seconds=given.seconds, store=given.characters) as setting:
        print(json.dumps(measure(setting), indent=2))


if __name__ == "__main__":
    main()
