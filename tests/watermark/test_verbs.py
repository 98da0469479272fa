"""Real files from the verbs, and ``npcface detect`` on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.main import get_command
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.watermark import character_hash
from npcface.watermark.files import frames_of
from tests.needed import needed

run = CliRunner().invoke


def detected(*given: str) -> tuple[int, list[dict[str, Any]]]:
    result = run(app, ["detect", *given, "--json"])
    return result.exit_code, json.loads(result.stdout)["files"]


@pytest.mark.parametrize("kind", ["png", "webp", "mp4", "sprites"])
def test_exports_are_marked_unless_told_not_to(kind: str, character_store: Path, tmp_path: Path) -> None:
    if kind == "mp4":
        needed("av", "npcface[video] is not installed")
    suffix = ".png" if kind == "sprites" else f".{kind}"
    size = "64" if kind == "sprites" else "192"
    common = ["export", str(character_store / "ada"), "--as", kind, "--size", size, "--quality", "warp",
              "--seconds", "0.2", "--json"]  # fmt: skip
    with_, without = tmp_path / f"with{suffix}", tmp_path / f"without{suffix}"
    said = json.loads(run(app, [*common, "--out", str(with_)]).stdout)["watermark"]
    assert json.loads(run(app, [*common, "--out", str(without), "--no-watermark"]).stdout)["watermark"] is None
    assert said.startswith(f"{character_hash('ada'):06x}-")
    code, rows = detected(str(with_), "--character", "ada")
    assert (code, rows[0]["kind"], rows[0]["payload"], rows[0]["character_matches"]) == (0, "export", said, True)
    code, rows = detected(str(without))
    assert (code, rows[0]["marked"], rows[0]["payload"]) == (4, False, None)


def test_a_folder_and_what_cannot_be_read(character_store: Path, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((80, 80, 3), np.uint8)).save(tmp_path / "black.png")
    (tmp_path / "notes.txt").write_text("no picture")
    code, rows = detected(str(tmp_path))
    assert code == 4 and [Path(row["file"]).name for row in rows] == ["black.png"]
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xffnothing")
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42nothing")
    code, rows = detected(str(tmp_path), str(tmp_path / "missing.png"))
    assert code == 1 and sum("error" in row for row in rows) == 3
    result = run(app, ["detect", str(tmp_path / "black.png")])
    assert result.exit_code == 4 and "no mark found" in result.stdout


@pytest.mark.parametrize("verb", ["export", "animate", "sheet", "demo"])
def test_all_that_write_pictures_can_leave_mark_and_note_out(verb: str) -> None:
    options = {option.name: option for option in get_command(app).commands[verb].params}  # type: ignore[attr-defined]
    assert options["watermark"].envvar == "NPCFACE_WATERMARK_EXPORTS"
    assert "--no-watermark" in options["watermark"].secondary_opts
    assert "--no-credentials" in options["credentials"].secondary_opts


def test_what_to_do_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "missing.png"
    assert detected(str(missing))[1][0]["error"]["remedy"].startswith("Name a picture")
    assert "Name a picture" in " ".join(run(app, ["detect", str(missing)]).stderr.split())


def test_frames_that_are_held_together_are_few_when_they_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shades = [Image.new("RGB", (100, 80), (shade, 0, 0)) for shade in range(0, 200, 5)]
    shades[0].save(tmp_path / "a.webp", save_all=True, append_images=shades[1:], lossless=True)
    shades[0].save(tmp_path / "a.tiff", save_all=True, append_images=[Image.new("RGB", (400, 400)), shades[1]])
    assert len(frames_of(tmp_path / "a.webp")) == 16
    monkeypatch.setattr("npcface.watermark.files.PIXELS_MAX", 5 * 8000 + 1)
    assert [frame.shape for frame in frames_of(tmp_path / "a.webp")] == [(80, 100, 3)] * 5
    assert [frame.shape for frame in frames_of(tmp_path / "a.tiff")] == [(80, 100, 3)] * 2


def test_several_people_are_named_together(character_store: Path, tmp_path: Path) -> None:
    out, ada = tmp_path / "sheet.png", str(character_store / "ada")
    assert run(app, ["sheet", ada, ada, "--size", "128", "--quality", "warp", "--out", str(out)]).exit_code == 0
    assert detected(str(out), "--character", "ada ada")[1][0]["character_matches"] is True
    assert detected(str(out), "--character", "ada")[1][0]["character_matches"] is False


def test_a_sheet_needs_a_pictures_name(character_store: Path, tmp_path: Path) -> None:
    result = run(app, ["sheet", str(character_store / "ada"), "--out", str(tmp_path / "sheet.txt")])
    assert result.exit_code == 2 and "sheet.txt" in result.stderr


def test_a_sheet_is_marked(character_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    common = ["sheet", str(character_store / "ada"), "--size", "128", "--quality", "warp", "--json"]
    said = json.loads(run(app, [*common, "--out", str(out)]).stdout)["watermark"]
    code, rows = detected(str(out))
    assert (code, rows[0]["payload"]) == (0, said)


def test_frames_of_a_performance_are_marked(character_store: Path, tmp_path: Path) -> None:
    common = ["animate", str(character_store / "ada"), "--drive", "hm", "--size", "128", "--fps", "8", "--json"]
    result = run(app, [*common, "--frames", str(tmp_path / "frames"), "--quality", "warp"])
    said = json.loads(result.stdout)["watermark"]
    code, rows = detected(str(tmp_path / "frames" / "frame_000000.png"))
    assert (code, rows[0]["payload"]) == (0, said)
