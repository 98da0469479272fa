"""Read, replace and delete a character folder as one unit, so that nobody ever sees half of one.

Writing goes to a hidden sibling folder that is synced to disk and then changes places with the old one: in one
step on Linux (``renameat2``), elsewhere with two renames and a way back. Reading notices when the folder was
replaced meanwhile and starts over. Writers take turns by the store's lock; whoever holds it also removes what a killed
writer left behind, since nobody else can be at work then.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from npcface.character.lock import StoreBusy, locked
from npcface.errors import CharacterError
from npcface.whole import DISK_FULL, sync

_LEFTOVER_S = 3600.0  # where there are no locks: younger ones may be somebody's work
_NEW, _GONE = ".new", ".gone"  # endings of folders on their way in and out
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


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


def replace_folder(
    folder: Path, files: Mapping[str, bytes], marker: str, allowed: Callable[[], None] | None = None
) -> None:
    """Write a folder so that either all files are the new ones or nothing has changed.

    Other files that lie in the old folder (a mod's readme, say) are taken over.

    Args:
        folder: where; parents are created.
        files: file name to bytes.
        marker: file that an existing, non-empty folder must hold to be replaced, so that a mistyped path
            cannot cost somebody's pictures.
        allowed: called when no other writer is at work any more; may raise to leave all as it is.

    Raises:
        CharacterError: the target is something else than such a folder, another process holds the store's lock, or
            writing fails (disk full, no right).
    """
    temporary = _beside(folder, _NEW)
    with _writing(folder, sum(map(len, files.values()))) as alone:
        _sweep(folder, marker, alone)
        _check_target(folder, marker)
        if allowed is not None:
            allowed()
        try:
            temporary.mkdir()
            for name, data in files.items():
                (temporary / name).write_bytes(data)
                sync(temporary / name)
            _take_over(folder, temporary, set(files))
            sync(temporary)
            _swap(temporary, folder)
            sync(folder.parent)
        finally:  # holds the half-written folder after a failure, the old one after success
            shutil.rmtree(temporary, ignore_errors=True)


def delete_folder(folder: Path, marker: str) -> None:
    """Remove a character folder so that readers find all of it or nothing.

    Args:
        folder, marker: as for ``replace_folder``.

    Raises:
        CharacterError: there is none, it is none, or it cannot be removed.
    """
    with _writing(folder, 0) as alone:
        _sweep(folder, marker, alone)
        if not folder.is_dir():
            raise CharacterError(f"There is no character folder {folder}.", "Nothing needs to be done.")
        _check_target(folder, marker)
        gone = _beside(folder, _GONE)
        os.rename(folder, gone)
        sync(folder.parent)
        shutil.rmtree(gone, ignore_errors=True)


@contextmanager
def _writing(folder: Path, size: int) -> Iterator[bool]:
    """Hold the lock of the store that a folder lies in; what the disk refuses becomes a ``CharacterError``.

    Args:
        size: bytes to be written.

    Returns:
        Whether nobody else can be writing.
    """
    try:
        _make_parents(folder)
        with locked(folder.parent, purpose=f"write {folder.name}") as alone:
            yield alone
    except OSError as error:
        remedy = "Choose a folder that you may write to."
        if error.errno in DISK_FULL:
            remedy = f"Free at least {size / 2**20 + 1:.0f} MB; the old state is untouched."
        raise CharacterError(f"{folder} cannot be written: {error.strerror}.", remedy) from error


def _make_parents(folder: Path) -> None:
    """Folders above, each known to the disk before anything is put into it."""
    missing = [place for place in folder.parents if not place.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    for place in missing:
        sync(place.parent)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{ending}")


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
    for place, _, names in os.walk(temporary):
        for name in names:
            written_here = place == str(temporary) and name in known  # synced already
            if not written_here and not os.path.islink(os.path.join(place, name)):
                sync(Path(place, name))
        if place != str(temporary):
            sync(Path(place))


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
    if folder.exists() or not backup.is_dir():
        return
    try:
        with locked(folder.parent, purpose=f"recover {folder.name}", patience_s=1.0):
            _bring_back(folder)
    except (OSError, StoreBusy):  # a store that cannot be written, or a writer at work in it
        pass


def _bring_back(folder: Path) -> None:
    backup = _backup(folder)
    if backup.is_dir() and not folder.exists():
        os.rename(backup, folder)


def _sweep(folder: Path, marker: str, alone: bool) -> None:
    """Remove what killed programs left in the store, of any character.

    Args:
        folder: one of the store. marker: file of every character. alone: nobody else can be writing, so nothing of
            it is anybody's work.
    """
    _bring_back(folder)
    for entry in folder.parent.glob(".*"):
        name, ending = entry.name[1:].rpartition(".")[::2]
        if ending == "old" and alone and (entry / marker).is_file():
            _bring_back(entry.with_name(name))
        elif f".{ending}" not in (_NEW, _GONE) or not _is_ours(name):
            continue
        if entry.is_dir() and (alone or time.time() - entry.stat().st_mtime > _LEFTOVER_S):
            shutil.rmtree(entry, ignore_errors=True)


def _is_ours(name: str) -> bool:
    """Whether a hidden name is one of ``_beside``."""
    return len(name) > 9 and name[-9] == "." and not set(name[-8:]) - set("0123456789abcdef")
