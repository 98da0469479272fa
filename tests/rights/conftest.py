"""A store with ``ada``, whose rights are stated, and ``eve``: the same face, and nobody says why it may be used."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Daemon, start


@pytest.fixture(scope="session")
def unstated_store(character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("unstated")
    shutil.copytree(character_store / "ada", store / "ada")
    for name, change in (("eve", {"consent": "Not stated."}), ("old", {"consent": "She agreed in 2019."})):
        shutil.copytree(character_store / "ada", store / name)
        file = store / name / "manifest.json"
        table: dict[str, Any] = json.loads(file.read_text()) | {"id": name} | change
        del table["rights"]
        file.write_text(json.dumps(table))
    return store


@pytest.fixture(scope="session")
def unstated_daemon(unstated_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    running = start(unstated_store, tmp_path_factory.mktemp("daemon") / "log.txt")
    yield running
    assert running.stop() == 0, running.log.read_text()


@pytest.fixture
def daemon_of(unstated_store: Path, tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    started: list[Daemon] = []

    def make(*options: str) -> Daemon:
        started.append(start(unstated_store, tmp_path / "log.txt", *options))
        return started[-1]

    yield make
    for running in started:
        running.stop()
