"""A daemon that shows its metrics, and somebody who reads them."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from npcface.observe import Balance, balance, stream_balances
from tests.conftest import Daemon, start


@dataclass(frozen=True)
class Watched:
    """A daemon with ``--metrics-port``."""

    daemon: Daemon
    pages: str

    @property
    def address(self) -> str:
        return self.daemon.address

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return fetch(self.pages + path, **headers)

    def page(self, path: str) -> str:
        status, text = self.get(path)
        assert status == 200, text
        return text

    def balance(self) -> Balance:
        return balance(self.page("/metrics"))

    def streams(self) -> dict[tuple[str, ...], Balance]:
        return stream_balances(self.page("/metrics/streams"))

    def value(self, name: str) -> float:
        """Of the series whose name and labels these are."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.page("/metrics"), re.MULTILINE)
        assert found is not None, name
        return float(found[1])

    def lines(self) -> list[dict[str, Any]]:
        """The log, written with ``--log-format json``."""
        whole, _, _ = self.daemon.log.read_text().rpartition("\n")  # the last one may be being written
        return [json.loads(line) for line in whole.splitlines()]


def fetch(url: str, **headers: str) -> tuple[int, str]:
    """GET, whatever the status."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def watch(store: Path, log: Path, *options: str) -> Watched:
    """Start one."""
    daemon = start(store, log, "--metrics-port", "0", *options)
    found = re.search(r"Metrics and health on (http://[^\s\"]+:\d+)", log.read_text())
    assert found is not None, log.read_text()
    return Watched(daemon, found[1])


@pytest.fixture(scope="module")
def watched(character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """One for a module."""
    running = watch(
        character_store, tmp_path_factory.mktemp("watched") / "log.txt",
        "--log-format", "json", "--heartbeat-interval-s", "0.1", "--token", "open-sesame",
    )  # fmt: skip
    yield running
    assert running.daemon.stop() == 0, running.daemon.log.read_text()


@pytest.fixture
def start_watched(character_store: Path, tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    """``start_watched(*options, store=…)``: one of one's own, stopped after the test."""
    started: list[Watched] = []

    def make(*options: str, store: Path = character_store) -> Watched:
        started.append(watch(store, tmp_path / f"log{len(started)}.txt", *options))
        return started[-1]

    yield make
    for running in started:
        if running.daemon.process.poll() is None:
            running.daemon.stop()
        if running.daemon.process.stdout is not None:
            running.daemon.process.stdout.close()
