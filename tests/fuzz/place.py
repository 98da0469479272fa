"""A folder of this process for targets that read files; it goes when the process ends."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """The folder."""
    path = Path(tempfile.mkdtemp(prefix="npcface-fuzz-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def file_of(data: bytes, suffix: str) -> Path:
    """The data as a file, in place of the one before."""
    path = folder() / f"input{suffix}"
    path.write_bytes(data)
    return path
