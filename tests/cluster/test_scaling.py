"""Workers come with the load and go when it is over; nobody's face is lost by it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from npcface.client import Client, DaemonLost
from npcface.cluster.messages import NoWorkerError
from npcface.state import FaceState
from tests.cluster.conftest import wait_until

HAPPY = FaceState.of({"mouthSmileLeft": 1.0})


def states(client: Any) -> list[str]:
    return sorted(info.state for info in client.status().workers)


def test_up_with_many_streams_and_down_again_without_losing_one(start_director: Any) -> None:
    director = start_director(min_workers=1, max_workers=2, up_after_s=0.5, down_after_s=1.5)
    with director.client() as client:
        first = client.open("ada", size=64, fps=60)
        assert states(client) == ["ready"]
        crowd = [client.open(name, size=64, fps=60) for name in ("ada", "ben", "ben")]
        wait_until("a second worker", lambda: states(client) == ["ready", "ready"])
        wait_until("it is relieved", lambda: all(info.leases for info in client.status().workers))
        for stream in (first, *crowd):
            assert stream.render(HAPPY).pixels.shape == (64, 64, 4)
        assert len({stream.worker for stream in (first, *crowd)}) == 2
        idle = first.idle()
        next(idle)
        for stream in crowd:
            stream.close()
        while len(client.status().workers) > 1:  # drained, and its stream told to move
            next(idle)
        assert [info.id for info in client.status().workers] == [first.worker]
        next(idle)


def test_a_drain_lets_a_line_be_spoken_and_then_ends_with_exit_code_0(start_director: Any) -> None:
    director = start_director(min_workers=1, max_workers=1, drain_timeout_s=20.0)
    with director.client() as client, director.client() as late:
        stream, lock_step = client.open("ada", size=64), client.open("ben", size=64)
        lock_step.render(HAPPY)
        line = stream.stream_speech([("AA", 0.0, 1.0), ("OW", 1.0, 2.0)], alphabet="arpabet")
        next(line)
        director.process.send_signal(signal.SIGTERM)
        frames = list(line)
        assert frames[-1].time_s > 2.0, "spoken to its end"
        with pytest.raises(DaemonLost, match="shutting down"):
            lock_step.render(HAPPY)
        with pytest.raises(NoWorkerError, match="shutting down"):
            late.open("ada", size=64)
        stream.close()
        director.process.wait(20)
    assert director.process.returncode == 0, director.log.read_text()


def test_clients_that_do_not_obey_are_told_by_the_daemon_when_time_is_up(start_director: Any) -> None:
    director = start_director(min_workers=1, max_workers=1, drain_timeout_s=1.0)
    (worker,) = director.workers()
    with Client(worker.endpoint, timeout_s=20.0) as plain, plain.open("ada", size=64) as stream:
        frames = stream.idle()
        next(frames)
        director.process.send_signal(signal.SIGTERM)
        with pytest.raises(DaemonLost):
            for _ in frames:
                pass
    director.process.wait(30)
    assert director.process.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_on_the_command_line(ray_home: dict[str, str], character_store: Any, tmp_path: Any) -> None:
    """Ray is started by the verb itself; the terminal sends SIGINT to every process of the group."""
    command = [sys.executable, "-m", "npcface", "cluster", "--characters", str(character_store), "--port", "0"]
    with (tmp_path / "log.txt").open("w+") as log:
        process = subprocess.Popen(
            [*command, "--max-workers", "1"], env=ray_home, stdout=subprocess.PIPE, stderr=log, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert process.stdout is not None
        words = process.stdout.readline().split()
        assert words[:1] == ["npcface-cluster-ready"] and words[4] == "workers=1", (tmp_path / "log.txt").read_text()
        looked = subprocess.run(
            [sys.executable, "-m", "npcface", "cluster", "status", "--address", words[1]], env=ray_home,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert "1 workers (1 wanted), 0 streams" in looked.stdout, looked.stderr
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 0, (tmp_path / "log.txt").read_text()
        assert "Traceback" not in (tmp_path / "log.txt").read_text()
