"""A daemon in a process of its own, as a game would have it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from npcface.errors import DependencyError

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Daemon:
    """Where it listens, which process it is, and what it has written to its log."""

    address: str
    pid: int
    log: list[str]


@contextmanager
def running_daemon(
    characters: Path, *options: str, module: Sequence[str] = ("npcface", "serve"), **settings: object
) -> Iterator[Daemon]:
    """Start ``npcface serve`` on a free port, wait until it listens, stop it at the end.

    Args:
        characters: folder of character folders.
        options: further options of ``npcface serve``.
        module: what is run in its place, with words that come before its options.
        settings: options that only its environment knows, such as ``max_streams_per_client=64``.

    Raises:
        DependencyError: it did not start; the message holds the last lines it wrote.
    """
    command = [sys.executable, "-m", *module, "--characters", str(characters), "--port", "0", *options]
    environment = os.environ | {f"NPCFACE_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    log: list[str] = []
    # Its log is read all the time: a full pipe would stop the daemon.
    reader = threading.Thread(target=lambda: log.extend(process.stderr or ()), daemon=True)
    reader.start()
    watchdog = threading.Timer(START_TIMEOUT_S, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        watchdog.cancel()
        if len(words) < 2 or words[0] != "npcface-ready":
            process.wait(STOP_TIMEOUT_S)
            reader.join(STOP_TIMEOUT_S)
            raise DependencyError(
                f"The daemon did not start (exit code {process.returncode}): {' '.join(log[-5:]).strip()}",
                "Run `npcface serve` and `npcface doctor` to see why.",
            )
        yield Daemon(words[1], process.pid, log)
    finally:
        watchdog.cancel()
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(STOP_TIMEOUT_S)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
