"""A worker thread that stands still: clients are told, where it stood is kept, the process ends or comes back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from npcface.client import Client
from npcface.serve.hang import EXIT_HANG, HangGuard
from npcface.wire.replies import Notice
from npcface.wire.requests import Idle, Open


@pytest.mark.parametrize(
    ("fault", "quality", "timeout_s", "thread", "what"),
    [
        ("hang", "neural", 10, "npcface-render", "Drawing faces"),  # on a busy machine loading the graph takes a while
        ("disk", "warp", 5, "npcface-library", "Reading characters"),
    ],
)
def test_a_thread_that_stands_still(
    character_store: Path, tmp_path: Path, fault: str, quality: Any, timeout_s: int, thread: str, what: str
) -> None:
    """A driver that never returns from the third run, or a drive that never answers."""
    options = ["--characters", str(character_store), "--port", "0", "--quality", quality]
    options += ["--hang-timeout-s", str(timeout_s)]
    command = [sys.executable, "-m", "npcface.bench.broken_daemon", fault, "3", *options]
    environment = os.environ | {"NPCFACE_STATE": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as daemon:
        assert daemon.stdout is not None and daemon.stderr is not None
        notices: list[Notice] = []
        with Client(daemon.stdout.readline().split()[1]) as client:
            client.on_notice = notices.append
            client.connection.send(Open(stream=1, character="ada", size=64, quality=quality))
            client.connection.send(Idle(stream=1))
            while not notices:
                client.connection.receive(time.monotonic() + 1.0)
        log = daemon.stderr.read()
        assert daemon.wait(timeout=60) == EXIT_HANG
    assert notices[0].code == "hang" and what in notices[0].cause
    (facts,) = (tmp_path / "crashes").iterdir()
    for text in (log, facts.read_text()):
        assert thread in text and "stands_still" in text, "the stack says where"


def test_only_time_that_the_main_loop_has_seen_counts() -> None:
    """A process that was stopped for an hour has not hung for an hour, and a new job starts anew."""

    class Busy:
        job = 1

    worker: Any = Busy()
    guard = HangGuard([worker], 10.0)
    assert guard.tick(0.0) is None and guard.tick(3600.0) is None
    now_s = 3600.0
    for _ in range(95):
        now_s += 0.1
        assert guard.tick(now_s) is None
    worker.job = 2
    for _ in range(100):
        now_s += 0.1
        assert guard.tick(now_s) is None
    assert guard.tick(now_s + 0.3) is worker
