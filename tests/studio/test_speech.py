"""A line is prepared once, then spoken in time with its sound; and a recording is heard."""

from __future__ import annotations

import io
import os
import time
import wave
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import npcface
from tests.needed import needed
from tests.studio.conftest import Page, Running

needed("hibari", "npcface[speech] is not installed")


def _say(studio: Running, text: str, **fields: Any) -> dict[str, Any]:
    with studio.http() as http:
        answer = http.post("/api/say", json={"text": text, **fields})
    assert answer.status_code == 200, answer.text
    line: dict[str, Any] = answer.json()
    return line


def _wav(samples: np.ndarray[Any, Any], rate_hz: int = 16_000) -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(samples.astype("<i2").tobytes())
    return stream.getvalue()


def test_a_text_becomes_sound_with_times(studio: Running) -> None:
    line = _say(studio, "Pop, mama.", speed=1.5)
    assert line["words"] == "Pop, mama." and line["convention"] == "ipa"
    times = [(start, end) for _, start, end in line["phonemes"]]
    assert times == sorted(times) and all(0.0 <= start <= end <= line["seconds"] + 0.01 for start, end in times)
    with studio.http() as http:
        sound = http.get(line["audio"])
    assert sound.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(sound.content)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        assert file.getnframes() / file.getframerate() == pytest.approx(line["seconds"], abs=0.001)
        assert np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2")).max() > 1000


def test_frames_of_a_line_carry_its_clock(studio: Running, live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    live.say(type="open", view="b", character="ben", size=64)
    silent = live.frame("a").pixels
    live.frame("b")
    line = _say(studio, "Pop, mama.")
    asked_s = time.monotonic()
    live.say(type="speak", line=line["line"])
    while (frame := live.any_frame()).line_s < 0:
        pass
    assert any(one["type"] == "line" for one in live.told), "the page knows the line before it sees it"
    spoken = [frame]
    while (frame := live.any_frame()).line_s >= 0 or frame.view != "a":
        spoken.append(frame)
    frames = [one for one in spoken if one.view == "a" and one.line_s >= 0]
    assert time.monotonic() - asked_s >= frames[-1].line_s, "wall clock, not a count of frames"
    assert min(one.line_s for one in spoken if one.line_s >= 0) == 0.0, "the line starts with its first frame"
    assert all(later.line_s > one.line_s for one, later in pairwise(frames))
    assert all(a.time_s - frames[0].time_s == pytest.approx(a.line_s - frames[0].line_s, abs=0.01) for a in frames)
    assert frames[-1].line_s > line["seconds"] / 2
    assert len({one.pixels for one in frames}) > len(frames) // 2 and frames[len(frames) // 2].pixels != silent
    live.wait_for("stats")
    news = [(one["line"], one["state"]) for one in live.told if one["type"] == "line"]
    assert news == [(line["line"], "started"), (line["line"], "ended")]


def test_frames_tell_a_line_from_the_one_before(studio: Running, live: Page) -> None:
    line = _say(studio, "One two three four five.")
    live.say(type="open", view="a", character="ada", size=64)
    live.say(type="speak", line=line["line"])
    first = live.wait_for("line", state="started")["number"]
    while (frame := live.frame()).line_s < 0.5:
        assert frame.line_number == first
    live.say(type="speak", line=line["line"])
    while (frame := live.frame()).line_number == first:
        pass
    assert frame.line_number == first + 1 and frame.line_s == 0.0
    live.wait_for("line", state="ended", number=first + 1)
    news = [(one["state"], one["number"]) for one in live.told if one["type"] == "line"]
    assert news == [("started", first), ("ended", first), ("started", first + 1), ("ended", first + 1)]


def test_hush_ends_a_line(studio: Running, live: Page) -> None:
    live.say(type="open", view="a", character="ada", size=64)
    line = _say(studio, "One two three four five six seven eight nine ten.")
    live.say(type="speak", line=line["line"])
    live.wait_for("line", state="started")
    live.say(type="hush")
    live.wait_for("line", state="ended")
    for _ in range(4):  # those on the way
        frame = live.frame()
    assert frame.line_s == -1.0


def test_a_recording_is_heard(studio: Running, live: Page) -> None:
    weights = Path(npcface.__file__).parent / "voice" / "data" / "hear.safetensors"
    if not weights.is_file() and os.environ.get("CI") != "true":
        pytest.skip(f"{weights.name} is missing: nothing can be heard")
    time_s = np.arange(24_000) / 16_000
    voice = sum(np.sin(2 * np.pi * 140 * k * time_s) / k for k in range(1, 20))
    loud = voice * (np.sin(2 * np.pi * 2.0 * time_s) > 0) * 6000
    with studio.http() as http:
        answer = http.post("/api/hear", files={"wav": ("a.wav", _wav(loud), "audio/wav")})
    assert answer.status_code == 200, answer.text
    line = answer.json()
    assert (line["words"], line["convention"]) == ("", "oculus") and line["seconds"] == pytest.approx(1.5)
    assert {symbol for symbol, _, _ in line["phonemes"]} - {"sil", ""}
    live.say(type="open", view="a", character="ada", size=64)
    live.say(type="speak", line=line["line"])
    live.wait_for("line", state="ended")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 400), ({"text": "x" * 3000}, 400), ({"text": "hello", "speed": 99}, 400), ({}, 400), ([1], 400),
        ({"text": "hello", "voice": "nobody"}, 422), ({"text": "…"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_explained(studio: Running, body: Any, status: int) -> None:
    with studio.http() as http:
        answer = http.post("/api/say", json=body)
    assert answer.status_code == status and answer.json()["error"]["cause"], answer.text


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"OggS" + bytes(100)])
def test_what_cannot_be_heard_is_explained(studio: Running, data: bytes) -> None:
    with studio.http() as http:
        answer = http.post("/api/hear", files={"wav": ("a.wav", data, "audio/wav")})
        assert answer.status_code == 422 and answer.json()["error"]["remedy"]
        assert http.post("/api/hear", data={"wav": "text"}).status_code == 400
        assert http.get("/api/lines/unknown.wav").status_code == 404
