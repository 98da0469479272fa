"""Archive: hostile zips are refused before anything of them is unpacked, and never with anything but our own error."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from npcface.character import Character
from npcface.errors import CharacterError, NpcFaceError
from npcface.pack import Library, PackError
from npcface.pack import archive as limits
from npcface.pack.archive import Archive
from tests.pack.zips import GOOD, entry, patched, save, zip_bytes

END = b"PK\x05\x06"


def refused(tmp_path: Path, data: bytes, match: str) -> None:
    with pytest.raises(PackError, match=match):
        Archive(save(tmp_path / "pack.zip", data))
    problems = Library([tmp_path]).list().problems
    assert [problem.name for problem in problems] == ["pack.zip"], "the store goes on and reports it"


def test_a_good_one_is_read(tmp_path: Path) -> None:
    with Archive(save(tmp_path / "pack.zip", zip_bytes())) as archive:
        assert dict(archive.files) == {name: len(data) for name, data in GOOD.items()}
        for name, data in GOOD.items():
            assert archive.read(name, len(data)) == data
        assert archive.read("characters/mira/icon.png", 100) is None
        with pytest.raises(PackError, match="more than the allowed"):
            archive.read("characters/mira/portrait.png", 10)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt", "a/../../evil.txt", "/etc/passwd", "a//b", "./a", "a/.", "..\\evil.txt", "a\\b", "C:/evil.txt",
        "c:evil.txt", "a:stream", "con", "a/NUL.txt", "aux.png", "com1", "a /b", "a./b", "trailing.", " a", "tab\t",
        "bell\x07", "star*", "what?", "a|b", "x" * 201, "/".join("abcdefghi"),
    ],
)  # fmt: skip
def test_names_that_lead_out_or_that_some_system_refuses(name: str, tmp_path: Path) -> None:
    refused(tmp_path, zip_bytes((name, b"x")), "the entry")


def test_a_name_that_hides_its_end_behind_a_zero(tmp_path: Path) -> None:
    refused(tmp_path, patched(zip_bytes(("notes-a-txt", b"x")), b"notes-a-txt", b"notes\0a-txt"), "the entry")


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (["a.txt", "a.txt"], "twice"), (["a.txt", "A.TXT"], "one name on some systems"),
        (["caf\u00e9", "cafe\u0301"], "one name"), (["folder/a", "FOLDER/b"], "one name"), (["a", "a/b"], "a folder"),
        (["a/b", "a"], "a folder"),
    ],
)  # fmt: skip
def test_names_that_are_one_on_some_systems(names: list[str], match: str, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's own word about the duplicate
        data = zip_bytes(*((name, b"x") for name in names))
    refused(tmp_path, data, match)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices(kind: int, tmp_path: Path) -> None:
    refused(tmp_path, zip_bytes((entry("link", mode=kind | 0o777), b"/etc/passwd")), "link or a device")


@pytest.mark.parametrize("name", ["more.zip", "a/B.ZIP", "c.7z", "d.tar.gz", "e.jar"])
def test_archives_inside(name: str, tmp_path: Path) -> None:
    refused(tmp_path, zip_bytes((name, b"PK")), "archive inside")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods(method: int, tmp_path: Path) -> None:
    refused(tmp_path, zip_bytes((entry("a.txt", method=method), b"x" * 100)), "packed by method")


@pytest.mark.parametrize("bit", [0x1, 0x40, 0x2000])
def test_encrypted_ones(bit: int, tmp_path: Path) -> None:
    data = bytearray(zip_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, bit)
    refused(tmp_path, bytes(data), "encrypted")


def test_a_bomb_is_known_before_it_is_unpacked(tmp_path: Path) -> None:
    data = zip_bytes(("characters/mira/embedding.safetensors", bytes(60 * 1024 * 1024)))
    tracemalloc.start()
    try:
        refused(tmp_path, data, "more than 100 times")
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_too_much_in_one_and_in_all(tmp_path: Path) -> None:
    data = bytearray(zip_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<II", data, at + 20, 100 * 1024 * 1024, 100 * 1024 * 1024)  # packed and unpacked size
    refused(tmp_path, bytes(data), "unpacks to 104857600 bytes")
    big = [entry(f"voice/{number}.ogg") for number in range(20)]
    data = bytearray(zip_bytes(*((info, b"x") for info in big)))
    at = 0
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        struct.pack_into("<II", data, at + 20, 60 * 1024 * 1024, 60 * 1024 * 1024)
    refused(tmp_path, bytes(data), "unpacks to more than 1024 MiB")


def test_too_many_entries(tmp_path: Path) -> None:
    refused(tmp_path, zip_bytes(*((f"f{n}", b"") for n in range(limits.MAX_ENTRIES))), "states 4098 entries")


def test_more_entries_than_are_stated(tmp_path: Path) -> None:
    data = bytearray(zip_bytes(*((f"f{n}", b"") for n in range(limits.MAX_ENTRIES))))
    struct.pack_into("<HH", data, data.rindex(END) + 8, 5, 5)
    refused(tmp_path, bytes(data), "has 4098 entries")


@pytest.mark.parametrize(
    ("offset", "kind", "value"), [(8, "<HH", 0xFFFF), (12, "<II", 0xFFFFFFFF), (12, "<I", 1 << 24)]
)
def test_a_directory_that_would_not_fit_into_memory(offset: int, kind: str, value: int, tmp_path: Path) -> None:
    data = bytearray(zip_bytes())
    struct.pack_into(kind, data, data.rindex(END) + offset, *[value] * (len(kind) - 1))
    refused(tmp_path, bytes(data), "64-bit kind|allowed are")


def test_the_64_bit_kind_is_refused_even_behind_a_modest_end(tmp_path: Path) -> None:
    data = zip_bytes()
    at = data.rindex(END)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    refused(tmp_path, data[:at] + locator + data[at:], "64-bit kind")


def test_a_size_that_lies(tmp_path: Path) -> None:
    data = bytearray(zip_bytes())
    at = data.index(b"PK\x01\x02")
    (size,) = struct.unpack_from("<I", data, at + 24)
    struct.pack_into("<I", data, at + 24, size + 7)
    with (
        Archive(save(tmp_path / "pack.zip", bytes(data))) as archive,
        pytest.raises(PackError, match=r"damaged|another length"),
    ):
        archive.read(next(iter(GOOD)), 1000)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100, END + bytes(17)])
def test_what_is_no_zip(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="not a zip"):
        Archive(save(tmp_path / "pack.zip", data))


def test_an_empty_zip_is_one(tmp_path: Path) -> None:
    with Archive(save(tmp_path / "pack.zip", END + bytes(18))) as archive:
        assert archive.files == {}


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in the file system")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pack.zip")
    with pytest.raises(PackError, match="regular file"):
        Archive(tmp_path / "pack.zip")
    assert Library([tmp_path]).list().problems == ()


def _not_here(*_: object) -> Character:
    raise CharacterError("Nothing is enrolled in this test.")


def _survives(folder: Path, data: bytes) -> None:
    """Whatever the bytes: the library lists, and loading ends in a character or in an error of ours."""
    save(folder / "pack.zip", data)
    library = Library([folder], folder / "cache")
    for found in library.list().entries:
        with contextlib.suppress(NpcFaceError):
            library.load(found.id, _not_here)


UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@UNHURRIED
@given(some.binary(max_size=400), some.booleans())
def test_garbage_never_raises_anything_else(tmp_path: Path, data: bytes, ended: bool) -> None:
    _survives(tmp_path, data + END + bytes(18) if ended else data)


@UNHURRIED
@given(some.lists(some.tuples(some.integers(0, 1 << 16), some.integers(0, 255)), min_size=1, max_size=12))
def test_mutations_never_raise_anything_else(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(zip_bytes(("readme.txt", b"hello")))
    for place, value in changes:
        data[place % len(data)] = value
    _survives(tmp_path, bytes(data))


@UNHURRIED
@given(
    some.integers(0, 1 << 16), some.sampled_from([b"", b"\0", b"\xff" * 4, b"PK\x01\x02", b"PK\x03\x04"]), some.data()
)
def test_cuts_and_insertions_never_raise_anything_else(
    tmp_path: Path, place: int, piece: bytes, data: some.DataObject
) -> None:
    whole = zip_bytes()
    at = place % len(whole)
    end = data.draw(some.integers(at, min(at + 64, len(whole))))
    _survives(tmp_path, whole[:at] + piece + whole[end:])


@UNHURRIED
@given(
    some.lists(some.tuples(some.integers(0, 45), some.integers(0, 255)), min_size=1, max_size=4), some.integers(0, 1)
)
def test_mutated_directories_never_raise_anything_else(
    tmp_path: Path, changes: list[tuple[int, int]], which: int
) -> None:
    data = bytearray(zip_bytes())
    at = data.index(b"PK\x01\x02")
    at = data.index(b"PK\x01\x02", at + 1) if which else at
    for place, value in changes:
        data[at + place] = value
    _survives(tmp_path, bytes(data))


def test_a_stated_size_that_is_not_there_hides_no_ratio(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(8 << 20), 9)[2:-4]
    data = zip_bytes(("zeros.txt", bytes(8 << 20)))
    with pytest.raises(PackError, match="times its size"):
        Archive(save(tmp_path / "plain.zip", data))
    packed = struct.pack("<I", len(bomb))
    at = data.rindex(packed)  # in the directory; before the entry itself it may say what it likes
    lied = data[:at] + struct.pack("<I", 1 << 20) + data[at + 4 :]
    with pytest.raises(PackError, match="more packed bytes than it has"):
        Archive(save(tmp_path / "lied.zip", lied))
