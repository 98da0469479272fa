"""A face in front of the camera moves the face on the page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.studio.conftest import Page, Running


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=90)
    return stream.getvalue()


@pytest.fixture(scope="module")
def face(portrait_path: Path) -> Image.Image:
    """A face as a webcam shows it."""
    with Image.open(portrait_path) as image:
        square = image.convert("RGB").resize((240, 240))
    picture = Image.new("RGB", (320, 240), "grey")
    picture.paste(square, (40, 0))
    return picture


def _track(socket: Any, picture: bytes) -> dict[str, Any]:
    socket.send(picture)
    answer: dict[str, Any] = json.loads(socket.recv(timeout=60))
    return answer


def test_a_still_face_is_neutral_and_a_tilted_one_is_not(studio: Running, live: Page, face: Image.Image) -> None:
    live.say(type="open", view="a", character="ben", size=64)
    live.say(type="layers", camera=True)
    before = live.frame().pixels
    with studio.socket("/api/camera") as camera:
        for _ in range(12):
            rest = _track(camera, _jpeg(face))
        assert rest["type"] == "tracked" and rest["ms"] > 0
        assert all(
            abs(value) < 3.0 if name.startswith("head") else value < 0.1 for name, value in rest["values"].items()
        )
        tilted = _jpeg(face.rotate(-15, fillcolor="grey"))  # clockwise: to the subject's left shoulder
        for _ in range(12):
            turned = _track(camera, tilted)
        assert turned["values"]["headRoll"] > 8.0
        _track(camera, tilted)
        assert any(live.frame().pixels != before for _ in range(10))
        assert _track(camera, _jpeg(Image.new("RGB", (320, 240), "grey"))) == {"type": "lost"}


@pytest.mark.parametrize("junk", [b"", b"\xff\xd8\xff\xe0junk", b"\x89PNG\r\n\x1a\n", "text"])
def test_what_is_no_picture_is_answered(studio: Running, face: Image.Image, junk: bytes | str) -> None:
    with studio.socket("/api/camera") as camera:
        camera.send(junk)
        assert json.loads(camera.recv(timeout=60))["error"]["code"] == "state"
        assert _track(camera, _jpeg(face))["type"] == "tracked"


def test_huge_pictures_are_not_decoded(studio: Running) -> None:
    with studio.socket("/api/camera") as camera:
        assert "2000×2000" in _track(camera, _jpeg(Image.new("RGB", (2000, 2000))))["error"]["cause"]


def test_one_page_has_the_camera(studio: Running, face: Image.Image) -> None:
    with studio.socket("/api/camera") as first:
        assert _track(first, _jpeg(face))["type"] == "tracked"
        with studio.socket("/api/camera") as second:
            assert json.loads(second.recv(timeout=60))["error"]["code"] == "busy"
