"""The wall clock may jump: nothing that is measured or waited for depends on it."""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
from pathlib import Path

import npcface
from npcface.client import Client

PACKAGE = Path(npcface.__file__).parent
RUNNING = ("client", "drive", "render", "serve", "shm", "wire")
"""What runs while faces are shown."""
WALL = {"time.time", "time.time_ns", "time.localtime", "time.ctime", "datetime.now", "datetime.utcnow", "date.today"}


def test_only_monotonic_clocks_are_read() -> None:
    found = [
        f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno} {ast.unparse(node)}"
        for folder in RUNNING
        for path in sorted((PACKAGE / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node).removeprefix("datetime.") in WALL
    ]
    assert not found


def test_a_clock_that_jumps_by_an_hour_every_moment(character_store: Path) -> None:
    options = ["--characters", str(character_store), "--port", "0", "--quality", "warp"]
    command = [sys.executable, "-m", "npcface.bench.broken_daemon", "clock", "0.05", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        with Client(daemon.stdout.readline().split()[1]) as client, client.open("ada", size=64) as stream:
            frames = list(itertools.islice(stream.idle(), 30))
            spans = [later.time_s - sooner.time_s for sooner, later in itertools.pairwise(frames)]
            assert all(0.0 < span < 30.0 for span in spans) and stream.restarts == 0
            assert 0.0 < client.ping() < 600.0
        daemon.terminate()
