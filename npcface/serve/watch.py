"""Hot reload: characters that change on disk change their faces, without a word from any client.

The files are looked at by time, size and inode, in the disk thread, twice a second: that is the same on every system
and file system, network drives and containers included, and needs no package. A change counts when it has been the
same for ``SETTLED_S``, so that half a copy is not read. What cannot be read leaves the old face in its place.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from npcface.errors import CharacterError, NpcFaceError
from npcface.serve.background import Background
from npcface.serve.store import Sight, Store
from npcface.wire.errors import InternalError

LOOK_S = 0.5
SETTLED_S = 0.25

Adopt = Callable[[str, Any, Callable[[Any], None]], None]

log = logging.getLogger("npcface.serve")


class Watch:
    """Looks after the characters in memory. Belongs to the main loop.

    Args:
        store: whose characters.
        library: the disk thread.
        in_use: character id → number of streams that show it.
        adopt: takes what was read of a character and hands on what can be shown (``Rebuilder.adopt``).
    """

    def __init__(self, store: Store, library: Background, in_use: Callable[[], Counter[str]], adopt: Adopt) -> None:
        self._store, self._library, self._in_use, self._adopt = store, library, in_use, adopt
        self._seen: dict[str, Sight] | None = None  # what counts by now; None before the first look
        self._changing: dict[str, tuple[Sight | None, float]] = {}  # what was seen instead, and since when
        self._looking = False
        self._next_s = 0.0

    def tick(self, now_s: float) -> None:
        """Look again if it is time to.

        Args:
            now_s: monotonic.
        """
        if not self._looking and now_s >= self._next_s:
            self._looking = True
            self._library.submit(self._store.sights, partial(self._looked, now_s))

    def _looked(self, now_s: float, found: dict[str, Sight] | Exception) -> None:
        """Take what a look begun at ``now_s`` has found; a slow disk gets its rest from the end of the look on."""
        done_s = time.monotonic()
        self._looking = False
        self._next_s = done_s + LOOK_S
        if isinstance(found, Exception):
            log.error("The characters on disk cannot be looked at.", exc_info=found)
            return
        if self._seen is None:
            self._seen = found
            return
        changed = {name for name in found.keys() | self._seen.keys() if found.get(name) != self._seen.get(name)}
        changed |= self._store.loaded.keys() - found.keys()  # some come and go between two looks
        self._changing = {name: since for name, since in self._changing.items() if name in changed}
        for name in changed:
            sight = found.get(name)
            before = self._changing.get(name)
            if before is None or before[0] != sight:
                self._changing[name] = (sight, done_s)
            elif now_s - before[1] >= SETTLED_S and self._settled(name, sight):
                del self._changing[name]
        if self._changing:
            self._next_s = done_s + SETTLED_S

    def _settled(self, name: str, sight: Sight | None) -> bool:
        """Act on a change that is complete; False if it has to wait."""
        assert self._seen is not None
        if name not in self._store.loaded:
            pass  # it will be read when somebody asks for it
        elif sight is None:
            if self._in_use()[name]:
                return False  # removed, but shown: it leaves with its last stream
            self._store.drop(name)
            log.info("Character %s is gone from disk and has left memory.", name, extra={"character": name})
        elif sight.problem and (name not in self._seen or sight.problem != self._seen[name].problem):
            self._failed(name, CharacterError(sight.problem))
        else:
            show = partial(self._read, name)
            self._library.submit(partial(self._store.read, name), lambda found: self._adopt(name, found, show))
        if sight is None:
            self._seen.pop(name, None)
        else:
            self._seen[name] = sight
        return True

    def _read(self, name: str, result: Any) -> None:
        if isinstance(result, NpcFaceError):
            self._failed(name, result)
        elif isinstance(result, Exception):
            log.error("Character %s cannot be read.", name, exc_info=result, extra={"character": name})
            self._failed(name, InternalError(f"{type(result).__name__}: {result}"[:500], "The daemon's log says more."))
        elif name in self._store.loaded:  # else it has left memory meanwhile
            self._store.keep(name, result, self._in_use())
            log.info("Character %s has changed: its new face is shown.", name, extra={"character": name})

    def _failed(self, name: str, error: NpcFaceError) -> None:
        self._store.failed[name] = error
        log.error("Character %s has changed, but its old face stays: %s", name, error, extra={"character": name})
