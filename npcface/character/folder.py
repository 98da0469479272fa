"""Read and replace a character folder as one unit, so that nobody ever sees half of one.

Writing goes to a hidden sibling folder that is synced to disk and then changes places with the old one: in one
step on Linux (``renameat2``), elsewhere with two renames and a way back. Reading notices when the folder was
replaced meanwhile and starts over.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
import shutil
import stat
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from npcface.errors import CharacterError

_WRITING = threading.Lock()
_LEFTOVER_SECONDS = 3600.0
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
_DISK_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


def read_members(folder: Path, caps: Mapping[str, int]) -> dict[str, bytes | None]:
    """Contents of some files of a folder, all from the same version of it.

    Args:
        folder: the character folder.
        caps: file name to the largest accepted size in bytes.

    Returns:
        file name to bytes, None where there is no such file.

    Raises:
        CharacterError: no such folder, a file past its cap, not a regular file, or a link that leads out.
    """
    for _ in range(8):
        with _held(folder) as before:
            try:
                found = {name: _read_member(folder, name, cap) for name, cap in caps.items()}
            except OSError as error:
                if _identity(folder) == before:
                    raise CharacterError(
                        f"{folder} cannot be read: {error.strerror}.", "Check the rights of the files."
                    ) from error
                continue
            if _identity(folder) == before:
                return found
    raise CharacterError(f"{folder} is replaced again and again while it is read.", "Stop the program that writes it.")


def replace_folder(folder: Path, files: Mapping[str, bytes], marker: str) -> None:
    """Write a folder so that either all files are the new ones or nothing has changed.

    Other files that lie in the old folder (a mod's readme, say) are taken over.

    Args:
        folder: where; parents are created.
        files: file name to bytes.
        marker: file that an existing, non-empty folder must hold to be replaced, so that a mistyped path
            cannot cost somebody's pictures.

    Raises:
        CharacterError: the target is something else than such a folder, or writing fails (disk full, no right).
    """
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.new")
    try:
        with _WRITING:
            _check_target(folder, marker)
            folder.parent.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            try:
                temporary.mkdir()
                for name, data in files.items():
                    _write_synced(temporary / name, data)
                _take_over(folder, temporary, set(files))
                _sync_folder(temporary)
                _swap(temporary, folder)
                _sync_folder(folder.parent)
            finally:  # holds the half-written folder after a failure, the old one after success
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        remedy = "Choose a folder that you may write to."
        if error.errno in _DISK_FULL:
            remedy = f"Free at least {sum(map(len, files.values())) / 2**20 + 1:.0f} MB; the old state is untouched."
        raise CharacterError(f"{folder} cannot be written: {error.strerror}.", remedy) from error


@contextmanager
def _held(folder: Path) -> Iterator[tuple[int, int]]:
    """Which folder it is now. It is kept open, because systems give the inode of a deleted folder to the next one."""
    identity = _identity(folder)
    if os.name == "nt":  # folders cannot be opened there, and NTFS counts how often it gave a number away
        yield identity
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # gone, or may be entered but not listed: its files say what is wrong
        yield identity
        return
    try:
        status = os.fstat(handle)
        yield status.st_dev, status.st_ino
    finally:
        os.close(handle)


def _identity(folder: Path) -> tuple[int, int]:
    _recover(folder)
    try:
        status = folder.stat()
    except OSError as error:
        raise CharacterError(f"There is no character folder {folder}.", "Make one with npcface enroll.") from error
    if not stat.S_ISDIR(status.st_mode):
        raise CharacterError(f"{folder} is not a folder.", "Give the folder that holds manifest.json.")
    return status.st_dev, status.st_ino


def _read_member(folder: Path, name: str, cap: int) -> bytes | None:
    path = folder / name
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        raise CharacterError(f"{path} is a link that leads out of its folder.", "Replace it by the file itself.")
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):  # a pipe would block, a device never end
        raise CharacterError(f"{path} is not a regular file.", "Replace it by the file itself.")
    with path.open("rb") as file:
        data = file.read(cap + 1)
    if len(data) > cap:
        raise CharacterError(f"{path} has more than the allowed {cap / 2**20:.2f} MiB.", "Use a smaller file.")
    return data


def _check_target(folder: Path, marker: str) -> None:
    if folder.is_dir():
        if not (folder / marker).is_file() and any(folder.iterdir()):
            raise CharacterError(f"{folder} holds other files and is no character folder.", "Choose an empty folder.")
    elif folder.exists() or folder.is_symlink():
        raise CharacterError(f"{folder} is in the way and is not a folder.", "Choose another name.")


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take_over(folder: Path, temporary: Path, known: set[str]) -> None:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if entry.name in known:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, temporary / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, temporary / entry.name, follow_symlinks=False)


def _backup(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _swap(new: Path, folder: Path) -> None:
    """Put ``new`` in the place of ``folder``; an old one ends up at ``new`` (or is gone)."""
    if not folder.exists():
        os.rename(new, folder)
        return
    if _exchange(new, folder):
        return
    backup = _backup(folder)
    shutil.rmtree(backup, ignore_errors=True)
    os.rename(folder, backup)
    try:
        os.rename(new, folder)
    except OSError:
        os.rename(backup, folder)
        raise
    shutil.rmtree(backup, ignore_errors=True)


def _exchange(first: Path, second: Path) -> bool:
    """Let two paths change places in one step; False where the system or the file system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    failed = rename(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), ctypes.c_uint(_RENAME_EXCHANGE))
    return not failed


def _recover(folder: Path) -> None:
    """Bring back the old folder after a crash between the two renames (systems without ``renameat2`` only)."""
    backup = _backup(folder)
    if not backup.is_dir() or folder.exists():
        return
    time.sleep(0.2)  # the writer may be alive and just about to finish
    if not folder.exists():
        os.rename(backup, folder)


def _sweep(folder: Path) -> None:
    """Remove what a killed program left behind."""
    _recover(folder)
    for entry in folder.parent.glob(f".{folder.name}.*.new"):
        if time.time() - entry.stat().st_mtime > _LEFTOVER_SECONDS:
            shutil.rmtree(entry, ignore_errors=True)
