"""``say``, ``voices`` and ``animate --say | --wav`` do their job on real files."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.drive import track
from npcface.voice import Spoken, read_wav
from tests.needed import needed

run = CliRunner()


def succeed(*arguments: str) -> Any:
    result = run.invoke(app, ["--debug", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_say_writes_sound_and_a_track_that_fit(needed: Callable[[str], None], tmp_path: Path) -> None:
    needed("hibari:heart")
    wav, timing = tmp_path / "line.wav", tmp_path / "line.json"
    said = succeed("say", "Hello, my friend.", "--voice", "hibari:heart", "--out", str(wav), "--timing", str(timing))
    samples, rate_hz = read_wav(wav)
    assert said["seconds"] == pytest.approx(len(samples) / rate_hz, abs=0.001) and said["rate_hz"] == rate_hz
    phonemes = track.load(timing).phonemes
    assert phonemes[-1].end == pytest.approx(said["seconds"], abs=0.001)
    assert said["phonemes"] == sum(bool(p.symbol) for p in phonemes)


def test_voices_lists_what_say_takes(needed: Callable[[str], None]) -> None:
    needed("hibari:heart")
    listed = {voice["id"]: voice for voice in succeed("voices")}
    assert listed["hibari:heart"]["ready"] and listed["hibari:heart"]["licence"].startswith("Apache-2.0")
    assert all(voice["remedy"] for voice in listed.values() if not voice["ready"])


def test_an_unknown_voice_is_named(tmp_path: Path) -> None:
    result = run.invoke(app, ["say", "Hi.", "--voice", "nobody", "--out", str(tmp_path / "a.wav"), "--json"])
    assert result.exit_code == 1 and json.loads(result.stdout)["error"]["code"] == "voice"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["--say", "--wav"])
def test_animate_gives_the_film_its_sound(
    spoken: Callable[[str, str], Spoken], character_store: Path, tmp_path: Path, given: str
) -> None:
    av = needed("av", "av is not installed")
    said = spoken("hibari:heart", "Hello.")
    said.save(tmp_path / "line.wav")
    value = "Hello." if given == "--say" else str(tmp_path / "line.wav")
    film, face = tmp_path / "out.mp4", str(character_store / "ada")
    succeed("animate", face, given, value, "--out", str(film), "--size", "64", "--fps", "10", "--quality", "warp")
    with av.open(str(film)) as container:
        pictures = len(list(container.decode(video=0)))
    with av.open(str(film)) as container:
        heard = np.concatenate([piece.to_ndarray()[0] for piece in container.decode(audio=0)])
    assert pictures / 10 >= said.seconds
    assert len(heard) / 48_000 == pytest.approx(said.seconds, abs=0.06) and np.abs(heard).max() > 0.05


@pytest.mark.parametrize("given", [[], ["--drive", "Hi.", "--say", "Hi."]])
def test_animate_takes_exactly_one_driver(character_store: Path, tmp_path: Path, given: list[str]) -> None:
    result = run.invoke(app, ["animate", str(character_store / "ada"), *given, "--out", str(tmp_path / "a.mp4")])
    assert result.exit_code == 2


def test_importing_voices_loads_nothing_heavy() -> None:
    code = "import npcface.voice, sys; npcface.voice.Hearing(16000); print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"hibari", "onnxruntime", "scipy", "torch", "av", "mediapipe", "cv2", "piper"}
