"""A folder on disk, read with the same caution and by the same two words as a zip: ``files`` and ``read``."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, Protocol

from npcface.pack.archive import MAX_ENTRIES
from npcface.pack.names import PackError


class Tree(Protocol):
    """``Archive`` is one too."""

    files: Mapping[str, int]

    def read(self, name: str, cap: int) -> bytes | None:
        """One file's bytes, None if there is no such file; ``PackError`` past ``cap`` bytes or if it cannot be read."""


class FolderTree:
    """Every file below a folder but those in hidden folders.

    Args:
        path: the folder.

    Attributes:
        files: name with ``/`` → bytes.
        links: names of links and of what is neither file nor folder; they are not in ``files``.

    Raises:
        PackError: more than ``MAX_ENTRIES`` files, or a folder that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        found: dict[str, int] = {}
        self.links: list[str] = []
        for place, inner, names in os.walk(path, onerror=refuse):
            inner[:] = sorted(name for name in inner if not name.startswith("."))
            for name in [*inner, *sorted(names)]:
                file = Path(place) / name
                status = status_of(file)
                if stat.S_ISREG(status.st_mode):
                    found[file.relative_to(path).as_posix()] = status.st_size
                elif not stat.S_ISDIR(status.st_mode):
                    self.links.append(file.relative_to(path).as_posix())
            if len(found) > MAX_ENTRIES:
                raise PackError(f"{path} holds more than {MAX_ENTRIES} files.", "Give the folder of one pack.")
        self.files: Mapping[str, int] = found

    def read(self, name: str, cap: int) -> bytes | None:
        """See ``Tree``."""
        if name not in self.files:
            return None
        try:
            with (self._path / name).open("rb") as file:
                data = file.read(cap + 1)
        except OSError as error:
            raise PackError(f"{self._path / name} cannot be read: {error.strerror}.", "Check its rights.") from error
        if len(data) > cap:
            raise PackError(
                f"{self._path / name} has more than the allowed {cap / 2**20:.2f} MiB.", "Use a smaller file."
            )
        return data


def status_of(file: Path) -> os.stat_result:
    """Of the file itself, not of what it links to; ``PackError`` if it cannot be looked at."""
    try:
        return file.lstat()
    except OSError as error:
        refuse(error)


def refuse(error: OSError) -> NoReturn:
    """Raise ``PackError`` for what cannot be read; for ``os.walk``, which would pass over it without a word."""
    raise PackError(f"{error.filename} cannot be read: {error.strerror}.", "Check its rights.") from error
