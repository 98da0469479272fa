"""Who is let in, read again when the file changes. Asked by the door's thread and by main loops at the same time."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from pathlib import Path

from zmq.utils import z85

from npcface.access.keys import ALLOWED, KeyFolder

LOOK_S = 0.25
SETTLED_S = 0.3
log = logging.getLogger("npcface.access")


class AllowList:
    """Public keys and the names that go with them.

    A list that cannot be read leaves everybody as they were, and says so in the log: half a file must not lock out a
    running game. At the start it is an error. Who is new on it is let in at once; who is missing is put out when the
    file has been the same for ``SETTLED_S``, since an editor may be writing it, or may have moved it away to do so.

    Args:
        folder: of keys.
        own: the server's own public key, let in under the name ``server``: a director asks its workers with it.

    Attributes:
        revoked: how often keys were taken off the list.

    Raises:
        KeyFileError: the list is damaged.
    """

    def __init__(self, folder: Path, own: str) -> None:
        self._folder, self._own = KeyFolder(folder), own
        self._path = folder / ALLOWED
        self._lock = threading.Lock()
        self._seen = self._sight()
        self._looked_s = time.monotonic()
        self._changing: tuple[tuple[int, int, int] | None, float] | None = None  # another sight, and since when
        self._names = self._read()
        self.revoked = 0

    def name_of(self, key: bytes) -> str | None:
        """The name that a public key (32 bytes) stands for; None: not let in."""
        self.refresh()
        return self._names.get(z85.encode(key).decode("ascii"))

    def knows(self, name: str, key: bytes) -> bool:
        """Whether this key is still let in under this name."""
        return self.name_of(key) == name

    def refresh(self) -> None:
        """Read the list again if it is time and it has changed."""
        with self._lock:
            now_s = time.monotonic()
            if now_s - self._looked_s < LOOK_S:
                return
            self._looked_s, sight = now_s, self._sight()
            if sight == self._seen:
                self._changing = None
                return
            if self._changing is None or self._changing[0] != sight:
                self._changing = sight, now_s
            settled = max(now_s - self._changing[1], self._age_s()) >= SETTLED_S
            try:
                names = self._read()
                if settled:
                    self.revoked += not self._names.keys() <= names.keys()
                    self._names = names
                    log.info("The list of clients was read again: %d may connect.", len(names) - 1)
                else:
                    self._names = self._names | names
            except Exception as error:  # whatever is in the file ends no daemon
                if settled:
                    log.error("The list of clients stays as it was: %s", error)
            if settled:
                self._seen = sight

    def _age_s(self) -> float:
        """Since when the file, or its folder if it is missing, is as it is: a long time if nobody asked meanwhile."""
        for path in (self._path, self._path.parent):
            with contextlib.suppress(OSError):
                return time.time() - path.stat().st_mtime
        return 0.0

    def _read(self) -> dict[str, str]:
        return {key: name for name, key in self._folder.allowed().items()} | {self._own: "server"}

    def _sight(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
