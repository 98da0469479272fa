"""Acts and files, drawn here and by a daemon."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from npcface.drive.spoken import SpokenLine
from npcface.errors import LimitError, StateError
from npcface.export.act import SECONDS, Act
from npcface.export.artist import local, remote
from npcface.export.export import export
from npcface.render import Renderer
from npcface.state import FaceState
from tests.conftest import Daemon
from tests.needed import needed

SIZE = 64


def test_daemon_and_renderer_draw_the_same(character: Any, daemon: Daemon) -> None:
    states = [*Act(feeling="happy", seconds=0.2).states(30.0)]
    here = [*local(Renderer("cpu"), character, SIZE, "transparent", "warp")(states)]
    with daemon.client() as client:
        there = [*remote(client, "ada", SIZE, "transparent", "warp")(states)]
    np.testing.assert_array_equal(here, there)


def test_a_silent_act_ends_where_it_begins() -> None:
    frames = [*Act(seconds=3.0).states(60.0)]
    assert len(frames) == 180
    heads = np.array([frame.head for frame in frames])
    steps = np.abs(np.diff(heads, axis=0)).max()
    assert np.abs(heads[0] - heads[-1]).max() < 1.5 * steps + 0.05
    np.testing.assert_array_equal(heads, [frame.head for frame in Act(seconds=3.0).states(60.0)])


def test_the_length_of_an_act() -> None:
    line = SpokenLine([("AA", 0.0, 1.0)])
    assert Act().length_s == SECONDS and Act(line=line).length_s == line.rest_s > 1.0
    assert Act(line=line, seconds=0.5).count(30.0) == 15
    for seconds in (0.0, -1.0, 1e9, float("nan")):
        with pytest.raises(LimitError):
            Act(seconds=seconds)
    with pytest.raises(StateError):
        Act(feeling="bored")


def test_sound_and_pictures_of_a_film_are_of_one_length(character: Any, tmp_path: Path) -> None:
    av = needed("av", "npcface[video] is not installed")
    tone = (np.sin(np.arange(22_050) * 0.1) * 9000).astype(np.int16)  # one second, then silence
    artist = local(Renderer("cpu"), character, SIZE, "portrait", "warp")
    out = export("mp4", tmp_path / "a.mp4", artist, Act(seconds=1.5), size=SIZE, sound=(tone, 22_050))
    with av.open(str(out)) as film:
        assert film.streams.video[0].frames == 45
        sound = np.concatenate([frame.to_ndarray()[0] for frame in film.decode(audio=0)])
        rate_hz = film.streams.audio[0].rate
    assert len(sound) / rate_hz == pytest.approx(1.5, abs=0.06)
    assert np.abs(sound[: rate_hz // 2]).max() > 0.2 > 0.01 > np.abs(sound[int(1.1 * rate_hz) :]).max()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("kind", ["mp4", "webp"])
def test_nothing_half_written_stays(kind: Any, character: Any, tmp_path: Path) -> None:
    def fails(states: Any) -> Any:
        yield from local(Renderer("cpu"), character, SIZE, "portrait", "warp")([FaceState()])
        raise RuntimeError("the renderer broke")

    with pytest.raises(RuntimeError):
        export(kind, tmp_path / f"a.{kind}", fails, Act(seconds=1.0), size=SIZE)
    assert not [*tmp_path.iterdir()]


def test_the_command_line_writes_sprites_and_says_so(character_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    command = [
        sys.executable,
        "-m",
        "npcface",
        "export",
        str(character_store / "ada"),
        "--as",
        "sprites",
        "--out",
        str(out),
    ]
    ended = subprocess.run(
        [*command, "--size", "64", "--quality", "warp", "--emotion", "happy=0.4", "--json"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    told = json.loads(ended.stdout)
    assert told.pop("watermark") is not None
    assert told == {"output": str(out), "kind": "sprites", "bytes": out.stat().st_size}
    sheet = json.loads(out.with_suffix(".json").read_text())
    with Image.open(out) as atlas:
        assert sheet["meta"] == {**sheet["meta"], "image": "sheet.png", "size": {"w": atlas.width, "h": atlas.height}}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as", "mp4", "--background", "transparent"], "transparency"),
        (["--as", "png", "--emotion", "bored"], "Unknown emotion"),
        (["--as", "sprites", "--size", "64"], ".zip"),
        (["--as", "webp", "--seconds", "60", "--size", "512"], "too much"),
    ],
)
def test_what_cannot_be_exported_is_explained(
    options: list[str], words: str, character_store: Path, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "npcface",
        "export",
        str(character_store / "ada"),
        "--out",
        str(tmp_path / "out.x"),
    ]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1 and words in ended.stderr, ended.stderr
    assert not [*tmp_path.iterdir()]
