"""A zip from a stranger, read in memory: everything it claims is checked before a byte of it is unpacked.

The limits hold for the archive's own statements, which are then enforced again while reading, since an archive may lie.
Format: APPNOTE 6.3 (PKWARE). ``zipfile`` reads the directory of entries, at a size that was checked before.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from npcface.pack.names import PackError, clash, is_archive, name_problem

MAX_ENTRIES = 4096
MAX_DIRECTORY_BYTES = 1024 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 100
"""Unpacked to packed size of one entry; entries of up to ``FREE_BYTES`` may have any."""
FREE_BYTES = 1024 * 1024
_END, _END64 = b"PK\x05\x06", b"PK\x06\x07"
_TAIL_BYTES = 22 + 65535  # the end record and the longest comment behind it
_LOCATOR_BYTES, _LOCAL_BYTES = 20, 30
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError,
    NotImplementedError, RuntimeError, IndexError, KeyError,
)  # fmt: skip


class Archive:
    """An open zip whose statements about itself have been checked; close it, or use it in a ``with``.

    Args:
        path: the zip.

    Attributes:
        files: name of each file (folders are left out) → unpacked bytes it states.

    Raises:
        PackError: not a zip that can be read, past a limit, or with entries that are refused (see the module).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with ExitStack() as stack:
            try:
                if not stat.S_ISREG(path.stat().st_mode):  # a pipe would block
                    raise PackError(f"{path} is not a regular file.", "Replace it by the zip itself.")
                file = stack.enter_context(path.open("rb"))
                _check_directory(path, file)
                self._zip = stack.enter_context(zipfile.ZipFile(file))
                self._infos = {info.orig_filename: info for info in _checked(path, self._zip)}
            except _BROKEN as error:
                raise PackError(f"{path} is not a readable zip ({error}).", "Get the pack again.") from error
            except OSError as error:
                cause = f"{path} cannot be read: {error.strerror or error}."
                raise PackError(cause, "Check the file and its rights.") from error
            self.files: Mapping[str, int] = {name: info.file_size for name, info in self._infos.items()}
            self._open = stack.pop_all()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def read(self, name: str, cap: int) -> bytes | None:
        """One file's bytes, None if there is no such file.

        Raises:
            PackError: longer than ``cap`` bytes, or damaged.
        """
        info = self._infos.get(name)
        if info is None:
            return None
        where = f"{self._path.name}: {name}"
        if info.file_size > cap:
            raise PackError(f"{where} has more than the allowed {cap / 2**20:.2f} MiB.", "Use a smaller file.")
        try:
            with self._zip.open(info) as file:
                data = file.read(info.file_size + 1)
        except (*_BROKEN, OSError) as error:
            raise PackError(f"{where} is damaged ({error}).", "Get the pack again.") from error
        if len(data) != info.file_size:
            raise PackError(f"{where} has another length than the archive states.", "Get the pack again.")
        return data


def _check_directory(path: Path, file: IO[bytes]) -> None:
    """Refuse a directory of entries too large to be read; looks where ``zipfile`` will look."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES - _LOCATOR_BYTES))
    tail = file.read(_TAIL_BYTES + _LOCATOR_BYTES)
    at = tail.rfind(_END, max(0, len(tail) - _TAIL_BYTES))
    if tail[-22:-18] == _END and tail[-2:] == b"\0\0":
        at = len(tail) - 22
    if at < 0 or len(tail) - at < 22:
        raise PackError(f"{path} is not a zip, or is cut off.", "Get the pack again.")
    disk, first_disk, here, entries, length = struct.unpack_from("<HHHHI", tail, at + 4)
    if tail[max(0, at - _LOCATOR_BYTES) : at].startswith(_END64) or entries == 0xFFFF or length == 0xFFFFFFFF:
        raise PackError(f"{path} is a zip of the 64-bit kind.", f"Make a pack of at most {MAX_ENTRIES} files.")
    if disk or first_disk or here != entries:
        raise PackError(f"{path} is one part of several.", "Make one zip.")
    if entries > MAX_ENTRIES or length > MAX_DIRECTORY_BYTES:
        raise PackError(
            f"{path} states {entries} entries in a directory of {length} bytes; allowed are {MAX_ENTRIES} in "
            f"{MAX_DIRECTORY_BYTES}.",
            "Split the pack.",
        )
    file.seek(0)


def _checked(path: Path, zipped: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos, size = zipped.infolist(), path.stat().st_size
    if len(infos) > MAX_ENTRIES:
        raise PackError(f"{path} has {len(infos)} entries, at most {MAX_ENTRIES} are allowed.", "Split the pack.")
    for info in infos:
        if problem := _problem(info):
            raise PackError(f"{path}: the entry {info.orig_filename[:80]!r} {problem}.", "Make the pack again.")
    files = [info for info in infos if not info.orig_filename.endswith("/")]
    if sum(info.file_size for info in files) > MAX_TOTAL_BYTES:
        raise PackError(f"{path} unpacks to more than {MAX_TOTAL_BYTES >> 20} MiB.", "Split the pack.")
    if twice := clash(info.orig_filename for info in files):
        raise PackError(f"{path} holds {twice}.", "Rename one of them.")
    # a stated size that is not there would make any ratio look harmless
    if sum(_LOCAL_BYTES + info.compress_size for info in infos) > size or any(
        info.header_offset + _LOCAL_BYTES + info.compress_size > size for info in infos
    ):
        raise PackError(f"{path} states more packed bytes than it has.", "Get the pack again.")
    return files


def _problem(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename  # as it stands in the file; `filename` has been made harmless and could hide something
    if wrong := name_problem(name.removesuffix("/")):
        return wrong
    if name.endswith("/") and info.file_size:
        return "is a folder with contents"
    if is_archive(name):
        return "is an archive inside the archive"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"is packed by method {info.compress_type}, allowed are store and deflate"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is a link or a device"
    if info.file_size > MAX_FILE_BYTES:
        return f"unpacks to {info.file_size} bytes, at most {MAX_FILE_BYTES} are allowed"
    if info.file_size > max(FREE_BYTES, MAX_RATIO * info.compress_size):
        return f"unpacks to more than {MAX_RATIO} times its size"
    return ""
