"""A supervised daemon's process: how it is started, what it says, how it is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import fields, replace
from typing import IO

from npcface.observe import crash
from npcface.observe.health import RESTARTS_ENV
from npcface.serve.config import Config, Folders

STACKS_PATIENCE_S = 2.0


class Child:
    """A daemon's process, with what it has said so far.

    Attributes:
        ready: its ready line, "" before.
        beats: how many lines came on its standard output.
        said: the last lines of its log.
        told, hung: the supervisor's own notes.
    """

    def __init__(self, config: Config, restarts: int = 0) -> None:
        self.ready, self.beats, self.told, self.hung = "", 0, False, False
        self.said: deque[str] = deque(maxlen=crash.LINES)
        self._began_s = time.monotonic()
        # a group of its own: Ctrl-C in a terminal is the supervisor's, which tells the daemon
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows only
        self._process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(config, restarts), start_new_session=not flags, creationflags=flags,
        )  # fmt: skip
        self.pid = self._process.pid
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_beats, self._read_log)]
        for reader in self._readers:
            reader.start()

    @property
    def lived_s(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self._began_s

    def wait(self, timeout_s: float) -> int | None:
        """Its exit code, None while it runs."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_leave(self) -> None:
        """Politely; called again, at once."""
        if os.name != "nt":
            self._process.terminate()
            return
        assert self._process.stdin is not None  # there `terminate` would be an end without a word
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def kill(self, *, stacks: bool = False) -> None:
        """End it; with ``stacks`` it first has a moment to log where its threads are (not on Windows)."""
        if stacks and os.name != "nt":
            self._process.send_signal(signal.SIGABRT)  # ``faulthandler`` writes them
            if self.wait(STACKS_PATIENCE_S) is not None:
                return
        self._process.kill()

    def close(self) -> None:
        """Take its last words and let go of its pipes, after its end.

        A pipe that a process of its own still holds stays open, with its reader: closing it would wait for both.
        """
        for reader in self._readers:
            reader.join(1.0)
        pipes: list[IO[bytes] | None] = [self._process.stdin]
        outputs = (self._process.stdout, self._process.stderr)
        pipes += [pipe for pipe, reader in zip(outputs, self._readers, strict=True) if not reader.is_alive()]
        for pipe in pipes:
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _read_beats(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(b"npcface-ready "):
                self.ready = line.decode().strip()
            self.beats += 1

    def _read_log(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self.said.append(text[:500])
            with contextlib.suppress(OSError, ValueError):  # nobody reads ours: it is kept all the same
                print(text, file=sys.stderr, flush=True)


def command() -> list[str]:
    """How this program runs a daemon."""
    return [sys.executable, "serve"] if getattr(sys, "frozen", False) else [sys.executable, "-m", "npcface.serve"]


def environment(config: Config, restarts: int = 0) -> dict[str, str]:
    """The child's options as variables: a command line would show the token to every user of the machine."""
    own = replace(config, supervise=False, stdin="watch")
    options = {f"NPCFACE_{option.name.upper()}": _text(getattr(own, option.name)) for option in fields(own)}
    return os.environ | {crash.SUPERVISED_ENV: "1", RESTARTS_ENV: str(restarts)} | options


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return os.pathsep.join(map(str, value)) if isinstance(value, Folders) else str(value)
