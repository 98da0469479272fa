"""The system's own lock on an open file (``flock``, on Windows ``LockFile``): it ends with its holder, whatever ended
that, so nothing can be left locked by a ``kill -9`` or a crash."""

from __future__ import annotations

import errno
import os
import sys

_BEYOND = 1 << 30  # Windows locks bytes against reading, so one is taken behind the text
_BUSY = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_UNSUPPORTED = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


def try_lock(handle: int, *, shared: bool = False) -> bool | None:
    """Lock a file (on POSIX systems also a folder) without waiting; closing it ends the lock.

    Args:
        handle: its descriptor.
        shared: beside others who share it; on Windows it is for one alone all the same.

    Returns:
        Whether it was free; None where there are no locks.

    Raises:
        OSError: it is something else that fails.
    """
    try:
        _take(handle, shared)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        if error.errno in _UNSUPPORTED:
            return None
        raise
    return True


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int, shared: bool) -> None:
        os.lseek(handle, _BEYOND, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int, shared: bool) -> None:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
