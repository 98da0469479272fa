"""A disk that is really full: everything that writes says so, and what was there before is untouched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.credentials import credit_of
from npcface.drive.timeline import Phoneme
from npcface.drive.track import Track, save
from npcface.export.act import Act
from npcface.export.export import export
from npcface.pack import Library, pack
from npcface.state import FaceState
from npcface.voice.wav import wav_bytes, write_whole
from npcface.whole import disk_full
from tests.character.folders import character
from tests.needed import needed
from tests.small_disk import FILLER, SmallDisk, small_disk

NOISE = np.random.default_rng(1).integers(0, 256, (16, 64, 64, 4), dtype=np.uint8)


def artist(states: Iterable[FaceState]) -> Iterator[Any]:
    for number, _ in enumerate(states):
        yield NOISE[number % 16]


def exported(kind: Any, name: str) -> Callable[[Path], object]:
    """Signed, where npcface[credentials] is installed."""
    credit = credit_of([character().manifest])
    return lambda root: export(kind, root / name, artist, Act(seconds=0.5), size=64, credit=credit)


def packed(root: Path) -> None:
    pack(root / "mira", root / "mira.zip")


def tuned(root: Path) -> None:
    """As fine-tuning ends: the same character, its tensors moved, in place of what was read."""
    before = Library([root]).load("mira")
    tensors = {**before.tensors, "camera": before.tensors["camera"] + 1}
    replace(before, tensors=tensors).save(root / "mira", instead_of=before)


def cached(root: Path) -> None:
    """What is computed for a zip goes beside it; where that fails, it works all the same."""
    packed(root)
    made = Library([root / "mira.zip"], root / "cache").load("mira", lambda manifest, portrait: character())
    assert made.tensors


def spoken(root: Path) -> None:
    write_whole(root / "line.wav", wav_bytes(np.arange(8000).astype(np.int16), 16_000))


def recorded(root: Path) -> None:
    save(
        Track(fps=30.0, phonemes=tuple(Phoneme("AA", 0.1 * k) for k in range(400)), convention="arpabet"),
        root / "a.json",
    )


WRITERS: dict[str, Callable[[Path], object]] = {
    "enrol": lambda root: character(value=int(np.random.default_rng().integers(2, 200))).save(root / "mira"),
    "fine-tune": tuned,
    "pack": packed,
    "png": exported("png", "a.png"),
    "sprites": exported("sprites", "a.zip"),
    "sprites beside their list": exported("sprites", "b.png"),
    "webp": exported("webp", "a.webp"),
    "mp4": exported("mp4", "a.mp4"),
    "wav": spoken,
    "track": recorded,
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with small_disk(tmp_path_factory.mktemp("disks") / "small", 4) as made:
        character(value=1).save(made.root / "mira")
        yield made


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.name != FILLER)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("what", WRITERS)
def test_what_was_there_stays(what: str, disk: SmallDisk) -> None:
    write = WRITERS[what]
    write(disk.root)  # there is room
    before = contents(disk.root)
    with disk.full():
        with pytest.raises(Exception) as caught:
            write(disk.root)
        assert contents(disk.root).keys() <= before.keys(), "nothing half-written"
    remedy = getattr(disk_full(caught.value) or caught.value, "remedy", "")
    assert "Free" in remedy or "cannot be written" in str(caught.value), repr(caught.value)
    assert contents(disk.root) == before
    write(disk.root)  # there is room again


@pytest.mark.parametrize("what", ["png", "webp", "mp4", "sprites beside their list"])
def test_room_for_the_picture_but_not_for_its_signature(what: str, disk: SmallDisk) -> None:
    needed("c2pa", "npcface[credentials] is not installed")
    if not disk.mounted:
        pytest.skip("a disk of its own cannot be mounted here")
    write = WRITERS[what]
    write(disk.root)
    before = contents(disk.root)
    names = {"png": "a.png", "webp": "a.webp", "mp4": "a.mp4"}
    room = len(before[names.get(what, "b.png")]) + len(before.get("b.json", b"")) + 8192
    with disk.full():
        filler = disk.root / FILLER
        os.truncate(filler, filler.stat().st_size - room)
        with pytest.raises(OSError) as caught:
            write(disk.root)
    assert disk_full(caught.value) is not None
    assert contents(disk.root) == before


def test_the_cache_does_without(disk: SmallDisk) -> None:
    cached(disk.root)
    with disk.full():
        made = Library([disk.root / "mira.zip"], disk.root / "cache2").load("mira", lambda *_: character())
        assert made.id == "mira"


def test_the_command_line_says_what_to_do(disk: SmallDisk) -> None:
    with disk.full():
        done = CliRunner().invoke(app, ["pack", str(disk.root / "mira"), "--out", str(disk.root / "x.zip")])
    assert done.exit_code == 1 and "cannot be written" in done.output and "Free some space" in done.output
