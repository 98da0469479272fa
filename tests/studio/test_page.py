"""The way an artist goes: drop a portrait, meet the character, move it, let it speak, take it along."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

import npcface.studio
from tests.conftest import portrait
from tests.studio.browser import chromium, drop, enter, frames, keep, pixels, window
from tests.studio.conftest import Running

HEARS = Path(npcface.studio.__file__).parents[1] / "voice" / "data" / "hear.safetensors"
CONSENT = "Painted, modelled or made by an image generator"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Chromium before whose camera sits one of openpeople."""
    film = tmp_path_factory.mktemp("camera") / "face.mjpeg"
    picture = Image.open(portrait("P010")).convert("RGB").resize((640, 640)).crop((0, 80, 640, 560))
    picture.save(film, "JPEG", quality=90)
    film.write_bytes(film.read_bytes() * 4)
    with chromium(f"--use-file-for-fake-video-capture={film}") as opened:
        yield opened


@pytest.fixture
def page(browser: Any, studio: Running) -> Iterator[Any]:
    """The gallery."""
    with window(browser, studio.url) as opened:
        opened.wait_for_selector(".card img")
        yield opened


def _say_about_it(page: Any, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Licence of the picture").fill("MIT")
    page.get_by_text(CONSENT).click()
    page.get_by_role("button", name="Make the character").click()


def _set(page: Any, channel: str, key: str = "End") -> None:
    page.locator(f"[data-channel={channel}]").press(key)
    frames(page, 4)


def test_a_dropped_portrait_becomes_a_character_that_lives(page: Any, studio: Running) -> None:
    drop(page, portrait("P009"))
    page.wait_for_selector(".picture img")
    _say_about_it(page, "Imani of the Lake")
    page.wait_for_selector("progress")
    page.wait_for_url("**/#/live/imani-of-the-lake")
    page.wait_for_selector("canvas[data-sequence]")
    frames(page)
    manifest = json.loads((studio.store / "imani-of-the-lake" / "manifest.json").read_text())
    assert (manifest["name"], manifest["license"]) == ("Imani of the Lake", "MIT")
    assert manifest["consent"].startswith("Nobody real is shown")


def test_the_jaw_opens_the_mouth_and_leaves_the_forehead(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    before = pixels(page)
    page.get_by_label("Find a channel").fill("jaw")
    _set(page, "jawOpen")
    change = np.abs(pixels(page) - before).mean(axis=2)
    side = len(change)
    mouth, forehead = change[side // 2 : side * 3 // 4, side // 3 : side * 2 // 3], change[: side // 4]
    assert mouth.mean() > 5.0 > 10 * forehead.mean()
    page.get_by_role("button", name="Reset all").click()
    frames(page, 4)
    assert np.abs(pixels(page) - before).mean() < 0.5


def test_left_and_right_go_together_until_they_are_parted(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_label("Find a channel").fill("blink")
    _set(page, "eyeBlinkLeft")
    assert page.locator("[data-channel=eyeBlinkRight]").input_value() == "1"
    page.get_by_role("switch", name="Left and right together").uncheck()
    _set(page, "eyeBlinkLeft", "Home")
    assert page.locator("[data-channel=eyeBlinkRight]").input_value() == "1"
    number = page.get_by_label("Blink right, number")
    number.fill("9")
    number.press("Enter")
    assert number.input_value() == "1.00"


def test_dragging_the_face_turns_the_head_and_shift_the_eyes(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    box = page.locator("canvas").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def drag_right() -> None:
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + 90, middle[1], steps=4)
        page.mouse.up()

    def value(name: str) -> float:
        return float(page.locator(f"[data-channel={name}]").input_value())

    drag_right()
    assert value("headYaw") > 3 and value("gazeYaw") == 0
    page.keyboard.down("Shift")
    drag_right()
    page.keyboard.up("Shift")
    assert value("gazeYaw") > 3
    page.locator("canvas").dblclick()
    assert (value("headYaw"), value("gazeYaw")) == (0, 0)


def test_a_line_is_heard_and_seen(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_role("tab", name="Speech").click()
    line = page.get_by_label("Line")
    line.fill("Hello there, my old friend.")
    line.press("Control+Enter")
    page.wait_for_function("() => Number(document.querySelector('canvas').dataset.line) >= 0.2")
    assert re.search(r"Sound and picture: (together|sound \d+ ms)", page.locator(".sync").inner_text())
    assert page.locator(".strip-track span").count() > 8
    keep(page, "speaking")
    page.wait_for_function("() => Number(document.querySelector('canvas').dataset.line) < 0")
    page.get_by_role("button", name="Stop").wait_for(state="hidden")


def test_a_recording_moves_the_mouth(page: Any, studio: Running, tmp_path: Path) -> None:
    import wave

    if not HEARS.exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"NOTHING IS HEARD: {HEARS} is missing")
    seconds, rate = 1.0, 16000
    time = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * time) / k for k in range(1, 20)) * (np.sin(8 * time) > 0)
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((buzz * 8000).astype("<i2").tobytes())
    enter(page, studio.url)
    page.get_by_role("tab", name="Speech").click()
    page.locator("input[type=file]").set_input_files(tmp_path / "voice.wav")
    page.wait_for_function("() => Number(document.querySelector('canvas').dataset.line) >= 0")


@pytest.mark.parametrize(("kind", "name"), [("Picture", "ada.png"), ("Character", "ada.zip")])
def test_exports_arrive_as_files(page: Any, studio: Running, tmp_path: Path, kind: str, name: str) -> None:
    enter(page, studio.url)
    page.get_by_role("button", name="Export").click()
    page.get_by_role("radio", name=kind).check()
    with page.expect_request("**/api/export") as asked:
        page.get_by_role("button", name="Make it").click()
    wish = asked.value.post_data_json
    assert wish["idle"] is False and "seconds" not in wish
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save").click()
    waiting.value.save_as(tmp_path / name)
    if kind == "Picture":
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (512, 512)
    else:
        with zipfile.ZipFile(tmp_path / name) as pack:
            assert pack.testzip() is None
            assert any(entry.endswith("manifest.json") for entry in pack.namelist())


def test_of_several_faces_one_is_clicked(page: Any, studio: Running, tmp_path: Path) -> None:
    both = Image.new("RGB", (1200, 600))
    for at, person in enumerate(("P009", "P010")):
        both.paste(Image.open(portrait(person)).convert("RGB").resize((600, 600)), (600 * at, 0))
    both.save(tmp_path / "two people.png")
    drop(page, tmp_path / "two people.png")
    _say_about_it(page, "Second")
    face = page.get_by_role("button", name="Face 2")
    face.wait_for()
    keep(page, "several-faces")
    face.click()
    page.wait_for_url("**/#/live/second")
    assert json.loads((studio.store / "second" / "manifest.json").read_text())["face"] == 1


def test_a_face_that_nobody_finds_is_placed_by_hand(page: Any, studio: Running, tmp_path: Path) -> None:
    mask = Image.new("RGB", (480, 560), "#28323c")
    pen = ImageDraw.Draw(mask)
    pen.ellipse((90, 60, 390, 500), fill="#9aa67c")
    pen.ellipse((200, 190, 280, 270), fill="#15181c")  # one eye: no detector takes it for a face
    mask.save(tmp_path / "golem.png")
    drop(page, tmp_path / "golem.png")
    _say_about_it(page, "Golem")
    page.get_by_role("button", name="Place the face by hand").click()
    board = page.get_by_role("application")
    board.press("ArrowDown")
    board.press("Shift+ArrowDown")
    keep(page, "landmark-box")
    board.press("Enter")
    before = page.locator("[data-name=jaw0]").get_attribute("cx")
    board.press("Shift+ArrowRight")
    assert float(page.locator("[data-name=jaw0]").get_attribute("cx")) == float(before) + 10
    dot = page.locator("[data-name=jaw8]").bounding_box()
    page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    page.mouse.down()
    page.mouse.move(dot["x"], dot["y"] + 12, steps=3)
    page.mouse.up()
    keep(page, "landmark-points")
    page.keyboard.press("g")  # elsewhere the way to the gallery
    assert page.get_by_role("application").is_visible()
    page.get_by_role("button", name="Use these points").click()
    page.wait_for_url("**/#/live/golem")
    page.wait_for_selector("canvas[data-sequence]")
    points = json.loads((studio.store / "golem" / "manifest.json").read_text())["landmarks"]["points"]
    assert len(points) == 68


def test_two_pictures_are_compared(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector("[data-view=b] canvas[data-sequence]")
    page.get_by_label("Character in picture B").select_option("ben")
    frames(page, 6, "b")
    assert np.abs(pixels(page, "a") - pixels(page, "b")).mean() > 10
    page.get_by_role("button", name="Compare").click()
    assert page.locator("canvas").count() == 1


def test_the_camera_drives_the_face(page: Any, studio: Running) -> None:
    enter(page, studio.url)
    page.get_by_role("tab", name="Camera").click()
    page.get_by_role("switch", name="Drive with my camera").check()
    page.get_by_text("Face found").wait_for()
    page.get_by_role("switch", name="Drive with my camera").uncheck()


def test_a_deleted_character_lies_in_the_trash(page: Any, studio: Running) -> None:
    page.get_by_role("button", name="Delete Ben").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("link", name="Open Ben").wait_for(state="detached")
    assert not (studio.store / "ben").exists()
    assert [path.name for path in (studio.store / ".trash").glob("ben*")]
