"""Places npcface writes to: the store of characters, the disk below it, and memory shared with clients."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from npcface.doctor.finding import Finding, Severity, Surroundings

DISK_MB = 200
"""Room for some dozens of characters: each takes up to 3 MB of embedding and its portrait."""

SHARED_MB = 64
"""What one client's frames may take (option ``shared_memory_client_mb`` of the daemon)."""


def check_store(around: Surroundings) -> Finding:
    """The folder of enrolled characters can be written."""
    try:
        around.store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=around.store):
            pass
    except OSError as error:
        return Finding(
            "store",
            Severity.ERROR,
            f"{around.store} cannot be written: {error.strerror or error}",
            "Enrolled characters are kept there.",
            "Make it writable, or set NPCFACE_HOME to another folder.",
        )
    from npcface.pack import Library

    count = len(Library([around.store]).list().entries)
    return Finding("store", Severity.OK, f"{around.store} is writable and holds {count} character(s)")


def check_disk_space(around: Surroundings) -> Finding:
    """There is room for more characters."""
    place = next(folder for folder in (around.store, *around.store.parents) if folder.is_dir())
    free_mb = shutil.disk_usage(place).free / 1e6
    seen = f"{_size(free_mb)} free where characters are kept"
    if free_mb < DISK_MB:
        return Finding(
            "disk space",
            Severity.WARNING,
            seen,
            "A character takes a few MB; enrolling fails, without harm, when the disk is full.",
            f"Free {DISK_MB} MB, or set NPCFACE_HOME to a folder on another disk.",
        )
    return Finding("disk space", Severity.OK, seen)


def check_shared_memory(_: Surroundings) -> Finding:
    """Frames can reach clients on this machine without a copy through the network."""
    from npcface.shm.layout import supported
    from npcface.shm.memory import usual_folder

    fallback = "Frames reach clients through the socket instead, which costs more processor time."
    if not supported():
        return Finding("shared memory", Severity.INFO, "not available on this processor", fallback, "Nothing to do.")
    if sys.platform == "win32":
        return Finding("shared memory", Severity.OK, "named sections of Windows")
    folder = usual_folder()
    free_mb = shutil.disk_usage(folder).free / 1e6
    seen = f"{folder} has {_size(free_mb)} free"
    if free_mb < SHARED_MB:
        return Finding(
            "shared memory",
            Severity.WARNING,
            seen,
            f"{fallback} One client may ask for {SHARED_MB} MB.",
            "Containers: start them with more, such as --shm-size=256m."
            if folder == Path("/dev/shm")
            else "Free some.",
        )
    return Finding("shared memory", Severity.OK, seen)


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"
