"""Read a file that somebody else has made: no more of it than is wanted, and never a device or a pipe."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_regular(path: Path, most: int) -> bytes:
    """The first ``most + 1`` bytes of a file: a longer result says that there is more than is wanted.

    Raises:
        OSError: missing, not readable, or no regular file.
    """
    # opened first, looked at then: what lies under a name may change in between; a pipe must not be waited for
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return file.read(most + 1)
