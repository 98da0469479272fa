"""The studio's own daemon: a child process that is started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from npcface.client import Client
from npcface.studio.settings import Settings, StudioError

log = logging.getLogger("npcface.studio")
Answer = TypeVar("Answer")

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
_PAUSES_S = (0.1, 0.5, 2.0, 5.0, 10.0)
"""Before each further start of a daemon that does not live for ``_PAUSES_S[-1]`` seconds."""


class OwnDaemon:
    """Starts, watches and stops it. Its methods belong to the event loop, but for ``ask``.

    Args:
        settings: store, quality and provider.
        on_change: called with True when it is back, and with False when it has died.

    Attributes:
        address: where it listens; the same after a new start, if the port is still free.
        up: set while it runs.
        pid: of the process, 0 before the first start.
        token: that it asks for.
    """

    def __init__(self, settings: Settings, on_change: Callable[[bool], None] = lambda up: None) -> None:
        self._settings = settings
        self.on_change = on_change
        self.address = ""
        self.pid = 0
        self.token = secrets.token_hex(16)  # other users of this machine do not know it
        self.up = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._said: deque[str] = deque(maxlen=20)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            StudioError: it does not start; the message holds what it said.
        """
        await self._launch(0)
        self._keep(self._watch())

    async def stop(self) -> None:
        """Stop it and wait until it is gone; can be called twice."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        process, self._process = self._process, None
        self.up.clear()
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    def ask(self, question: Callable[[Client], Answer]) -> Answer:
        """Ask it something through a connection of one's own; blocks, so call it in a thread."""
        with Client(self.address, token=self.token) as client:
            return question(client)

    async def _launch(self, port: int) -> None:
        given = self._settings
        command = [sys.executable, "-m", "npcface.serve", "--port", str(port), "--quality", given.quality]
        command += ["--characters", str(given.characters), "--provider", given.provider]
        command += ["--watch"]  # an artist's changes are seen at once
        command += ["--stdin", "watch"]  # so it goes with the studio, also after a kill -9 and on every system
        # A process group of its own: Ctrl-C in the terminal is the studio's, which then stops the daemon.
        flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows only
        self._process = process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=not flags, creationflags=flags, env=self._environment(),
        )  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        self._said.clear()
        self._keep(self._read(process.stderr))
        try:
            words = (await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT_S)).decode().split()
        except TimeoutError:
            words = []
        if len(words) < 2 or words[0] != "npcface-ready":
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await asyncio.sleep(0)  # its last lines
            raise StudioError(
                f"The daemon did not start: {' '.join(list(self._said)[-3:]) or 'it said nothing'}",
                "`npcface doctor` tells what is missing.",
            )
        self._keep(self._read(process.stdout))
        self.address, self.pid = words[1], process.pid
        self.up.set()

    def _environment(self) -> dict[str, str]:
        """The user's own, without what is meant for daemons that others reach; a token here is in no process list."""
        names = ("NPCFACE_HOST", "NPCFACE_KEYS", "NPCFACE_TRUSTED_LINK", "NPCFACE_TOKEN_FILE")
        return {name: value for name, value in os.environ.items() if name not in names} | {"NPCFACE_TOKEN": self.token}

    async def _watch(self) -> None:
        """Start it again, at the same address where possible, whenever it ends."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            assert self._process is not None
            began = loop.time()
            code = await self._process.wait()
            self.up.clear()
            log.warning("The daemon ended with code %d; it is started again.", code)
            self.on_change(False)
            failures = 0 if loop.time() - began > _PAUSES_S[-1] else failures + 1
            port = int(self.address.rpartition(":")[2])  # where clients find it again by themselves
            while not self.up.is_set():
                await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
                try:
                    await self._launch(port)
                except StudioError as error:
                    failures, port = failures + 1, 0  # the port may be taken by now
                    log.error("%s", error)
            self.on_change(True)

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        """A full pipe would stop it."""
        with contextlib.suppress(ValueError):  # a line longer than asyncio's buffer
            while line := (await pipe.readline()).decode(errors="replace").rstrip():
                self._said.append(line)
                log.debug("daemon: %s", line)

    def _keep(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
