"""A client that looks at idle faces in a thread and remembers when their frames came and what it was told."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import Any

from npcface.client import Client
from npcface.errors import NpcFaceError
from npcface.wire.replies import Notice

PATIENCE_S = 90.0
PAUSE_S = 0.5
"""A silence that a player would see; shorter ones are a busy machine's."""


class Watcher:
    """Watches from its making until ``stop``; use it with ``with``.

    Args:
        address: of a daemon.
        character: id.
        faces: streams, each of its own idle life.
        options: of ``Client.open``.

    Attributes:
        moments_s: monotonic, of each frame of the first face.
        notices: what the daemon told.
        error: what ended it, "" while it goes on.
        restarts: how often the daemon was restarted under it.
    """

    def __init__(self, address: str, character: str, faces: int = 1, **options: Any) -> None:
        self.moments_s: list[float] = []
        self.notices: list[Notice] = []
        self.error = ""
        self.restarts = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(address, character, faces, options), daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        self.wait_for(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(PATIENCE_S)

    def wait_for(self, frames: int) -> None:
        """Return when so many further frames have come, or when it has ended."""
        wanted, until_s = len(self.moments_s) + frames, time.monotonic() + PATIENCE_S
        while len(self.moments_s) < wanted and not self.error and time.monotonic() < until_s:
            time.sleep(0.02)

    def settle(self, since_s: float, calm_s: float = 1.5) -> None:
        """Return when frames have come without a pause for a while after ``since_s``, or when it has ended."""
        until_s = time.monotonic() + PATIENCE_S
        while not self.error and time.monotonic() < until_s:
            time.sleep(0.05)
            now_s = time.monotonic()
            recent = [now_s - calm_s, *(moment for moment in self.moments_s if moment > now_s - calm_s), now_s]
            if now_s - since_s > calm_s and max(later - sooner for sooner, later in pairwise(recent)) < PAUSE_S:
                return

    def pause_s(self, since_s: float) -> float:
        """The longest silence that ended after ``since_s``."""
        return max((b - a for a, b in pairwise(self.moments_s) if b > since_s), default=0.0)

    def saw(self) -> str:
        """In words."""
        words = [f"notice {notice.code}" for notice in self.notices]
        if self.restarts:
            words.append("stream opened again")
        if self.error:
            words.append(self.error)
        return ", ".join(words) or "nothing"

    def _watch(self, address: str, character: str, faces: int, options: dict[str, Any]) -> None:
        try:
            with Client(address, timeout_s=40.0) as client:
                client.on_notice = self.notices.append
                streams = [client.open(character, **options) for _ in range(faces)]
                idles = [stream.idle(seed) for seed, stream in enumerate(streams)]
                while not self._stopping.is_set():
                    for at, idle in enumerate(idles):
                        next(idle)
                        if at == 0:
                            self.moments_s.append(time.monotonic())
                    self.restarts = streams[0].restarts
        except NpcFaceError as error:
            self.error = f"{type(error).__name__}: {error.cause}"
