"""Hot reload by a real daemon: faces change by themselves, and what is broken on disk never costs a face."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.character import Character
from npcface.client import Client
from npcface.client.stream import Stream
from npcface.pack import pack
from npcface.state import FaceState

PATIENCE_S = 60.0


@pytest.fixture
def store(character_store: Path, tmp_path: Path) -> Path:
    """A store of one's own with ``ada``; ``ben`` waits outside."""
    for name in ("ada", "ben"):
        shutil.copytree(character_store / name, tmp_path / ("store" if name == "ada" else "outside") / name)
    return tmp_path / "store"


@pytest.fixture
def watching(start_daemon: Callable[..., Any], store: Path) -> Any:
    return start_daemon("--watch", store=store)


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something the daemon does by itself."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"not within {PATIENCE_S:g} s: {what}"
        time.sleep(0.05)


def face(stream: Stream) -> bytes:
    return stream.render(FaceState()).pixels.tobytes()


def listed(client: Client) -> dict[str, tuple[str, bool, str]]:
    return {info.id: (info.name, info.loaded, info.error) for info in client.characters()}


def disguise(folder: Path, other: Path) -> None:
    """Give a folder another character's face under its own id, in one step."""
    mine, theirs = Character.load(folder), Character.load(other)
    manifest = theirs.manifest.model_copy(update={"id": mine.id, "name": mine.manifest.name})
    replace(theirs, manifest=manifest).save(folder)


def rewrite(file: Path, data: bytes) -> None:
    """As an editor saves: into the file itself."""
    file.write_bytes(data)


def test_a_changed_face_is_shown_by_streams_that_are_open(watching: Any, store: Path) -> None:
    with watching.client() as client, client.open("ada", 64) as stream:
        before = face(stream)
        assert face(stream) == before
        disguise(store / "ada", store.parent / "outside" / "ben")
        until(lambda: face(stream) != before, "the new face")
        with client.open("ada", 64) as later:
            assert face(later) == face(stream)
        assert listed(client)["ada"][2] == ""


def test_pushed_streams_change_over_without_a_gap(watching: Any, store: Path) -> None:
    with watching.client() as client, client.open("ada", 64, fps=10) as stream:
        colour = None
        sequences = []
        for frame in stream.idle():
            mean = frame.pixels[..., :3].mean(axis=(0, 1))
            sequences.append(frame.sequence)
            if colour is None:
                colour = mean
                disguise(store / "ada", store.parent / "outside" / "ben")
            elif np.abs(mean - colour).max() > 3.0:  # idle life moves it by far less
                break
            assert len(sequences) < 10 * PATIENCE_S, "the new face did not come"
        assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("manifest.json", b'{"id": "ada"}', "3 problems"),
        ("portrait.png", b"GIF89a", "is not a PNG"),
        ("icon.png", b"", "is not a PNG"),
        ("embedding.safetensors", None, "Its embedding has no"),
    ],
)
def test_the_old_face_stays_when_the_new_one_is_broken(
    watching: Any, store: Path, name: str, data: bytes | None, said: str
) -> None:
    file = store / "ada" / name
    good = file.read_bytes()
    if data is None:  # whole, current, but without the arrays the renderer needs
        ada = Character.load(store / "ada")
        replace(ada, tensors={"unit": np.ones(1, np.float32)}).save(store.parent / "other")
        data = (store.parent / "other" / name).read_bytes()
    with watching.client() as client, client.open("ada", 64) as stream:
        before = face(stream)
        rewrite(file, data)
        until(lambda: said in listed(client)["ada"][2], "the error in the list")
        assert listed(client)["ada"][1], "it is still in memory"
        assert face(stream) == before
        until(lambda: "its old face stays" in watching.log.read_text(), "the error in the log")
        rewrite(file, good)
        until(lambda: listed(client)["ada"][2] == "", "the error is gone")
        assert face(stream) == before


def test_characters_come_and_go(watching: Any, store: Path) -> None:
    with watching.client() as client:
        assert set(listed(client)) == {"ada"}
        shutil.move(store.parent / "outside" / "ben", store / "ben")
        assert set(listed(client)) == {"ada", "ben"}
        with client.open("ben", 64) as stream:
            before = face(stream)
            shutil.rmtree(store / "ben")
            assert set(listed(client)) == {"ada"}
            until(lambda: "ben" not in listed(client), "gone from the list")
            assert face(stream) == before, "it stays as long as it is shown"
        until(lambda: "Character ben is gone" in watching.log.read_text(), "it leaves memory when nobody shows it")
        with pytest.raises(Exception, match="There is no character 'ben'"):
            client.open("ben", 64)


def test_a_pack_that_appears_overrides_and_one_that_is_half_copied_does_not(watching: Any, store: Path) -> None:
    mod = store.parent / "mod"
    shutil.copytree(store / "ada", mod / "ada")
    disguise(mod / "ada", store.parent / "outside" / "ben")
    whole = pack(mod / "ada", store.parent / "mod.zip").read_bytes()
    with watching.client() as client, client.open("ada", 64) as stream:
        before = face(stream)
        (store / "mod.zip").write_bytes(whole[: len(whole) // 2])
        until(lambda: listed(client).get("mod.zip", ("", False, ""))[2] != "", "half a zip is reported")
        assert face(stream) == before
        (store / "mod.zip").write_bytes(whole)
        until(lambda: face(stream) != before, "the pack's face")
        packed = face(stream)
        (store / "mod.zip").write_bytes(whole[:-30])
        until(lambda: "its old face stays" in watching.log.read_text(), "the damage is logged")
        assert face(stream) == packed, "not even the plain folder's face comes back for a moment"
        os.unlink(store / "mod.zip")
        until(lambda: face(stream) == before, "without the pack the plain folder counts again")


def test_without_watch_nothing_changes_by_itself(start_daemon: Callable[..., Any], store: Path) -> None:
    running = start_daemon("--watch", "off", store=store)
    with running.client() as client, client.open("ada", 64) as stream:
        before = face(stream)
        file = store / "ada" / "manifest.json"
        table = {**json.loads(file.read_text()), "name": "Adele"}
        disguise(store / "ada", store.parent / "outside" / "ben")
        rewrite(file, json.dumps(table).encode())
        assert listed(client)["ada"][0] == "Adele", "lists are always current"
        assert face(stream) == before
        client.reload("ada")
        assert face(stream) != before, "asked for, it changes"


def test_further_places_by_option(start_daemon: Callable[..., Any], store: Path) -> None:
    running = start_daemon("--packs", os.pathsep.join(map(str, (store.parent / "outside", store))), store=store)
    with running.client() as client:
        assert set(listed(client)) == {"ada", "ben"}
