"""What the page learns of the installation and its characters, and what it may do to them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

import npcface
from npcface.drive.emotion import EMOTIONS
from npcface.pack import pack
from npcface.studio.info import speech
from npcface.vocab import ARKIT_52
from tests.studio.conftest import Page, Running


def test_info_names_every_channel_once_with_its_range(studio: Running) -> None:
    with studio.http() as http:
        info = http.get("/api/info").json()
    assert (info["version"], info["quality"], info["emotions"]) == (npcface.__version__, "warp", [*EMOTIONS])
    channels = {one["name"]: one for group in info["channels"] for one in group["names"]}
    assert sum(len(group["names"]) for group in info["channels"]) == len(channels) == 57
    assert {*ARKIT_52} < {*channels}
    assert all(one["min"] < one["max"] and one["label"] for one in channels.values())
    assert channels["headYaw"] == {"name": "headYaw", "label": "Yaw", "min": -30.0, "max": 30.0, "unit": "°"}
    assert channels["eyeBlinkLeft"]["label"] == "Blink left"
    assert {"enroll", "speech", "video", "camera"} <= {*info["features"]}
    assert all(voice["ready"] or voice["remedy"] for voice in info["voices"])
    assert (info["features"]["speech"] is True) == any(voice["ready"] for voice in info["voices"])


def test_any_voice_that_is_ready_can_speak() -> None:
    best, other = {"ready": False, "remedy": "get it"}, {"ready": True, "remedy": ""}
    assert speech([best, other]) is True
    assert speech([best, other | {"ready": False}]) == "get it"
    assert "npcface[speech]" in str(speech([]))


def test_good_and_bad_characters_are_listed(studio: Running) -> None:
    broken = studio.store / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    try:
        with studio.http() as http:
            listed = http.get("/api/characters").json()
    finally:
        shutil.rmtree(broken)
    assert [one["id"] for one in listed["characters"]] == ["ada", "ben"]
    assert listed["characters"][0]["name"] == "Ada" and listed["characters"][0]["finetuned"] is False
    assert [one["id"] for one in listed["problems"]] == ["broken"] and listed["problems"][0]["remedy"]


def test_characters_of_packs_are_shown_and_left_alone(studio: Running, live: Page, tmp_path: Path) -> None:
    folder = tmp_path / "dora"
    shutil.copytree(studio.store / "ben", folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"ben"', '"dora"'))
    zipped = pack(folder, studio.store / "mod.zip")
    try:
        with studio.http() as http:
            listed = {one["id"]: one["pack"] for one in http.get("/api/characters").json()["characters"]}
            icon = http.get("/api/characters/dora/icon.png")
            removed = http.delete("/api/characters/dora")
            packed = http.post("/api/export", json={"character": "dora", "kind": "pack"})
        live.say(type="open", view="a", character="dora", size=64)
        live.frame()
        still, _ = studio.exported(character="dora", kind="png")
    finally:
        zipped.unlink()
    assert listed == {"ada": "", "ben": "", "dora": "mod.zip"}
    assert icon.content == (folder / "icon.png").read_bytes() and still["mime"] == "image/png"
    for refused in (removed, packed):
        assert refused.status_code == 400 and "mod.zip" in refused.json()["error"]["cause"]


def test_pictures_of_a_character(studio: Running) -> None:
    with studio.http() as http:
        icon, portrait = (http.get(f"/api/characters/ada/{name}.png") for name in ("icon", "portrait"))
        assert http.get("/api/characters/ada/manifest.png").status_code == 404
    assert icon.headers["Content-Type"] == portrait.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(icon.content)).size == (256, 256)
    assert portrait.content == (studio.store / "ada" / "portrait.png").read_bytes()


@pytest.mark.parametrize("name", ["nobody", "..", "%2e%2e", "..%2fstore", "Ada", "con", "ada%00", "a" * 65])
def test_names_that_are_no_character(studio: Running, name: str) -> None:
    with studio.http() as http:
        for answer in (
            http.get(f"/api/characters/{name}/icon.png"),
            http.delete(f"/api/characters/{name}"),
            http.post(f"/api/characters/{name}/reload"),
        ):
            assert answer.status_code in (404, 405) and answer.json()["error"]["cause"]
    assert (studio.store / "ada" / "manifest.json").is_file()


def test_a_removed_character_lies_in_the_trash(studio: Running) -> None:
    shutil.copytree(studio.store / "ben", studio.store / "dora")
    manifest = studio.store / "dora" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"ben"', '"dora"'))
    with studio.http() as http:
        assert http.delete("/api/characters/dora").status_code == 204
        assert http.delete("/api/characters/dora").status_code == 404
        assert [one["id"] for one in http.get("/api/characters").json()["characters"]] == ["ada", "ben"]
    kept = [*(studio.store / ".trash").iterdir()]
    assert len(kept) == 1 and (kept[0] / "portrait.png").is_file()


def test_reload_changes_what_a_view_shows(studio: Running, live: Page) -> None:
    shutil.copytree(studio.store / "ada", studio.store / "eve")
    manifest = studio.store / "eve" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"ada"', '"eve"'))
    try:
        live.say(type="open", view="a", character="eve", size=64)
        before = live.frame().pixels
        for name in ("portrait.png", "embedding.safetensors"):
            shutil.copy(studio.store / "ben" / name, studio.store / "eve" / name)
        with studio.http() as http:
            assert http.post("/api/characters/eve/reload").status_code == 204
        for _ in range(120):
            if live.frame().pixels != before:
                break
        else:
            pytest.fail("the view still shows the old face")
    finally:
        shutil.rmtree(studio.store / "eve")
