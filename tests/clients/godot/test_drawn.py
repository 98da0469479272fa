"""With pixels, under Xvfb: the sample scenes and the dock of the real editor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from npcface.state import FaceState
from tests.clients.godot.conftest import PROJECT

DRIVEN = FaceState.of({"jawOpen": 0.5, "mouthSmileLeft": 0.5}, head=(8.0, 0.0, 0.0))
"""The face that tests/shot.gd drives everybody to."""


def test_the_dialogue_shows_the_daemons_pixels(
    godot: Any, daemon: Any, screen: str, settings: Any, tmp_path: Path
) -> None:
    settings(connection__address=daemon.address)
    shot = ["res://tests/shot.tscn", "--", "res://sample/dialogue.tscn", f"out={tmp_path}", "drive=1"]
    godot.run(*shot, screen="960x540", DISPLAY=screen)
    places = json.loads((tmp_path / "shot.json").read_text())
    assert [place["character"] for place in places] == ["ada", "ben", "ada"]
    with Image.open(tmp_path / "shot.png") as image:
        drawn = np.asarray(image.convert("RGB"))
    with daemon.client() as client:
        for place in places:
            x, y, width, height = (round(value) for value in place["rect"])
            assert (width, height) == (256, 256), "shown 1:1"
            frame = client.open(place["character"], size=256, quality=place["quality"]).render(DRIVEN)
            assert np.array_equal(drawn[y : y + height, x : x + width], frame.pixels[..., :3])


def test_blocks_lie_in_the_texture_as_they_came(godot: Any, daemon: Any, screen: str) -> None:
    only = [f"address={daemon.address}", "only=test_blocks_show_the_face"]
    godot.tests("formats", *only, screen="320x240", DISPLAY=screen)


def test_the_faces_in_3d(godot: Any, daemon: Any, screen: str, settings: Any, tmp_path: Path) -> None:
    settings(connection__address=daemon.address)
    godot.run(
        "res://tests/shot.tscn", "--", "res://sample/in_3d.tscn", f"out={tmp_path}", screen="960x540", DISPLAY=screen
    )
    with Image.open(tmp_path / "shot.png") as image:
        drawn = np.asarray(image.convert("RGB")).astype(int)
    background = drawn[8, 8]
    for left, right in ((180, 420), (520, 780)):  # the head, the card
        differs = np.abs(drawn[120:400, left:right] - background).max(axis=-1) > 40
        assert differs.mean() > 0.1 and drawn[120:400, left:right].std() > 20


@pytest.mark.timeout(600)  # 30 s where nothing else runs: a whole editor, drawn by the CPU, and two enrolments
def test_the_dock_enrols_a_portrait_in_the_real_editor(
    godot: Any, start_daemon: Any, character_store: Path, portrait_path: Path, npcface_command: str,
    screen: str, settings: Any, tmp_path: Path,
) -> None:  # fmt: skip
    store = tmp_path / "store"
    shutil.copytree(character_store, store)
    running = start_daemon("--quality", "warp", store=store)
    settings(connection__address=running.address, daemon__command=npcface_command, daemon__characters=str(store))
    project = godot.project / "project.godot"
    driver = godot.project / "addons" / "npcface_editor_driver"
    shutil.copytree(PROJECT / "tests" / "editor_driver", driver)
    text = project.read_text(encoding="utf-8")
    ours = '"res://addons/npcface/plugin.cfg"'
    project.write_text(text.replace(ours, f'{ours}, "res://addons/npcface_editor_driver/plugin.cfg"'), encoding="utf-8")
    no_face = tmp_path / "no_face.png"
    Image.effect_noise((300, 300), 60).convert("RGB").save(no_face)
    output = godot.run(
        "--editor",
        screen="1200x800",
        timeout_s=560,
        DISPLAY=screen,
        NPCFACE_TEST_PORTRAIT=str(portrait_path),
        NPCFACE_TEST_NO_FACE=str(no_face),
        NPCFACE_TEST_OUT=str(tmp_path),
    )
    shutil.rmtree(driver)
    said = {
        line.split()[0]: line.split(maxsplit=1)[1] for line in output.splitlines() if line[:1].isupper() and " " in line
    }
    assert said["CHARACTERS"] == "2" and said["CAN-DROP"] == "true false"
    assert said["ENROLLED"] == "carla" and (store / "carla" / "manifest.json").exists()
    assert "face" in said["REFUSED"] and not (store / "nobody").exists()
    assert said["GONE"] == "true true", "everything is undone when the addon is switched off"
    with Image.open(tmp_path / "enrolled.png") as image:
        assert image.size == (1200, 800)
