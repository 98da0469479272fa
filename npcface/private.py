"""Files that hold a secret, for their owner alone: POSIX mode 0600; on Windows their folder's rights apply."""

from __future__ import annotations

import os
from pathlib import Path

from npcface.whole import to_disk


def create_private(path: Path, data: bytes) -> None:
    """A new file with all of the data, on the disk, or none; an existing one is not touched.

    Raises:
        FileExistsError: it is there.
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            to_disk(handle)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_secret(path: Path, most: int) -> tuple[bytes, int]:
    """The first ``most + 1`` bytes of a file, and its mode, in which 0o077 says that it is no secret any more.

    On Windows the mode is always 0600.

    Raises:
        OSError: missing or not readable.
        ValueError: no file can be called that.
    """
    with path.open("rb") as file:  # a pipe will do: what a shell or a manager of secrets hands over
        mode = 0o600 if os.name == "nt" else os.fstat(file.fileno()).st_mode & 0o777
        return file.read(most + 1), mode
