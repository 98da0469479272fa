"""The verbs do their job with an enrolled character, a real renderer and a real daemon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.cli.demo import sustainable_fps
from tests.needed import needed

run = CliRunner()


def succeed(*arguments: str) -> Any:
    """Run a verb with --json and return its document."""
    result = run.invoke(app, ["--debug", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def track(tmp_path: Path) -> Path:
    """Three frames: neutral, mouth open, head turned."""
    frames = [{"weights": {}}, {"weights": {"jawOpen": 0.8}}, {"head": [20, 0, 0]}]
    path = tmp_path / "track.json"
    path.write_text(json.dumps({"schema": 1, "fps": 12, "frames": frames}))
    return path


@pytest.fixture(autouse=True)
def store(character_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NPCFACE_CHARACTERS", str(character_store))
    return character_store


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image).astype(int)


def test_animate_writes_one_picture_a_state_and_the_states_show(track: Path, tmp_path: Path) -> None:
    document = succeed("animate", "ada", "--drive", str(track), "--frames", str(tmp_path / "f"), "--size", "128")
    assert (document["frames"], document["fps"]) == (3, 12)
    neutral, opened, turned = (pixels(tmp_path / "f" / f"frame_{k:06d}.png") for k in range(3))
    assert neutral.shape == (128, 128, 3)
    lower, upper = slice(64, 110), slice(0, 40)
    assert np.abs(opened - neutral)[lower].mean() > 4 * np.abs(opened - neutral)[upper].mean()  # the jaw, not the hair
    assert np.abs(turned - neutral).mean() > 2.0


def test_animate_writes_a_film_at_the_tracks_rate(track: Path, tmp_path: Path) -> None:
    av = needed("av", "av is not installed")
    film = tmp_path / "out.mp4"
    succeed("animate", "ada", "--drive", str(track), "--out", str(film), "--size", "128")
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 12
        assert len(list(container.decode(stream))) == 3


def test_re_enactment_of_a_clip_by_its_own_first_frame_lines_up_with_the_clip(tmp_path: Path) -> None:
    av = needed("av", "av is not installed")
    needed("mediapipe", "mediapipe is not installed")
    poses = [{"head": [yaw, 0, 0], "weights": {"jawOpen": opening}} for yaw, opening in ((0, 0), (0, 0.5), (12, 0.2))]
    (tmp_path / "track.json").write_text(json.dumps({"schema": 1, "fps": 5, "frames": poses}))
    clip = tmp_path / "clip.mp4"
    succeed("animate", "ada", "--drive", str(tmp_path / "track.json"), "--out", str(clip))
    with av.open(str(clip)) as container:
        truth = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    Image.fromarray(truth[0].astype(np.uint8)).save(tmp_path / "first.png")
    arguments = ["--drive", str(clip), "--motion", "absolute", "--frames", str(tmp_path / "f")]
    document = succeed("animate", str(tmp_path / "first.png"), *arguments)
    assert (document["frames"], document["fps"]) == (3, 5)
    made = [pixels(tmp_path / "f" / f"frame_{k:06d}.png") for k in range(3)]
    assert [picture.shape for picture in made] == [frame.shape for frame in truth]
    assert np.abs(made[0] - truth[0]).mean() < 2.0  # the portrait's own state gives the portrait back
    mouth, whole = np.s_[140:200, 90:165], np.s_[:, :]
    for k, part in ((1, mouth), (2, whole)):  # closer to the clip than a still copy of its first frame
        assert np.abs(made[k] - truth[k])[part].mean() < 0.7 * np.abs(truth[0] - truth[k])[part].mean()


def test_a_film_without_a_face_is_refused(tmp_path: Path) -> None:
    needed("mediapipe", "mediapipe is not installed")
    from npcface.output import mp4

    with mp4(tmp_path / "grey.mp4", 5) as writer:
        for _ in range(2):
            writer.add(np.full((128, 128, 4), 128, np.uint8))
    arguments = ["--drive", str(tmp_path / "grey.mp4"), "--out", str(tmp_path / "out.mp4"), "--json"]
    result = run.invoke(app, ["animate", "ada", *arguments])
    assert result.exit_code == 1
    assert "No face" in json.loads(result.stdout)["error"]["cause"]
    assert not (tmp_path / "out.mp4").exists()


def test_animate_keeps_transparency_in_frames(track: Path, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    arguments = ["--frames", str(folder), "--size", "128", "--background", "transparent"]
    succeed("animate", "ada", "--drive", str(track), *arguments)
    picture = pixels(folder / "frame_000000.png")
    assert picture.shape == (128, 128, 4)
    assert picture[2, 2, 3] == 0 and picture[64, 64, 3] == 255


def test_animate_paints_the_background_asked_for(track: Path, tmp_path: Path) -> None:
    folder = tmp_path / "f"
    arguments = ["--frames", str(folder), "--size", "128", "--background", "#00ff00"]
    succeed("animate", "ada", "--drive", str(track), *arguments)
    assert np.abs(pixels(folder / "frame_000000.png")[2, 2] - (0, 255, 0)).max() <= 2


def test_animate_and_sheet_draw_in_the_quality_asked_for(track: Path, tmp_path: Path) -> None:
    shown = {}
    for quality in ("warp", "neural"):
        arguments = ["--frames", str(tmp_path / quality), "--size", "128", "--quality", quality]
        assert succeed("animate", "ada", "--drive", str(track), *arguments)["quality"] == quality
        sheet = tmp_path / f"{quality}.png"
        arguments = ["--size", "64", "--out", str(sheet), "--quality", quality]
        assert succeed("sheet", "ada", "--what", "poses", *arguments)["quality"] == quality
        shown[quality] = [pixels(tmp_path / quality / "frame_000001.png"), pixels(sheet)]
    for warp, neural in zip(shown["warp"], shown["neural"], strict=True):
        assert 0.05 < np.abs(warp - neural).mean() < 40


@pytest.mark.parametrize(("kind", "columns", "lines"), [("summary", 15, 1), ("poses", 5, 4), ("visemes", 16, 1)])
def test_sheet_has_a_cell_for_every_state(kind: str, columns: int, lines: int, tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    document = succeed("sheet", "ada", "ben", "--what", kind, "--size", "64", "--out", str(path))
    assert document["people"] == 2
    with Image.open(path) as sheet:
        assert sheet.width == columns * (64 + 2) + 2
        assert sheet.height == 2 * (lines * (64 + 12 + 2) + 2)
        cells = np.asarray(sheet)[2:66]
    last = cells[:, (columns - 1) * 66 + 2 : columns * 66]
    assert last.std() > 10  # a picture, not paper


def test_sheet_leaves_out_what_it_cannot_use_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "sheet.png"
    document = succeed("sheet", "ada", "nobody", "--size", "64", "--out", str(path))
    assert document["people"] == 1
    assert list(document["refused"]) == ["nobody"]
    assert path.is_file()


def test_sheet_of_nobody_fails(tmp_path: Path) -> None:
    result = run.invoke(app, ["sheet", "nobody", "--out", str(tmp_path / "sheet.png")])
    assert result.exit_code == 1
    assert not (tmp_path / "sheet.png").exists()


def test_bench_runs_the_measures_asked_for_keeps_them_and_draws_them(tmp_path: Path) -> None:
    history, chart = tmp_path / "history.jsonl", tmp_path / "chart.svg"
    arguments = ["ada", "ben", "--seconds", "0.05", "--runs", "1", "--size", "64", "--history", str(history)]
    figures = succeed("bench", *arguments, "--only", "plain", "--only", "blocks", "--only", "plain")
    assert list(figures["measures"]) == ["plain", "blocks"]
    assert json.loads(history.read_text()) == figures
    told = run.invoke(app, ["bench", *arguments, "--only", "latency", "--quality", "warp"], catch_exceptions=False)
    assert told.exit_code == 0 and "frames/s" in told.stdout and "neural" not in told.stdout
    assert succeed("bench", "--history", str(history), "--chart", str(chart)) == {
        "chart": str(chart), "runs": 1, "left_out": 1,
    }  # fmt: skip
    assert "latency" in chart.read_text() and "blocks" not in chart.read_text()


def test_enroll_writes_a_folder_that_loads(portrait_path: Path, tmp_path: Path) -> None:
    needed("mediapipe", "mediapipe is not installed")
    from npcface.character import Character

    document = succeed(
        "enroll", str(portrait_path), "--id", "eve", "--name", "Eve", "--author", "A", "--author", "B",
        "--license", "CC0-1.0", "--consent", "Nobody real is shown.", "--out", str(tmp_path),
    )  # fmt: skip
    assert document["folder"] == str(tmp_path / "eve")
    manifest = Character.load(tmp_path / "eve").manifest
    assert (manifest.id, manifest.name, manifest.authors) == ("eve", "Eve", ["A", "B"])
    assert (manifest.license, manifest.consent) == ("CC0-1.0", "Nobody real is shown.")


def test_a_portrait_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    needed("mediapipe", "mediapipe is not installed")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no photo")
    result = run.invoke(app, ["enroll", str(tmp_path / "broken.jpg"), "--out", str(tmp_path / "store"), "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "portrait"
    assert not (tmp_path / "store").exists()


def test_an_id_that_cannot_be_a_folder_is_refused_before_work(portrait_path: Path, tmp_path: Path) -> None:
    result = run.invoke(app, ["enroll", str(portrait_path), "--id", "../up", "--out", str(tmp_path / "store")])
    assert result.exit_code == 1
    assert "../up" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("pace", "rate"), [(300.0, 25), (60.0, 14), (3.0, 5)])
def test_the_demo_films_no_faster_than_the_machine_renders(pace: float, rate: float) -> None:
    assert sustainable_fps(pace, 3) == rate


@pytest.mark.slow
def test_the_demo_makes_film_sheet_and_characters(tmp_path: Path) -> None:
    av = needed("av", "av is not installed")
    document = succeed("demo", "--out", str(tmp_path), "--size", "64", "--fps", "5")
    assert document["fps"] > 0 and document["p50_ms"] <= document["p99_ms"]
    assert sorted(path.name for path in (tmp_path / "characters").iterdir()) == ["amara", "astronaut", "gil"]
    with av.open(document["film"]) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == (3 * 64, 64)
        assert len(list(film.decode(stream))) == document["film_frames"] > 50
    with Image.open(document["contact_sheet"]) as sheet:
        assert sheet.height > 3 * 192
