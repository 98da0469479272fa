"""Files that are there whole or not at all, also after a crash or a power cut.

The order is what makes it safe: write under another name, sync the file, rename it, sync the folder. A rename is one
step for everybody who looks; the first sync keeps the new name from pointing at bytes that never reached the disk, the
second keeps the rename itself.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from npcface.errors import NpcFaceError

DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC, errno.EFBIG)


class DiskFull(NpcFaceError):
    """There is no room for what was to be written; what was there before is untouched."""

    code = "disk"


def disk_full(error: BaseException) -> DiskFull | None:
    """The error to show in place of one that means a full disk, None for all others."""
    if not isinstance(error, OSError) or error.errno not in DISK_FULL:
        return None
    where = f" {error.filename}" if error.filename else ""
    return DiskFull(f"The disk is full: writing{where} failed.", "Free some space and repeat it; nothing was changed.")


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to write to; synced and renamed at the end, removed when something fails.

    Raises:
        OSError: the folder is missing, not writable or full; what was at ``path`` is untouched then.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        sync(part)
        part.replace(path)
        sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all. Raises as ``whole``."""
    with whole(path) as part:
        part.write_bytes(data)


def sync(path: Path) -> None:
    """Have a file or folder reach the disk. Folders cannot be opened on Windows, which syncs renames by itself."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        to_disk(handle)
    finally:
        os.close(handle)


def to_disk(handle: int) -> None:
    """``fsync`` of an open file; on macOS that leaves data in the drive's own memory, ``F_FULLFSYNC`` does not."""
    if os.name != "nt":
        import fcntl

        full = getattr(fcntl, "F_FULLFSYNC", None)
        if full is not None:
            with contextlib.suppress(OSError):  # network drives refuse it
                fcntl.fcntl(handle, full)
                return
    os.fsync(handle)
