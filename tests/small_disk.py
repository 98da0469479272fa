"""A disk that can be filled for real: a small tmpfs where that may be mounted, else files that may not grow."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

FILLER = ".filler"


class SmallDisk:
    """A folder on a disk of its own.

    Args:
        root: where it is mounted; of no mount, files of this process may not grow instead.
        mounted: whether it is a disk of its own.
    """

    def __init__(self, root: Path, mounted: bool) -> None:
        self.root, self.mounted = root, mounted

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Nothing more can be written inside this block."""
        if not self.mounted:
            with _no_growth():
                yield
            return
        filler = self.root / FILLER
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(65536)):
                pass
        with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"\0"):
                pass
        try:
            yield
        finally:
            filler.unlink()


@contextlib.contextmanager
def small_disk(place: Path, size_mb: int) -> Iterator[SmallDisk]:
    """Mount, and unmount at the end."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "npcface-test", str(place)]
    mounted = os.name == "posix" and os.geteuid() == 0 and subprocess.run(command, capture_output=True).returncode == 0
    try:
        yield SmallDisk(place, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


@contextlib.contextmanager
def _no_growth() -> Iterator[None]:
    resource = pytest.importorskip("resource", reason="no such limit on Windows")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
