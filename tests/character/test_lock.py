"""Writers in different processes take turns; readers never wait; a lock ends with its holder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import npcface.character.folder as folder_module
from npcface.character import Character, CharacterStore
from npcface.character.character import Changed
from npcface.character.lock import REBUILDING, StoreBusy, locked
from npcface.errors import CharacterError
from npcface.pack import Library
from tests.character.folders import character, manifest, png

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from npcface.character.lock import locked
with locked(Path(sys.argv[1]), purpose="write mira"):
    print("held", flush=True)
    sys.stdin.read()
"""
SAVE = """
import sys
from npcface.character import CharacterStore
from tests.character.folders import character
print("ready", flush=True)
sys.stdin.readline()
for value in range(int(sys.argv[2]), int(sys.argv[2]) + 40):
    CharacterStore(sys.argv[1]).save(character(value=value))
"""
REBUILD = """
import os, sys
from pathlib import Path
from npcface.errors import CharacterError
from npcface.pack import Library
from tests.character.test_lock import enrolled
print("ready", flush=True)
sys.stdin.readline()
def rebuild(manifest, portrait):
    with open(Path(sys.argv[1]) / "count.txt", "a") as file:
        file.write("once\\n")
    return enrolled(manifest, portrait)
made = Library([sys.argv[1]], sys.argv[2]).rebuild("mira", rebuild)
assert made.tensors["atlas"][0] == 9
"""


def enrolled(given: object, portrait: bytes) -> Character:
    return Character(manifest(), portrait, png(256, 256), {"atlas": np.full(3, 9, np.uint8)})


@contextmanager
def child(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process of Python; its first line has come."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline().strip() in ("held", "ready")
        yield process


def begin(*processes: subprocess.Popen[str]) -> None:
    """At once; then wait for all."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert process.wait(timeout=60) == 0


def test_a_writer_waits_and_is_told_for_whom_while_readers_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CharacterStore(tmp_path)
    store.save(character(value=1))
    with child(HOLD, tmp_path) as holder:
        said = rf"written by process {holder.pid} \(.*: write mira\)"
        with pytest.raises(StoreBusy, match=said) as caught, locked(tmp_path, patience_s=0.0):
            pass
        assert "Wait until" in caught.value.remedy
        assert store.load("mira").tensors["atlas"].max() == 1 and len(store.list().entries) == 1
        assert [entry.id for entry in Library([tmp_path]).list().entries] == ["mira"]
        assert holder.stdin is not None
        holder.stdin.close()
        store.save(character(value=2))  # comes when the other is done
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mira"], "no lock is left behind"


def test_a_holder_that_is_killed_holds_nobody_up(tmp_path: Path) -> None:
    with child(HOLD, tmp_path) as holder:
        holder.kill()
        holder.wait()
        with locked(tmp_path, patience_s=0.0) as alone:
            assert alone
    CharacterStore(tmp_path).save(character())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mira"]


def test_two_programs_that_write_one_character_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with child(SAVE, tmp_path, 1) as first, child(SAVE, tmp_path, 101) as second:
        begin(first, second)
    found = CharacterStore(tmp_path).load("mira")
    assert found.tensors["atlas"].max() in (40, 140) and found.tensors["camera"][0] == found.tensors["atlas"].max()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mira"]


def test_two_daemons_rebuild_once(tmp_path: Path) -> None:
    store = tmp_path / "store"
    character().save(store / "mira")
    (store / "mira" / "embedding.safetensors").unlink()
    cache = tmp_path / "cache"
    with child(REBUILD, store, cache) as first, child(REBUILD, store, cache) as second:
        begin(first, second)
    assert (store / "count.txt").read_text() == "once\n"
    assert CharacterStore(store).load("mira").tensors["atlas"][0] == 9
    assert sorted(entry.name for entry in store.iterdir()) == ["count.txt", "mira"]


def test_work_on_an_older_self_does_not_undo_what_came_between(tmp_path: Path) -> None:
    store = CharacterStore(tmp_path)
    before = store.save(character(value=1))
    store.save(character(value=2))
    with pytest.raises(Changed, match="changed by another program"):
        character(value=3).save(before.folder or "", instead_of=before)
    assert store.load("mira").tensors["atlas"].max() == 2
    current = store.load("mira")
    character(value=3).save(current.folder or "", instead_of=current)
    store.delete("mira")
    with pytest.raises(Changed, match="removed"):
        character(value=4).save(current.folder or "", instead_of=current)
    assert list(tmp_path.iterdir()) == []


def test_a_rebuild_keeps_a_manifest_that_was_edited_meanwhile(tmp_path: Path) -> None:
    folder = character().save(tmp_path / "store" / "mira").folder
    assert folder is not None
    (folder / "embedding.safetensors").unlink()
    calls = []

    def rebuild(given: object, portrait: bytes) -> Character:
        calls.append(given)
        text = (folder / "manifest.json").read_text()
        (folder / "manifest.json").write_text(text.replace('"Mira"', '"Mirabelle"'))
        return enrolled(given, portrait)

    made = Library([tmp_path / "store"], tmp_path / "cache").rebuild("mira", rebuild)
    assert made.manifest.name == "Mirabelle" and len(calls) == 1
    assert Character.load(folder).manifest.name == "Mirabelle"


def test_where_the_folder_cannot_be_written_the_cache_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the obstacle is the system's answer."""
    character().save(tmp_path / "store" / "mira")
    (tmp_path / "store" / "mira" / "embedding.safetensors").unlink()
    swap = folder_module._swap

    def refused(new: Path, folder: Path) -> None:
        if folder.name == "mira":
            raise PermissionError(13, "Permission denied")
        swap(new, folder)

    monkeypatch.setattr(folder_module, "_swap", refused)
    library = Library([tmp_path / "store"], tmp_path / "cache")
    assert library.peek("mira")[1] == "embedding.safetensors is missing"
    library.rebuild("mira", enrolled)
    found, reason = library.peek("mira")
    assert reason == "" and found.tensors["atlas"][0] == 9


def test_deleting(tmp_path: Path) -> None:
    store = CharacterStore(tmp_path)
    store.save(character())
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "holiday.png").write_bytes(b"1")
    with pytest.raises(CharacterError, match="no character folder"):
        store.delete("pictures")
    store.delete("mira")
    with pytest.raises(CharacterError, match="There is no character folder"):
        store.delete("mira")
    assert [entry.name for entry in tmp_path.iterdir()] == ["pictures"]


def test_the_lock_of_rebuilding_is_another_than_that_of_writing(tmp_path: Path) -> None:
    with locked(tmp_path, REBUILDING):
        CharacterStore(tmp_path).save(character())
