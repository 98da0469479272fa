"""Replacing a folder: all or nothing, also when the disk is full, somebody reads, or a program is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import npcface.character.folder as folder_module
from npcface.character import Character
from npcface.character.folder import read_members, replace_folder
from npcface.errors import CharacterError
from tests.character.folders import character
from tests.needed import needed

CAPS = {"a": 100_000, "b": 100_000}


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@pytest.fixture(params=["as this system can", "with two renames"])
def _swap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of changing places; the second is what macOS and Windows use."""
    if request.param == "with two renames":
        monkeypatch.setattr(folder_module, "_exchange", lambda first, second: False)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """A real failure of write(), also for root: the kernel refuses to let files grow past ``size`` bytes."""
    resource = needed("resource", "no such limit on Windows")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.usefixtures("_swap")
def test_replacing_takes_over_other_files_and_leaves_no_trace(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "mira"
    replace_folder(target, {"a": b"1", "b": b"1"}, "a")
    (target / "notes.txt").write_text("mine")
    (target / "link").symlink_to("notes.txt")
    replace_folder(target, {"a": b"2"}, "a")
    assert read_members(target, CAPS) == {"a": b"2", "b": b"1"}
    assert names(target) == ["a", "b", "link", "notes.txt"] and (target / "link").is_symlink()
    assert names(target.parent) == ["mira"]


@pytest.mark.usefixtures("_swap")
def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    target = tmp_path / "mira"
    character(value=1).save(target)
    before = {name: (target / name).read_bytes() for name in names(target)}
    with files_of_at_most(600), pytest.raises(CharacterError, match="cannot be written") as caught:
        character(value=2).save(target)
    assert "Free at least" in caught.value.remedy
    assert {name: (target / name).read_bytes() for name in names(target)} == before and names(tmp_path) == ["mira"]


def test_a_full_disk_leaves_nothing_of_a_new_character(tmp_path: Path) -> None:
    with files_of_at_most(600), pytest.raises(CharacterError, match="cannot be written"):
        character().save(tmp_path / "mira")
    assert names(tmp_path) == []


def test_a_failing_second_rename_brings_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "mira"
    replace_folder(target, {"a": b"1"}, "a")
    monkeypatch.setattr(folder_module, "_exchange", lambda first, second: False)
    real = os.rename

    def rename(source: Path, to: Path) -> None:
        if source.name.endswith(".new"):
            raise PermissionError(13, "Permission denied")
        real(source, to)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(CharacterError, match="Permission denied"):
        replace_folder(target, {"a": b"2"}, "a")
    assert read_members(target, CAPS)["a"] == b"1" and names(tmp_path) == ["mira"]


def test_a_crash_between_two_renames_is_healed_on_the_next_read(tmp_path: Path) -> None:
    target = tmp_path / "mira"
    character().save(target)
    target.rename(tmp_path / ".mira.old")
    assert Character.load(target).id == "mira" and names(tmp_path) == ["mira"]


def test_killed_in_the_middle_nothing_is_lost(tmp_path: Path) -> None:
    target = tmp_path / "mira"
    character(value=1).save(target)
    code = (
        "import sys\nfrom tests.character.folders import character\n"
        "print('ready', flush=True)\nvalue = 0\n"
        "while True:\n    value = value % 200 + 1\n    character(value=value).save(sys.argv[1])"
    )
    for delay in (0.01, 0.03, 0.07):
        child = subprocess.Popen([sys.executable, "-c", code, str(target)], stdout=subprocess.PIPE)
        with child:
            assert child.stdout is not None and child.stdout.readline() == b"ready\n"
            time.sleep(delay)
            child.kill()
        found = Character.load(target, rebuild=None)
        assert found.tensors["atlas"].max() == found.tensors["camera"][0]
    for leftover in tmp_path.glob(".mira.*.new"):
        os.utime(leftover, (0, 0))  # as if it had happened yesterday
    character(value=3).save(target)
    assert names(tmp_path) == ["mira"]


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    target = tmp_path / "mira"
    contents = [bytes([value]) * 50_000 for value in range(4)]
    replace_folder(target, {"a": contents[0], "b": contents[0]}, "a")
    done = threading.Event()

    def write() -> None:
        for turn in range(60):
            content = contents[turn % 4]
            replace_folder(target, {"a": content, "b": content}, "a")
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    reads = 0
    while not done.is_set() or reads < 10:
        found = read_members(target, CAPS)
        same = found["a"] == found["b"] and found["a"] in contents
        assert same  # by itself: pytest would compare 50,000 bytes for minutes
        reads += 1
    writer.join()


def test_a_new_folder_is_not_taken_for_the_one_whose_inode_it_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "mira"
    for _ in range(20):  # the system goes back to the same few numbers only after a while
        replace_folder(target, {"a": b"first", "b": b"first"}, "a")
    number, read = target.stat().st_ino, folder_module._read_member

    def replaced_meanwhile(folder: Path, name: str, cap: int) -> bytes | None:
        found = read(folder, name, cap)
        for _ in range(40 if found == b"first" and name == "a" else 0):
            replace_folder(target, {"a": b"last", "b": b"last"}, "a")
            if target.stat().st_ino == number:
                break
        return found

    monkeypatch.setattr(folder_module, "_read_member", replaced_meanwhile)
    assert read_members(target, CAPS) == {"a": b"last", "b": b"last"}


def test_other_folders_and_files_are_never_replaced(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "holiday.png").write_bytes(b"1")
    with pytest.raises(CharacterError, match="no character folder"):
        character().save(pictures)
    assert names(pictures) == ["holiday.png"]
    with pytest.raises(CharacterError, match="in the way"):
        character().save(pictures / "holiday.png")
    (tmp_path / "empty").mkdir()
    assert character().save(tmp_path / "empty").id == "mira"
    with pytest.raises(CharacterError, match="cannot be written"):
        character().save(pictures / "holiday.png" / "mira")


def test_links_and_pipes_inside_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "mira"
    replace_folder(target, {"a": b"1", "b": b"2"}, "a")
    (tmp_path / "secret").write_text("secret")
    (target / "b").unlink()
    (target / "b").symlink_to("a")
    assert read_members(target, CAPS) == {"a": b"1", "b": b"1"}
    for link in ("../secret", str(tmp_path / "secret"), "/dev/zero"):
        (target / "b").unlink()
        (target / "b").symlink_to(link)
        with pytest.raises(CharacterError, match="leads out"):
            read_members(target, CAPS)
    (target / "b").unlink()
    os.mkfifo(target / "b")
    with pytest.raises(CharacterError, match="not a regular file"):
        read_members(target, CAPS)
