"""Writers of one store take turns; readers never wait.

The lock is the system's own (``npcface.lock``) on a small file in the store, so it ends with its holder. The file says
who holds it, for people. On POSIX systems it is removed on release; whoever waits for a file that was removed meanwhile
starts over.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from npcface.errors import CharacterError
from npcface.lock import try_lock

WRITING = ".npcface-writing.lock"
"""Held while a folder changes places: milliseconds."""
REBUILDING = ".npcface-rebuilding.lock"
"""Held while a character is enrolled again for a newer model: seconds."""
PATIENCE_S = 30.0
_LOOK_S = 0.01


class StoreBusy(CharacterError):
    """Another process has been writing to the store for longer than anyone would wait."""


@contextlib.contextmanager
def locked(
    store: Path, name: str = WRITING, *, purpose: str = "write", patience_s: float = PATIENCE_S
) -> Iterator[bool]:
    """Hold a store's lock.

    Args:
        store: an existing folder.
        name: of the lock's file in it.
        purpose: told to whoever has to wait.
        patience_s: how long to wait for others; 0 does not wait.

    Returns:
        Whether it is really held: False on file systems that know no locks, where everybody goes ahead.

    Raises:
        StoreBusy: somebody else holds it; says who.
        OSError: the store cannot be written.
    """
    file = store / name
    deadline_s = time.monotonic() + patience_s
    while True:
        handle = _opened(file)
        try:
            taken = try_lock(handle)
            if taken is None or (taken and _is_still(file, handle)):
                break
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        if taken:
            continue  # of a file that its holder has removed
        if time.monotonic() >= deadline_s:
            raise StoreBusy(f"{store} is being written by {holder(file)}.", "Wait until it is done, or end it.")
        time.sleep(_LOOK_S)
    try:
        if taken:
            _sign(handle, purpose)
        yield bool(taken)
    finally:
        if os.name != "nt":
            with contextlib.suppress(OSError):
                file.unlink()
        os.close(handle)  # ends the lock, too


def holder(file: Path) -> str:
    """Who holds a lock, for people."""
    try:
        told = json.loads(file.read_text("utf-8"))
        return f"process {int(told['pid'])} ({str(told['program'])[:80]}: {str(told['purpose'])[:80]})"
    except (OSError, ValueError, KeyError, TypeError):  # just taken, just left, or no reading while locked
        return "another process"


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        if os.name == "nt" or not os.access(file.parent, os.W_OK):
            raise
        return os.open(file, os.O_RDONLY)  # left behind by another user who was killed: enough for a lock


def _sign(handle: int, purpose: str) -> None:
    program = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip()
    text = json.dumps({"pid": os.getpid(), "program": program, "purpose": purpose}).encode()
    with contextlib.suppress(OSError):  # a full disk: the lock holds all the same
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, text)


def _is_still(file: Path, handle: int) -> bool:
    """Whether a name still means the open file."""
    try:
        there, ours = file.stat(), os.fstat(handle)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
