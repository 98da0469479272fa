"""Named memory: a file in a folder of one's own on POSIX, a named section on Windows.

Plain files that are mapped, and not ``multiprocessing.shared_memory``, whose resource tracker unlinks what other
processes still use (before Python 3.13), and because C, C# and everything else can open a file.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from pathlib import Path

from npcface.errors import LimitError, ProtocolError
from npcface.lock import try_lock
from npcface.shm.layout import RING_BYTES_MAX

PREFIX = "npcface-shm-"
_FOLDER = re.compile(rf"{PREFIX}[0-9a-f]{{16}}\Z")
_FILE = re.compile(rf"/{PREFIX}[0-9a-f]{{16}}/[0-9a-f]{{32}}\.ring\Z")
_SECTION = re.compile(rf"Local\\{PREFIX}[0-9a-f]{{32}}\Z")


def usual_folder() -> Path:
    """``/dev/shm`` (memory only, Linux) or the folder for temporary files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


class Shelf:
    """The daemon's named memory. Nobody but its own user may open it; names are random.

    On POSIX it is a folder that is locked as long as the daemon lives: the kernel unlocks it even after a ``kill -9``,
    so whoever can lock a folder may throw it away. On Windows sections disappear with the last process that uses them.

    Args:
        parent: where the folder is made; None for ``usual_folder()``.

    Raises:
        OSError: the folder cannot be made.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self._lock = -1
        self.folder: Path | None = None
        if sys.platform != "win32":
            parent = parent or usual_folder()
            sweep(parent)
            self.folder, self._lock = _locked_folder(parent)

    def create(self, size: int) -> tuple[str, mmap.mmap]:
        """New memory of ``size`` zero bytes: (name, mapping). All of it is there: later writing cannot fail.

        Raises:
            LimitError: the system has no room for it.
        """
        try:
            if sys.platform == "win32":
                name = f"Local\\{PREFIX}{secrets.token_hex(16)}"
                return name, mmap.mmap(-1, size, tagname=name)
            assert self.folder is not None
            return _create_file(self.folder / f"{secrets.token_hex(16)}.ring", size)
        except OSError as error:
            raise LimitError(f"There is no room for {size} bytes of shared memory: {error}.", "Free some.") from None

    def remove(self, name: str) -> None:
        """Take the name away; who has mapped the memory keeps it."""
        if self.folder is not None:
            (self.folder / Path(name).name).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove everything; can be called twice."""
        if self.folder is not None and self._lock >= 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


def open_memory(name: str, size: int) -> mmap.mmap:
    """Map memory that a daemon named. The name comes from the network: only what looks like a ring is ever opened.

    Raises:
        ProtocolError: no such name, size or file; not of this machine, or of another user.
    """
    try:
        if not 0 < size <= RING_BYTES_MAX:
            raise ValueError(f"{size} bytes")
        if sys.platform == "win32":
            if not _SECTION.match(name):
                raise ValueError("no name of a section")
            return mmap.mmap(-1, size, tagname=name)  # a section that is not there is made, empty: no ring in it
        if not _FILE.search(name) or not os.path.isabs(name):
            raise ValueError("no name of a ring")
        return _open_file(name, size)
    except (OSError, ValueError) as error:
        raise ProtocolError(
            f"The shared memory {name[:80]!r} cannot be mapped: {error}.", "Frames come by the socket."
        ) from None


def sweep(parent: Path) -> list[Path]:
    """Remove folders of daemons of this user that are gone; returns them."""
    removed = []
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        if not _FOLDER.match(folder.name):
            continue
        with contextlib.suppress(OSError):
            lock = _try_lock(folder)
            if lock < 0:
                continue
            try:
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(folder)
            finally:
                os.close(lock)
    return removed


if sys.platform != "win32":

    def _try_lock(folder: Path) -> int:
        """File descriptor of the locked folder, or -1: locked by another, not a folder, or somebody else's."""
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            taken = os.fstat(lock).st_uid == os.geteuid() and try_lock(lock)
            if taken is None:
                raise OSError(errno.ENOLCK, "no locks here", str(folder))
        except BaseException:
            os.close(lock)
            raise
        if not taken:
            os.close(lock)
            return -1
        return lock

    def _locked_folder(parent: Path) -> tuple[Path, int]:
        for _ in range(16):
            folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
            folder.mkdir(mode=0o700)
            with contextlib.suppress(FileNotFoundError):  # another daemon that starts may sweep it away before the lock
                lock = _try_lock(folder)
                if lock >= 0:
                    if folder.exists():
                        return folder, lock
                    os.close(lock)
        raise OSError(f"no folder could be locked in {parent}")

    def _create_file(path: Path, size: int) -> tuple[str, mmap.mmap]:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(path, flags, 0o600)
        try:
            _reserve(file, size)
            return str(path), mmap.mmap(file, size)
        except BaseException:
            path.unlink()
            raise
        finally:
            os.close(file)

    def _reserve(file: int, size: int) -> None:
        """Make every page exist now: a sparse file on a full disk would kill the process when it is written to."""
        if sys.platform != "darwin":
            os.posix_fallocate(file, 0, size)
        else:
            zeros = bytes(64 * 1024)
            for start in range(0, size, len(zeros)):
                os.write(file, zeros[: size - start])

    def _open_file(name: str, size: int) -> mmap.mmap:
        file = os.open(name, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode) or status.st_size != size:
                raise ValueError(f"{status.st_size} bytes instead of {size}")
            return mmap.mmap(file, size)
        finally:
            os.close(file)
