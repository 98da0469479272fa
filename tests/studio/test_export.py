"""From the page to files that others can open."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageSequence

from npcface.credentials.read import read
from tests.needed import needed
from tests.studio.conftest import Page, Running


def test_a_still_is_what_the_view_shows(studio: Running, live: Page) -> None:
    pose = {"jawOpen": 0.6, "headYaw": 12}
    live.say(type="pose", values=pose)
    live.say(type="open", view="a", character="ada", size=64, background="transparent")
    _, data = studio.exported(kind="png", values=pose, background="transparent", watermark=False)
    assert Image.open(io.BytesIO(data)).convert("RGBA").tobytes() == live.frame().pixels


def test_sprites_come_with_their_places(studio: Running) -> None:
    _, data = studio.exported(kind="sprites")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = {Path(name).suffix: name for name in packed.namelist()}
        sheet = json.loads(packed.read(names[".json"]))
        atlas = Image.open(io.BytesIO(packed.read(names[".png"])))
    assert sheet["meta"]["image"] == names[".png"] and sheet["meta"]["size"] == {"w": atlas.width, "h": atlas.height}
    assert {*sheet["groups"]} == {"viseme", "blink", "emotion", "head"}
    assert [name for group in sheet["groups"].values() for name in group] == [*sheet["frames"]]
    cells = [tuple(one["frame"].values()) for one in sheet["frames"].values()]
    assert len({*cells}) == len(cells) == 43
    assert all(x + w <= atlas.width and y + h <= atlas.height and (w, h) == (64, 64) for x, y, w, h in cells)
    x, y, w, h = sheet["frames"]["viseme_aa"]["frame"].values()
    opened, shut = atlas.crop((x, y, x + w, y + h)), atlas.crop((0, 0, w, h))
    assert opened.tobytes() != shut.tobytes()


def test_an_animation_repeats_and_may_be_transparent(studio: Running) -> None:
    _, data = studio.exported(kind="webp", background="transparent", emotion={"happy": 0.7}, seconds=0.5)
    image: Any = Image.open(io.BytesIO(data))
    assert (image.n_frames, image.info["loop"], image.size, image.mode) == (15, 0, (64, 64), "RGBA")


def test_without_idle_life_only_the_line_moves(studio: Running) -> None:
    def pictures(**wish: Any) -> set[bytes]:
        _, data = studio.exported(kind="webp", seconds=0.5, **wish)
        image = Image.open(io.BytesIO(data))
        return {frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(image)}

    assert len(pictures(idle=False)) == 1 < len(pictures())


def test_a_pack_holds_the_character(studio: Running) -> None:
    needed("npcface.pack", "this npcface has no packs")
    _, data = studio.exported(kind="pack")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        portrait = next(name for name in packed.namelist() if name.endswith("ada/portrait.png"))
        assert packed.read(portrait) == (studio.store / "ada" / "portrait.png").read_bytes()


@pytest.mark.parametrize("wanted", [True, False])
def test_credentials_can_be_left_out(studio: Running, tmp_path: Path, wanted: bool) -> None:
    needed("c2pa", "npcface[credentials] is not installed")
    _, data = studio.exported(kind="png", credentials=wanted)
    (tmp_path / "a.png").write_bytes(data)
    assert (read(tmp_path / "a.png") is not None) is wanted


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"kind": "gif"}, 400), ({"size": 8}, 400), ({"size": 10**9}, 400), ({"seconds": 1e9}, 400),
        ({"seconds": -1}, 400), ({"values": {"noseLength": 1}}, 422), ({"emotion": {"bored": 1}}, 422),
        ({"character": "nobody"}, 404), ({"character": "../ada"}, 400), ({"line": "nothing"}, 404),
        ({"background": "plaid"}, 400),
    ],
)  # fmt: skip
def test_wishes_that_make_no_sense_are_refused_at_once(studio: Running, wish: dict[str, Any], status: int) -> None:
    with studio.http() as http:
        answer = http.post("/api/export", json={"character": "ada", "kind": "png", **wish})
    assert answer.status_code == status and answer.json()["error"]["cause"], answer.text


@pytest.mark.parametrize(
    "wish", [{"kind": "mp4", "background": "transparent"}, {"kind": "webp", "size": 512, "seconds": 100}]
)
def test_what_no_file_can_hold_fails_and_leaves_nothing(studio: Running, wish: dict[str, Any]) -> None:
    with studio.http() as http:
        job = studio.finished(http.post("/api/export", json={"character": "ada", **wish}))
    assert (job["state"], job["error"]["code"]) == ("failed", "limit")
    assert not [*(studio.log.parent / "tmp").rglob("*.part")]


@pytest.mark.parametrize("name", ["nothing.png", "..%2fstudio.log", "%2e%2e"])
def test_only_exports_are_served_as_files(studio: Running, name: str) -> None:
    with studio.http() as http:
        assert http.get(f"/api/files/{name}").status_code in (403, 404)
