"""The transport bench runs, and each way it compares carries the frames it says; figures are for real runs."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import count

import numpy as np
import pytest

from npcface.bench import transport
from npcface.bench.chart import value_at
from npcface.bench.registry import MEASURES
from npcface.bench.setting import Setting
from npcface.bench.transport import FRAMES_MIN, PATHS, Desk, send
from npcface.errors import NpcFaceError


@pytest.mark.parametrize("path", PATHS)
def test_every_way_carries_every_frame(path: str) -> None:
    if path == "ipc" and sys.platform == "win32":
        pytest.skip("ZeroMQ has no ipc on Windows")
    seen = send(path, 64, 0.01, faces=2)  # the peer itself compares the pixels and counts losses
    assert seen["frames"] == 2 * len(seen["waits_ms"]) >= 2 * FRAMES_MIN
    assert min(seen["waits_ms"]) > 0 and seen["cpu_s"] > 0


@pytest.mark.skipif(sys.platform == "win32", reason="ZeroMQ has no ipc on Windows")
def test_the_measure_tells_of_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "SIZES_PX", (256,))
    found = MEASURES["transport"].run(Setting(seconds=0.01, runs=1))
    flows = found["by_size_px"]["256"]
    assert list(flows) == list(PATHS) and found["seconds"] == 0.01 / 8
    for flow in flows.values():
        assert 0 < flow["p50_ms"] <= flow["p99_ms"] and flow["crowd_p50_ms"] > 0
        assert flow["gb_per_s"] > 0 and flow["cpu_ms"] > 0
    assert all((value_at(found, path) or 0) > 0 for path in MEASURES["transport"].drawn.values())
    table = MEASURES["transport"].report(found).splitlines()
    assert [line.split()[:2] for line in table[1:]] == [["256", path] for path in PATHS]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("step", ["give", "finish"])
@pytest.mark.parametrize("shared", [True, False])
def test_a_client_that_dies_ends_the_bench(step: str, shared: bool) -> None:
    pixels = np.zeros(64 * 64 * 4, np.uint8).data
    with ExitStack() as stack:
        desk = Desk(stack, "tcp")
        peer = desk.invite(stack, 64, 1, shared=shared, copy=False)
        streams = desk.greet(1)
        peer.kill()
        with pytest.raises(NpcFaceError, match="client ended"):
            for index in count():  # the first may still find room on the way
                if step == "give":
                    desk.give(streams, index, pixels, 0.001)
                else:
                    desk.finish(streams)
