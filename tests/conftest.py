"""The real things, made once a session: portraits out of PyPI packages, enrolled characters, a running daemon."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from npcface.client import Client

if "PYTEST_XDIST_WORKER" in os.environ:  # workers that share the cores: more threads would only wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")
hypothesis.settings.register_profile("untimed", deadline=None)  # speed is a matter of benchmarks
hypothesis.settings.load_profile("untimed")

LONGEST_FIRST = (
    "clients/godot",
    "clients/csharp",
    "clients/c",
    "cluster",
    "studio",
    "train",
    "player",
    "character",
    "cli",
    "faults",
    "finetune",
    "fuzz",
    "eval",
    "serve",
    "access",
    "rights",
)
"""Folders whose tests take longest: begun first, so that two workers end at about the same time."""

PEOPLE = ("P001", "P004")
"""Two of the AI-made people of ``openpeople`` (MIT)."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest folders first."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.parent.relative_to(here).as_posix()
        return next((at for at, name in enumerate(LONGEST_FIRST) if folder.startswith(name)), len(LONGEST_FIRST))

    items.sort(key=rank)


def portrait(person: str) -> Path:
    """Studio portrait, 1024² or so, of one of ``openpeople``'s ten, P001 to P010."""
    spec = importlib.util.find_spec("openpeople")
    assert spec is not None and spec.origin is not None, "the tests need the package openpeople"
    return Path(spec.origin).parent / "data" / "curated" / person / "assets" / "studio_portrait.jpg"


@dataclass(frozen=True)
class Daemon:
    """A daemon in a process of its own."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def client(self, **options: Any) -> Client:
        """A new client of it."""
        return Client(self.address, **{"timeout_s": 30.0, **options})

    def stop(self) -> int:
        """SIGTERM (or its Windows relative) and the exit code."""
        self.process.terminate()
        self.process.communicate(timeout=30)
        return self.process.returncode


def start(store: Path, log: Path, *options: str, port: int = 0) -> Daemon:
    """Start ``npcface serve`` and wait for its ready line."""
    command = [sys.executable, "-m", "npcface.serve", "--characters", str(store), "--port", str(port), *options]
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    words = process.stdout.readline().split()
    if len(words) != 4 or words[0] != "npcface-ready":
        process.communicate(timeout=30)
        pytest.fail(f"no ready line, exit code {process.returncode}:\n{log.read_text()}")
    return Daemon(words[1], process, log)


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Crash reports of daemons that tests start do not land among the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NPCFACE_STATE", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Exports are signed with a certificate of this session, not with the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NPCFACE_CREDENTIALS", str(tmp_path_factory.mktemp("certificate") / "credentials"))
        yield


@pytest.fixture(scope="session")
def portrait_path() -> Path:
    """A studio portrait, 1024² or so, of a person who does not exist."""
    return portrait(PEOPLE[0])


@pytest.fixture(scope="session")
def character_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two enrolled people, ``ada`` and ``ben``. Shared by the session: do not change it."""
    from npcface.character import Rights
    from npcface.enroll import enroll

    store = tmp_path_factory.mktemp("characters")
    for name, person in zip(("ada", "ben"), PEOPLE, strict=True):
        enroll(portrait(person), id=name, name=name.title(), rights=Rights(ground="invented")).save(store / name)
    return store


@pytest.fixture(scope="session")
def character(character_store: Path) -> Any:
    """The enrolled ``ada``."""
    from npcface.character import Character

    return Character.load(character_store / "ada")


@pytest.fixture(scope="session")
def daemon(character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon on a free port, shared by the session."""
    running = start(character_store, tmp_path_factory.mktemp("daemon") / "log.txt")
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture
def start_daemon(character_store: Path, tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """``start_daemon(*options, port=0, store=...)``: a daemon of one's own, stopped after the test."""
    started: list[Daemon] = []

    def make(*options: str, port: int = 0, store: Path = character_store) -> Daemon:
        started.append(start(store, tmp_path / f"log{len(started)}.txt", *options, port=port))
        return started[-1]

    yield make
    for running in started:
        if running.process.poll() is None:
            running.stop()
        if running.process.stdout is not None:
            running.process.stdout.close()
