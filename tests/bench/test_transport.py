"""The transport bench runs, and each way it compares carries the frames it says; figures are for real runs."""

from __future__ import annotations

import sys

import pytest

from npcface.bench.transport import FRAMES_MIN, PATHS, send


@pytest.mark.parametrize("path", PATHS)
def test_every_way_carries_every_frame(path: str) -> None:
    if path == "ipc" and sys.platform == "win32":
        pytest.skip("ZeroMQ has no ipc on Windows")
    seen = send(path, 64, 0.01, faces=2)  # the peer itself compares the pixels and counts losses
    assert seen["frames"] == 2 * len(seen["waits_ms"]) >= 2 * FRAMES_MIN
    assert min(seen["waits_ms"]) > 0 and seen["cpu_s"] > 0
