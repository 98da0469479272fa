"""A daemon meets characters of an older model: real ones, real processes, one real enrolment.

The other tests put ``stub_rebuild`` in enrolment's place, which takes most of the time and is not what they are about.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from npcface.bench.processes import children_of
from npcface.character import MODEL_VERSION, EmbeddingKey
from npcface.character.embedding import EMBEDDING_NAME, SHOWABLE_VERSIONS, decode_embedding, encode_embedding
from npcface.client import Client
from npcface.client.stream import Stream
from npcface.errors import CharacterError, NpcFaceError
from npcface.serve import rebuild
from npcface.state import FaceState
from tests.small_disk import SmallDisk, small_disk

PATIENCE_S = 120.0
OLD = sorted(SHOWABLE_VERSIONS)[0]
UNUSABLE = "warp-1"


def age(folder: Path, version: str) -> None:
    """Make a folder one of an older npcface, whose tensors draw something else."""
    tensors, key = decode_embedding((folder / EMBEDDING_NAME).read_bytes())
    tensors["face_texture"] = tensors["face_texture"] // 2  # darker
    (folder / EMBEDDING_NAME).write_bytes(encode_embedding(tensors, EmbeddingKey(key.portrait_sha256, version)))


def version_of(folder: Path) -> str:
    return decode_embedding((folder / EMBEDDING_NAME).read_bytes())[1].model_version


@pytest.fixture
def store(character_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NPCFACE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(character_store, tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | Path], None]:
    """``stub(what)``: what enrolling again is in the daemons that are started from now on."""

    def be(what: str | Path) -> None:
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "stub_rebuild"), prepend=os.pathsep)
        monkeypatch.setenv("NPCFACE_STUB_REBUILD", str(what))

    return be


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 16) as made:
        yield made


def until(condition: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {PATIENCE_S:g} s: {what}"
        time.sleep(0.2)  # a connection may ask for the list ten times a second


def polite(process: int) -> bool:
    try:
        return os.getpriority(os.PRIO_PROCESS, process) >= min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
    except ProcessLookupError:
        return False


def face(stream: Stream) -> bytes:
    return stream.render(FaceState()).pixels.tobytes()


def error_of(client: Client, name: str) -> str:
    return next(info.error for info in client.characters() if info.id == name)


def rebuilding(running: Any) -> list[int]:
    """Process ids of the daemon's children that enrol."""
    found = children_of(running.process.pid)
    return [pid for pid in found if b"rebuild_child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_the_old_face_is_shown_until_two_daemons_have_one_new_one(
    start_daemon: Callable[..., Any], store: Path
) -> None:
    age(store / "ada", OLD)
    first, second = start_daemon(store=store), start_daemon(store=store)
    with (
        first.client() as client, second.client() as other,
        client.open("ada", 64, quality="warp") as stream, other.open("ada", 64, quality="warp") as theirs,
    ):  # fmt: skip
        old = face(stream)
        assert face(theirs) == old and version_of(store / "ada") == OLD, "shown before it is renewed"
        with client.open("ben", 64, quality="warp") as ben:  # nobody else has to wait
            assert face(ben) != old
        until(lambda: face(stream) != old, "the new face")
        until(lambda: face(theirs) == face(stream), "the same in the other daemon")
        assert version_of(store / "ada") == MODEL_VERSION and error_of(client, "ada") == ""
    assert sorted(entry.name for entry in store.iterdir()) == ["ada", "ben"]
    for running in (first, second):
        assert running.log.read_text().count("its new face is shown") == 1


def test_where_the_old_one_cannot_be_shown_the_client_waits_and_nobody_else(
    start_daemon: Callable[..., Any], store: Path, disk: SmallDisk, stub: Callable[[str | Path], None]
) -> None:
    """On a full disk, too: what was computed is kept in the cache then."""
    stub(store)
    shutil.copytree(store, disk.root / "store")
    age(disk.root / "store" / "ada", UNUSABLE)
    running = start_daemon(store=disk.root / "store")
    opened: list[bytes] = []
    with (
        disk.full() if disk.mounted else nullcontext(), running.client(timeout_s=PATIENCE_S) as client,
        running.client() as other, other.open("ben", 64, quality="warp") as ben,
    ):  # fmt: skip
        waiter = Thread(target=lambda: opened.append(face(client.open("ada", 64, quality="warp"))))
        waiter.start()
        until(lambda: "enrolled again in the background" in running.log.read_text(), "the rebuild begins")
        before = face(ben)
        other.ping()
        assert not opened and len(other.characters()) == 2
        (store / "go").touch()
        waiter.join(PATIENCE_S)
        assert opened and opened[0] != before
    if disk.mounted:
        assert version_of(disk.root / "store" / "ada") == UNUSABLE
        with running.client() as client:
            client.reload("ada")  # out of the cache, at once
            assert running.log.read_text().count("in the background") == 1


def test_what_cannot_be_enrolled_again_keeps_its_face_and_says_why(
    start_daemon: Callable[..., Any], store: Path, stub: Callable[[str | Path], None]
) -> None:
    stub("no face")
    age(store / "ada", OLD)
    shutil.copytree(store / "ada", store / "eve")
    (store / "eve" / "manifest.json").write_text(
        (store / "eve" / "manifest.json").read_text().replace('"ada"', '"eve"')
    )
    age(store / "eve", UNUSABLE)
    running = start_daemon(store=store)
    with running.client(timeout_s=PATIENCE_S) as client, client.open("ada", 64, quality="warp") as stream:
        old = face(stream)
        until(lambda: "No face was found" in error_of(client, "ada"), "the reason in the list")
        assert face(stream) == old and version_of(store / "ada") == OLD
        client.open("ada", 64).close()
        with pytest.raises(NpcFaceError, match=r"model version 'warp-1'.*No face was found"):
            client.open("eve", 64)
        assert running.log.read_text().count("Character ada: embedding") == 1, "not tried again and again"
        client.reload("ada")
        until(lambda: running.log.read_text().count("Character ada: embedding") == 2, "asked for, it is tried again")
    assert running.stop() == 0, "also while it enrols"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds children by /proc")
def test_a_daemon_that_is_killed_takes_its_rebuild_along(
    start_daemon: Callable[..., Any], store: Path, stub: Callable[[str | Path], None]
) -> None:
    stub("forever")
    age(store / "ada", OLD)
    running = start_daemon(store=store)
    with running.client() as client:
        client.open("ada", 64)
        until(lambda: any(map(polite, rebuilding(running))), "the process is there, in nobody's way")
        (child,) = filter(polite, rebuilding(running))
        running.process.kill()
        running.process.wait()
        until(lambda: not Path(f"/proc/{child}").exists(), "the process has left")
    assert version_of(store / "ada") == OLD
    assert sorted(entry.name for entry in store.iterdir() if "lock" not in entry.name) == ["ada", "ben"]


def test_a_process_that_is_stuck_gives_way_and_a_stopping_daemon_starts_none(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Any = SimpleNamespace(places=[])
    rebuilder = rebuild.Rebuilder(store, MagicMock(), MagicMock(), Counter)
    monkeypatch.setattr(rebuild, "LONGEST_S", 0.05)  # its imports take longer
    with pytest.raises(CharacterError, match=r"took longer than 0\.05 s"):
        rebuilder._run("ada")
    rebuilder.stop(1.0)
    monkeypatch.setattr("subprocess.Popen", None)
    with pytest.raises(CharacterError, match="stopping"):
        rebuilder._run("ben")
