"""Files of others: a device or a pipe under a name that should be a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from npcface.drive import timing, track
from npcface.errors import LimitError, StateError
from npcface.listen.names import read as read_names
from npcface.regular import read_regular


def test_no_more_than_is_wanted(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\r\n" * 50)
    assert read_regular(file, 100) == b"\r\n" * 50
    assert read_regular(file, 9) == (b"\r\n" * 5)[:10]
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "nothing", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="has neither")
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero"])
def test_neither_pipe_nor_device(kind: str, tmp_path: Path) -> None:
    place = Path(kind)
    if kind == "pipe":
        place = tmp_path / kind
        os.mkfifo(place)
    for read in (track.load, timing.load, read_names):
        with pytest.raises((StateError, LimitError)):
            read(place)
    with pytest.raises(OSError, match="not a regular file"):
        read_regular(place, 10)
