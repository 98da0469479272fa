"""The bench of two workers: run once, as short as it gets, on Ray nodes that are there; left when a client fails."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from npcface.bench import cluster
from npcface.bench.chart import value_at
from npcface.bench.facts import cpu_seconds
from npcface.bench.lockstep import WARM_UP_FRAMES
from npcface.bench.registry import MEASURES
from npcface.bench.setting import Setting
from npcface.client.stream import Stream
from npcface.errors import CharacterError, DependencyError, NpcFaceError, StateError
from npcface.state import FaceState
from tests.cluster.conftest import Nodes


def test_one_worker_and_two_are_measured(
    ray_nodes: Nodes, character_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**ray_nodes.environment, "RAY_ADDRESS": ray_nodes.address}.items():
        monkeypatch.setenv(name, value)
    with Setting(store=character_store, size=64, seconds=0.3, runs=2, asked="warp") as setting:
        found = MEASURES["cluster"].run(setting)
    drawn = {label: value_at(found, path) for label, path in MEASURES["cluster"].drawn.items()}
    assert all(value is not None and value > 0 for value in drawn.values()), drawn
    assert len(found["ratios"]) == 2 and min(found["ratios"]) <= found["ratio"] <= max(found["ratios"])
    text = MEASURES["cluster"].report(found)
    assert f"one worker   {found['one_worker']['fps']:7.1f} frames/s" in text and f"{found['ratios']}" in text
    if math.isfinite(cpu_seconds(os.getpid())):
        assert found["one_worker"]["cpu_ms"] > 0 and found["two_workers"]["cpu_ms"] > 0 and found["by_cpu_time"] > 0


class Faltering:
    """A client's stream that is given a state it must refuse, after a while."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self._left = stream, WARM_UP_FRAMES + 3

    def render(self, state: FaceState) -> Any:
        self._left -= 1
        if self._left < 0:
            return self._stream.render(FaceState.of({"noSuchWeight": 1.0}))
        return self._stream.render(state)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("fails", ["opening", "measuring"])
def test_a_client_that_fails_ends_the_run_with_its_own_error(daemon: Any, fails: str) -> None:
    @contextmanager
    def open_stream(number: int) -> Iterator[Any]:
        with daemon.client() as client:
            if number != 2:
                yield client.open("ada", size=64)
            elif fails == "opening":
                yield client.open("nobody", size=64)
            else:
                yield Faltering(client.open("ada", size=64))

    start_s = time.monotonic()
    with pytest.raises(CharacterError if fails == "opening" else StateError):
        cluster.run(open_stream, [daemon.process.pid], seconds=30.0 if fails == "measuring" else 0.1)
    assert time.monotonic() - start_s < 25.0, "the others did not wait for it"


@pytest.mark.timeout(60)
def test_a_client_that_hangs_is_not_waited_for(daemon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "GATE_TIMEOUT_S", 2.0)
    monkeypatch.setattr(cluster, "LEAVE_TIMEOUT_S", 0.2)
    late = threading.Event()

    @contextmanager
    def open_stream(number: int) -> Iterator[Any]:
        with daemon.client() as client:
            if number == 2:
                late.wait(30.0)
            yield client.open("ada", size=64)

    try:
        with pytest.raises(NpcFaceError, match="2 s"):
            cluster.run(open_stream, [daemon.process.pid], seconds=0.1)
    finally:
        late.set()


@pytest.mark.timeout(60)
def test_a_cluster_that_does_not_come_up_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "START_TIMEOUT_S", 0.05)
    with pytest.raises(DependencyError, match="did not start"), cluster.two_workers(tmp_path, "warp"):
        pass
