"""Real Ray nodes, a real director, real daemons in real actors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from npcface.cluster import ClusterClient
from npcface.cluster.messages import WorkerInfo

ROOT = Path(__file__).resolve().parents[2]
NODES = 2


@dataclass(frozen=True)
class Nodes:
    """Ray nodes with one CPU each."""

    address: str
    process: subprocess.Popen[str]
    environment: dict[str, str]

    def tell(self, word: str) -> None:
        """``add`` or ``remove`` a node."""
        assert self.process.stdin is not None and self.process.stdout is not None
        print(word, file=self.process.stdin, flush=True)
        assert self.process.stdout.readline().startswith("nodes")


@dataclass(frozen=True)
class Director:
    """A director in a process of its own."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def client(self, **options: Any) -> ClusterClient:
        """A new client of its cluster."""
        return ClusterClient(self.address, **{"timeout_s": 30.0, **options})

    def workers(self) -> list[WorkerInfo]:
        """As it sees them now."""
        with self.client() as client:
            return client.status().workers


def wait_until(what: str, happened: Callable[[], bool], seconds: float = 30.0) -> None:
    """Look again and again."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def ray_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment for processes that use Ray; skipped loudly without it, except under CI."""
    if find_spec("ray") is None:
        reason = "a cluster needs Ray: pip install 'npcface[cluster]'"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    home = str(tmp_path_factory.mktemp("ray-home"))
    here = {
        "HOME": home,
        "USERPROFILE": home,
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
        "PYTHONPATH": str(ROOT),
    }
    return {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"} | here


@pytest.fixture(scope="session")
def ray_nodes(ray_home: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Two nodes, and a head that runs nothing."""
    log = tmp_path_factory.mktemp("ray") / "nodes.txt"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.nodes", str(NODES)], cwd=ROOT, env=ray_home,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    words: list[str] = []
    while words[:1] != ["ray"]:
        line = process.stdout.readline()
        assert line, log.read_text()
        words = line.split()
    yield Nodes(words[1], process, ray_home)
    process.stdin.close()
    process.stdout.close()
    process.wait(60)


@contextmanager
def directors(nodes: Nodes, store: Path, folder: Path) -> Iterator[Callable[..., Director]]:
    """``make(**options of ClusterConfig)``; drained and stopped at the end."""
    started: list[Director] = []

    def make(**options: Any) -> Director:
        config = {
            "characters": str(store), "port": 0, "ray_address": nodes.address, "drain_timeout_s": 5.0,
            "stats_interval_s": 0.3, "worker_options": {"quality": "warp"}, **options,
        }  # fmt: skip
        log = folder / f"director{len(started)}.txt"
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.cluster.direct", json.dumps(config)], cwd=ROOT,
                env=nodes.environment, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
        assert process.stdout is not None
        words = process.stdout.readline().split()
        started.append(Director(words[1] if len(words) > 1 else "", process, log))
        assert words[:1] == ["npcface-cluster-ready"], (words, log.read_text())
        return started[-1]

    yield make
    for director in reversed(started):
        if director.process.poll() is None:
            director.process.terminate()
        director.process.wait(60)
        if director.process.stdout is not None:
            director.process.stdout.close()
        assert director.process.returncode in (0, -9), director.log.read_text()
        assert "Traceback" not in director.log.read_text()


@pytest.fixture
def start_director(ray_nodes: Nodes, character_store: Path, tmp_path: Path) -> Iterator[Callable[..., Director]]:
    """``start_director(**options)``: for one test."""
    with directors(ray_nodes, character_store, tmp_path) as make:
        yield make
