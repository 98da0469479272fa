"""Workers die in every way there is, and faces go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.cluster import ClusterClient, ClusterStream
from npcface.state import FaceState
from tests.cluster.conftest import Director, Nodes, directors, wait_until

SMILE = FaceState.of({"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0})
GOES_ON_S = 2.0  # the promise of docs/cluster.md

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def pid_of(client: ClusterClient, worker: str) -> int:
    return next(info.pid for info in client.status().workers if info.id == worker)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def longest_gap(stream: ClusterStream, seconds: float) -> float:
    """Render again and again; the longest wait for a frame, seconds."""
    longest, end = 0.0, time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        stream.render(SMILE)
        longest = max(longest, time.monotonic() - start)
    return longest


@pytest.fixture(scope="module")
def pair(ray_nodes: Nodes, character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Director]:
    """A director with two workers for all tests here."""
    with directors(ray_nodes, character_store, tmp_path_factory.mktemp("pair")) as make:
        yield make(min_workers=2, max_workers=2)


@pytest.fixture
def client(pair: Director) -> Iterator[ClusterClient]:
    """A client, once both workers are there (again)."""
    with pair.client() as client:
        wait_until("two workers", lambda: [info.state for info in client.status().workers] == ["ready"] * 2)
        yield client


def test_lock_step_goes_on_elsewhere_after_kill_9_with_the_same_options(pair: Director, client: ClusterClient) -> None:
    with pair.client() as bystander:
        streams = [client.open("ada", size=64, background="transparent", quality="warp") for _ in range(2)]
        other = bystander.open("ben", size=64)
        before = [stream.render(SMILE) for stream in (*streams, other)]
        wait_until("a spare home", lambda: all("ada" in info.characters for info in client.status().workers))
        dead = streams[0].worker
        os.kill(pid_of(client, dead), signal.SIGKILL)
        assert longest_gap(streams[0], 3.0) < GOES_ON_S
        after = [stream.render(SMILE) for stream in (*streams, other)]
        for old, new in zip(before, after, strict=True):
            assert np.array_equal(old.pixels, new.pixels), "the same face, size, background and quality"
        assert streams[0].worker != dead and streams[0].moves >= 1


@pytest.mark.parametrize("live", [False, True])
def test_a_line_goes_on_where_its_sound_is(client: ClusterClient, live: bool) -> None:
    line = [("HH", 0.0), ("AH", 0.4, 1.0), ("L", 1.0), ("OW", 1.6, 2.4)]
    with client.open("ada", size=64) as stream:
        stream.emotion("happy", 0.7)
        start, killed_at_s, shown = time.monotonic(), 0.0, []
        for frame in stream.stream_speech(line, alphabet="arpabet", live=live):
            shown.append((time.monotonic() - start, frame))
            if not killed_at_s and frame.time_s > 0.5:
                killed_at_s = frame.time_s
                os.kill(pid_of(client, stream.worker), signal.SIGKILL)
        numbers = [frame.sequence for _, frame in shown]
        assert numbers == sorted(set(numbers)), "one clock, as if nothing had happened"
        assert stream.moves >= 1
        first_after_s = next(frame.time_s for _, frame in shown if frame.time_s > killed_at_s + 0.05)
        assert first_after_s - killed_at_s < GOES_ON_S
        late_s = [at_s - frame.time_s for at_s, frame in shown]
        assert abs(late_s[-1] - late_s[0]) < 0.5, "the face has kept up with the sound"
        assert shown[-1][1].time_s > 2.4


def test_a_timeline_goes_on_too(client: ClusterClient) -> None:
    states = [FaceState.of({"jawOpen": index / 59}) for index in range(60)]
    with client.open("ada", size=64) as stream:
        frames = stream.stream_states(states, fps=30)
        shown = [next(frames)]
        os.kill(pid_of(client, stream.worker), signal.SIGKILL)
        shown += frames
        assert shown[-1].time_s >= 59 / 30 and stream.moves >= 1
        opened = stream.render(states[-1]).pixels.astype(int)
        assert np.abs(opened - shown[-1].pixels).max() <= 2, "its last state was reached"


def test_a_worker_that_hangs_is_found_by_its_silence(client: ClusterClient) -> None:
    with client.open("ada", size=64) as stream:
        stream.render(SMILE)
        hung = stream.worker
        pid = pid_of(client, hung)
        os.kill(pid, signal.SIGSTOP)
        assert longest_gap(stream, 3.0) < GOES_ON_S
        assert stream.worker != hung
        wait_until("it is replaced", lambda: hung not in [info.id for info in client.status().workers])
        wait_until("its process has been ended", lambda: not alive(pid))


def test_a_machine_that_is_switched_off(client: ClusterClient, ray_nodes: Nodes) -> None:
    wait_until("both are there", lambda: sum(info.state == "ready" for info in client.status().workers) == 2)
    streams: list[ClusterStream] = []
    # characters stay where they are in memory until that worker is full: ask for so much that both are needed, in
    # fewer streams than one client may have on the worker that is left
    while len({stream.worker for stream in streams}) < 2:
        assert len(streams) < 32
        streams.append(client.open(("ada", "ben")[len(streams) % 2], size=512, fps=120))
        streams[-1].render(SMILE)
    ray_nodes.tell("remove")
    try:
        for stream in streams:
            stream.render(SMILE)
        wait_until("one is left", lambda: sum(info.state == "ready" for info in client.status().workers) == 1)
        for stream in streams:
            stream.render(SMILE)
        assert len({stream.worker for stream in streams}) == 1
    finally:
        ray_nodes.tell("add")


def test_a_second_director_on_the_same_port_leaves_the_workers_alone(
    pair: Director, client: ClusterClient, ray_nodes: Nodes, character_store: Path
) -> None:
    with client.open("ada", size=64) as stream:
        stream.render(SMILE)
        before = {info.id: info.pid for info in client.status().workers}
        port = pair.address.rpartition(":")[2]
        given = ["--port", port, "--ray-address", ray_nodes.address, "--characters", str(character_store)]
        second = subprocess.run(
            [sys.executable, "-m", "npcface", "cluster", *given], env=ray_nodes.environment, capture_output=True,
            text=True, timeout=60,
        )  # fmt: skip
        assert second.returncode == 3 and f"Cannot listen on tcp://127.0.0.1:{port}" in second.stderr, second.stderr
        assert all(alive(pid) for pid in before.values())
        stream.render(SMILE)
        assert {info.id: info.pid for info in client.status().workers} == before and stream.moves == 0


def test_faces_outlive_the_director_and_the_next_one_takes_over(
    start_director: Any, pair: Director, client: ClusterClient
) -> None:
    port = int(pair.address.rpartition(":")[2])  # the last test here: it ends the director of the others
    with client.open("ada", size=64) as stream:
        stream.render(SMILE)
        home = stream.worker
        workers = {info.id for info in client.status().workers}
        pair.process.kill()
        pair.process.wait(30)
        stream.render(SMILE)
        second = start_director(min_workers=2, max_workers=2, port=port)
        assert {info.id for info in second.workers()} == workers, "they were taken over, not started"

        def known() -> bool:
            stream.render(SMILE)
            return any(info.leases for info in second.workers())

        wait_until("the client has said hello again", known)
        assert stream.worker == home and stream.moves == 0
        os.kill(pid_of(client, home), signal.SIGKILL)
        stream.render(SMILE)
        assert stream.worker != home
