"""From a picture on the page to a character in the store and on to a film, and every way in which that is refused."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.needed import needed
from tests.studio.conftest import Page, Running

FIELDS = {"name": "Zoe Quill", "license": "CC0-1.0", "consent": "Nobody real is shown.", "author": "A. Painter"}


@pytest.fixture(scope="module")
def portrait(portrait_path: Path) -> bytes:
    """A small JPEG."""
    with Image.open(portrait_path) as image:
        image.thumbnail((512, 512))
        return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=92)
    return stream.getvalue()


def _post(studio: Running, portrait: bytes, files: Any = (), **fields: str) -> Any:
    given = [("portrait", ("me.jpg", portrait, "image/jpeg")), *files]
    with studio.http() as http:
        return http.post("/api/enroll", data={**FIELDS, **fields}, files=given)


def test_a_portrait_becomes_a_character_that_can_be_shown(studio: Running, live: Page, portrait: bytes) -> None:
    job = studio.finished(_post(studio, portrait, [("shot", ("b.jpg", portrait, "image/jpeg"))]))
    assert job["state"] == "done" and job["progress"] == 1.0, job
    made = job["result"]["character"]
    assert (made["id"], made["name"], made["authors"]) == ("zoe-quill", "Zoe Quill", ["A. Painter"])
    assert (made["license"], made["consent"]) == ("CC0-1.0", "Nobody real is shown.")
    live.say(type="open", view="a", character="zoe-quill", size=64)
    live.frame()
    queued = [_post(studio, portrait), _post(studio, portrait)]
    others = [studio.finished(answer)["result"]["character"]["id"] for answer in queued]
    assert others == ["zoe-quill-2", "zoe-quill-3"], "nobody is replaced by accident"
    with studio.http() as http:
        for name in ("zoe-quill", *others):
            assert http.delete(f"/api/characters/{name}").status_code == 204


def test_why_a_face_may_be_used_goes_into_the_manifest(studio: Running, portrait: bytes) -> None:
    told = {"ground": "consent", "holder": "Zoe", "date": "2026-03-01", "use": "this mod, its trailer", "consent": ""}
    job = studio.finished(_post(studio, portrait, **told))
    made = job["result"]["character"]
    kept = {"ground": "consent", "holder": "Zoe", "use": ["this mod", "its trailer"], "date": "2026-03-01"}
    assert made["stated"] and made["rights"] == kept
    assert json.loads((studio.store / made["id"] / "manifest.json").read_text())["rights"] == kept
    assert made["consent"].startswith("The person shown agreed to this use. Holder: Zoe.")
    with studio.http() as http:
        assert http.delete(f"/api/characters/{made['id']}").status_code == 204


def test_of_two_faces_one_is_chosen(studio: Running, portrait: bytes) -> None:
    one = Image.open(io.BytesIO(portrait))
    pair = Image.new("RGB", (2 * one.width, one.height))
    pair.paste(one, (0, 0))
    pair.paste(one, (one.width, 0))
    job = studio.finished(_post(studio, _jpeg(pair)))
    error = job["error"]
    assert (job["state"], error["code"], [face["index"] for face in error["faces"]]) == ("failed", "face", [0, 1])
    boxes = [face["box"] for face in error["faces"]]
    assert boxes[0][0] + boxes[0][2] < one.width < boxes[1][0]
    assert all(box[2] > 50 and box[3] > 50 and 0 <= box[1] < one.height for box in boxes)
    job = studio.finished(_post(studio, _jpeg(pair), face="1", id="right-one"))
    assert job["result"]["character"]["id"] == "right-one"
    with studio.http() as http:
        assert http.delete("/api/characters/right-one").status_code == 204


def test_points_set_by_hand(studio: Running, portrait: bytes) -> None:
    refused = studio.finished(_post(studio, portrait, landmarks=json.dumps({"schema": 1, "points": [[1, 2]]})))
    assert refused["error"]["code"] == "face" and "1 point" in refused["error"]["cause"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"GIF89a" + bytes(100), "portrait"), (b"", "portrait"), (b"\xff\xd8\xff" + bytes(50), "portrait")],
)
def test_what_is_no_picture_is_explained(studio: Running, data: bytes, code: str) -> None:
    job = studio.finished(_post(studio, data))
    assert job["state"] == "failed" and job["error"]["code"] == code and job["error"]["remedy"]


def test_a_picture_without_a_face_is_explained(studio: Running) -> None:
    job = studio.finished(_post(studio, _jpeg(Image.new("RGB", (200, 200), "grey"))))
    assert job["error"]["code"] == "face" and "faces" not in job["error"]


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"license": ""},
        {"consent": ""},
        {"ground": "because"},
        {"ground": "consent", "date": "yesterday"},
        {"id": "../up"},
        {"id": "UPPER"},
        {"face": "-1"},
        {"face": "one"},
    ],
)
def test_fields_that_make_no_sense_are_refused_at_once(
    studio: Running, portrait: bytes, fields: dict[str, str]
) -> None:
    answer = _post(studio, portrait, **fields)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "request"


def test_what_is_no_form_is_refused(studio: Running) -> None:
    with studio.http() as http:
        for content, kind in [(b"{}", "application/json"), (b"--x", "multipart/form-data; boundary=y"), (b"", "")]:
            answer = http.post("/api/enroll", content=content, headers={"Content-Type": kind})
            assert answer.status_code == 400, answer.text


def test_uploads_end_at_their_limit(studio: Running) -> None:
    mib = bytes(2**20)

    def form(count: int) -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="portrait"; filename="a"\r\n\r\n'
        for _ in range(count):
            yield mib
        yield b"\r\n--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    with studio.http() as http:
        answer = http.post("/api/enroll", content=form(65), headers=kind)  # chunked: no length is stated
        assert answer.status_code == 413 and answer.json()["error"]["code"] == "too-large"
        assert http.post("/api/say", content=b" " * 100_000).status_code == 413


def test_a_stated_length_is_judged_before_the_body_comes(studio: Running) -> None:
    host, _, port = studio.address.partition(":")
    with closing(HTTPConnection(host, int(port), timeout=30)) as connection:
        connection.putrequest("POST", "/api/enroll")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", str(2**40))
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_an_upload_that_is_broken_off_is_no_fault(studio: Running) -> None:
    """And it leaves no file; a traceback in the log would fail at the end of this module."""
    host, _, port = studio.address.partition(":")
    with closing(HTTPConnection(host, int(port), timeout=30)) as connection:
        connection.putrequest("POST", "/api/enroll")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Content-Length", "1000000")
        connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="portrait"; filename="a"\r\n\r\n')
    with studio.http() as http:
        assert http.get("/api/info").status_code == 200
    assert "Not foreseen" not in studio.log.read_text()


def test_the_queue_is_short_and_temporary_files_go(studio: Running, portrait: bytes) -> None:
    answers = [_post(studio, portrait[:2000], name=f"n{index}") for index in range(12)]
    busy = [answer for answer in answers if answer.status_code == 429]
    assert all(answer.json()["error"]["code"] == "busy" for answer in busy)
    for answer in answers:
        if answer not in busy:
            assert studio.finished(answer)["error"]["code"] == "portrait"
    left = [*(studio.log.parent / "tmp").glob("npcface-studio-*/*")]
    assert [path.name for path in left] == ["files"]


def test_unknown_jobs(studio: Running) -> None:
    with studio.http() as http:
        assert http.get("/api/jobs/0123").status_code == 404


def test_from_portrait_to_film(studio: Running, live: Page, portrait_path: Path) -> None:
    """Enrol, look, prepare a line, speak it, export it with its sound."""
    av = needed("av", "npcface[video] is not installed")
    needed("hibari", "npcface[speech] is not installed")
    with studio.http() as http:
        files = {"portrait": ("me.jpg", portrait_path.read_bytes(), "image/jpeg")}
        fields = {"name": "Nova", "license": "MIT", "consent": "Nobody real is shown."}
        made = studio.finished(http.post("/api/enroll", data=fields, files=files))["result"]["character"]
        line = http.post("/api/say", json={"text": "Hello there."}).json()
    live.say(type="open", view="a", character=made["id"], size=64)
    live.say(type="speak", line=line["line"])
    live.wait_for("line", state="ended")
    _, data = studio.exported(character=made["id"], kind="mp4", line=line["line"], emotion={"happy": 0.5})
    with av.open(io.BytesIO(data)) as film:
        assert film.streams.video[0].frames / 30 == pytest.approx(film.duration / 1e6, abs=0.1)
        assert film.duration / 1e6 >= line["seconds"] - 0.1
        assert max(abs(frame.to_ndarray()).max() for frame in film.decode(audio=0)) > 0.03
    with studio.http() as http:
        assert http.delete(f"/api/characters/{made['id']}").status_code == 204
