"""Fine-tuning from the page keeps the result beside the character, so that both can be compared."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image

from tests.needed import needed
from tests.studio.conftest import Page, Running

needed("torch", "npcface[train] is not installed")


def _post(studio: Running, pictures: list[bytes], **fields: str) -> Any:
    with studio.http() as http:
        files = [("portrait", (f"{index}.jpg", picture, "image/jpeg")) for index, picture in enumerate(pictures)]
        return http.post("/api/characters/ben/finetune", data=fields, files=files)


@pytest.mark.slow
def test_the_result_stands_beside_the_character(studio: Running) -> None:
    portrait = (studio.store / "ben" / "portrait.png").read_bytes()
    job = studio.finished(_post(studio, [portrait], steps="1"), patience_s=240.0)
    assert job["state"] == "done", job
    made = job["result"]["character"]
    assert (made["id"], made["name"], made["finetuned"]) == ("ben-tuned", "Ben (tuned)", True)
    assert job["result"]["after"] < job["result"]["before"]
    with studio.socket("/api/live") as socket:
        live = Page(socket)
        live.say(type="open", view="a", character="ben", size=64, quality="neural")
        live.say(type="open", view="b", character="ben-tuned", size=64, quality="neural")
        pictures: dict[str, bytes] = {}
        while len(pictures) < 2:
            frame = live.any_frame()
            pictures[frame.view] = frame.pixels
    assert pictures["a"] != pictures["b"]


def test_pictures_without_a_face_teach_nothing(studio: Running) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (256, 256), "grey").save(stream, "PNG")
    job = studio.finished(_post(studio, [stream.getvalue()]))
    assert (job["state"], job["error"]["code"]) == ("failed", "not-better") and job["error"]["remedy"]


def test_whatever_ends_the_learning_is_told() -> None:
    command, pipe = [sys.executable, "-m", "npcface.studio.tune"], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as learner:
        assert learner.stdin is not None and learner.stdout is not None and learner.stderr is not None
        learner.stdin.write("{}\n")
        learner.stdin.flush()  # and left open: it leaves when that is closed
        told = json.loads([*learner.stdout][-1])["error"]
        assert "Traceback" in learner.stderr.read()
    assert told["code"] == "unexpected" and "KeyError" in told["cause"]


@pytest.mark.parametrize("fields", [{"steps": "0"}, {"steps": "many"}, {"steps": "99999999999"}])
def test_orders_that_make_no_sense_are_refused_at_once(studio: Running, fields: dict[str, str]) -> None:
    assert _post(studio, [b"x"], **fields).status_code == 400
    assert _post(studio, []).status_code == 400
