"""Who is let in, read again when the file changes. Asked by the door's thread and by main loops at the same time."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from zmq.utils import z85

from npcface.access.files import KeyFileError
from npcface.access.keys import ALLOWED, KeyFolder

LOOK_S = 0.25
log = logging.getLogger("npcface.access")


class AllowList:
    """Public keys and the names that go with them.

    A list that cannot be read leaves everybody as they were, and says so in the log: half a file must not lock out a
    running game. At the start it is an error.

    Args:
        folder: of keys.
        own: the server's own public key, let in under the name ``server``: a director asks its workers with it.

    Raises:
        KeyFileError: the list is damaged.
    """

    def __init__(self, folder: Path, own: str) -> None:
        self._folder, self._own = KeyFolder(folder), own
        self._path = folder / ALLOWED
        self._lock = threading.Lock()
        self._seen = self._sight()
        self._looked_s = time.monotonic()
        self._names = self._read()

    def name_of(self, key: bytes) -> str | None:
        """The name that a public key (32 bytes) stands for; None: not let in."""
        self._refresh()
        return self._names.get(z85.encode(key).decode("ascii"))

    def knows(self, name: str, key: bytes) -> bool:
        """Whether this key is still let in under this name."""
        return self.name_of(key) == name

    def _refresh(self) -> None:
        with self._lock:
            now_s = time.monotonic()
            if now_s - self._looked_s < LOOK_S:
                return
            self._looked_s, sight = now_s, self._sight()
            if sight == self._seen:
                return
            try:
                self._names = self._read()
                self._seen = sight
                log.info("The list of clients was read again: %d may connect.", len(self._names) - 1)
            except KeyFileError as error:
                self._seen = sight
                log.error("The list of clients stays as it was: %s", error)

    def _read(self) -> dict[str, str]:
        return {key: name for name, key in self._folder.allowed().items()} | {self._own: "server"}

    def _sight(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
