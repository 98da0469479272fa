"""Characters of an older model are enrolled again in the background, while their old faces are shown.

A process of its own does it (``npcface.serve.rebuild_child``), at the lowest priority that leaves it any time, one
character after the other: the daemon's threads keep the processor and Python's lock. Where the old tensors cannot be
shown, whoever opens the character waits for the new ones. What cannot be enrolled again keeps its old face, and is not
tried again until its files change or a client asks for ``reload``.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from npcface.errors import CharacterError
from npcface.serve.background import Background
from npcface.serve.store import Found, Store

Done = Callable[[Any], None]
"""Gets a character, or the exception that stands for it."""

LONGEST_S = 180.0
"""Half a minute is much, even on a busy machine (docs/store.md); after this the next character has its turn."""

log = logging.getLogger("npcface.serve")


class Rebuilder:
    """Belongs to the main loop.

    Args:
        store: whose characters.
        library: the disk thread.
        worker: a thread that waits for the process.
        in_use: character id → number of streams that show it.
    """

    def __init__(
        self, store: Store, library: Background, worker: Background, in_use: Callable[[], Counter[str]]
    ) -> None:
        self._store, self._library, self._worker, self._in_use = store, library, worker, in_use
        self._waiting: dict[str, list[Done]] = {}  # of the characters that are being rebuilt
        self._given_up: dict[str, tuple[Hashable, CharacterError]] = {}  # by stamp of the files, and why
        self._child: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()

    def adopt(self, name: str, result: Found | Exception, done: Done) -> None:
        """Hand on what was read from disk, at once or when it can be shown; start a rebuild if one is due."""
        if isinstance(result, Exception):
            done(result)
        elif not result.reason:
            self._given_up.pop(name, None)
            done(result.character)
        elif result.showable:
            done(result.character)
            self._want(name, result, None)
        else:
            self._want(name, result, done)

    def retry(self, name: str) -> None:
        """Forget that a character could not be rebuilt: somebody has done something about it."""
        self._given_up.pop(name, None)

    def stop(self, patience_s: float) -> bool:
        """End the process, then the thread; False if that takes longer than ``patience_s``."""
        self._stopping.set()
        if self._child is not None:
            self._child.kill()
        return self._worker.stop(patience_s)

    def _want(self, name: str, found: Found, done: Done | None) -> None:
        waiters = [] if done is None else [done]
        if name in self._waiting:
            self._waiting[name] += waiters
            return
        stamp, error = self._given_up.get(name, (None, None))
        if (error is None or stamp != found.stamp) and importlib.util.find_spec("mediapipe") is None:
            error = CharacterError(
                f"{name}: {found.reason}, and the part of npcface that reads portraits is not installed.",
                "Run pip install 'npcface[enroll]', or ask the character's author for a newer embedding.safetensors.",
            )
            self._given_up[name], stamp = (found.stamp, error), found.stamp
            log.info("%s%s", error, " Its old face is shown." if found.showable else "")
        if error is not None and stamp == found.stamp:
            for waiter in waiters:
                waiter(error)
            return
        log.info("Character %s: %s; it is enrolled again in the background.", name, found.reason)
        self._waiting[name] = waiters
        self._worker.submit(partial(self._run, name), partial(self._ran, name, found.stamp))

    def _run(self, name: str) -> None:
        """In the worker's thread: one process, to its end, or to ``LONGEST_S``."""
        if self._stopping.is_set():  # jobs that wait need no process any more
            raise CharacterError(f"{name} was not enrolled again: the daemon is stopping.", "Start it again.")
        late = threading.Event()
        command = [sys.executable, "-m", "npcface.serve.rebuild_child"]
        low = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)  # Windows; elsewhere it is nice by itself
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            encoding="utf-8", creationflags=low,
        ) as child:  # fmt: skip
            self._child = child
            assert child.stdin is not None and child.stdout is not None
            if self._stopping.is_set():
                child.kill()
            try:
                child.stdin.write(
                    json.dumps({"places": [str(place) for place in self._store.places], "id": name}) + "\n"
                )
                child.stdin.flush()  # and stays open: its end is the child's
            except OSError:
                pass  # it has ended already; the empty answer tells

            def give_up() -> None:
                late.set()
                child.kill()

            clock = threading.Timer(LONGEST_S, give_up)
            clock.daemon = True
            clock.start()
            answer = child.stdout.read()
            clock.cancel()
            self._child = None
        try:
            told = json.loads(answer.splitlines()[-1])
        except (IndexError, ValueError):
            end = f"took longer than {LONGEST_S:g} s" if late.is_set() else f"ended with code {child.returncode}"
            raise CharacterError(
                f"{name} could not be enrolled again: the process {end}.",
                f"Try it by hand: npcface sheet {name}",
            ) from None
        if "cause" in told:
            raise CharacterError(told["cause"], told["remedy"])

    def _ran(self, name: str, stamp: Hashable, result: Exception | None) -> None:
        if result is None:
            self._library.submit(partial(self._store.read, name), partial(self._arrived, name, stamp))
        else:
            self._failed(name, stamp, result)

    def _arrived(self, name: str, stamp: Hashable, result: Found | Exception) -> None:
        if isinstance(result, Exception):
            self._failed(name, stamp, result)
        elif result.reason:
            self._failed(name, stamp, CharacterError(f"{name} was changed meanwhile: {result.reason}.", "Reload it."))
        else:
            waiters = self._waiting.pop(name)
            if waiters or name in self._store.loaded:
                self._store.keep(name, result.character, self._in_use())
            log.info("Character %s is enrolled again: its new face is shown.", name)
            for waiter in waiters:
                waiter(result.character)

    def _failed(self, name: str, stamp: Hashable, error: Exception) -> None:
        if not isinstance(error, CharacterError):
            error = CharacterError(f"{name} could not be enrolled again: {error}.", "The daemon's log says more.")
        if self._stopping.is_set():
            return
        self._given_up[name] = (stamp, error)
        if name in self._store.loaded:
            self._store.failed[name] = error
        log.error("Character %s keeps its old face: %s", name, error)
        for waiter in self._waiting.pop(name):
            waiter(error)
