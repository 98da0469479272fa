"""The arithmetic of the capacity plan."""

from __future__ import annotations

import os
import sys
import time

import pytest

from npcface.bench.capacity import Assumptions, plan, state_bytes
from npcface.bench.facts import cpu_seconds


def test_the_plan_by_hand() -> None:
    found = plan(Assumptions(faces=100, fps=25, size=128, cpu_ms=30, gpu_ms=2, full=0.5, seen=3, packed_bytes=20))
    assert found.cores == 150  # 2500 faces/s × 0.03 s ÷ 0.5
    assert found.gpus == 10
    assert found.rgba_bps == 2500 * 128 * 128 * 32
    assert found.bc1_bps == found.rgba_bps / 8
    assert found.gpu_bps == found.rgba_bps / 10
    assert found.packed_bps == 2500 * 8 * 48
    assert found.player_bps == 25 * 8 * (60 + 28)
    assert found.state_bps == 2500 * 8 * (state_bytes() + 52)


def test_many_faces_need_several_packets() -> None:
    assert plan(Assumptions(seen=40, packed_bytes=60, fps=1)).player_bps == 8 * (2400 + 2 * 28)


@pytest.mark.parametrize("name", ["faces", "fps", "cpu_ms", "gpu_ms", "full"])
def test_nonsense_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        plan(Assumptions(**{name: 0}))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_cpu_time_is_counted() -> None:
    before, end = cpu_seconds(os.getpid()), time.process_time() + 0.1
    while time.process_time() < end:
        pass
    assert 0.05 <= cpu_seconds(os.getpid()) - before < 5.0
