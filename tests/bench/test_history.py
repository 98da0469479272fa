"""Results are kept as JSON lines, and drawn so that every line, value and gap is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from npcface.bench.chart import COLOURS, HEAD, PANEL, WIDTH, _scale, draw_history
from npcface.bench.drawing import SCALE
from npcface.bench.history import HistoryError, append, read

SVG = "{http://www.w3.org/2000/svg}"


def run_of(day: int, warp_ms: float, neural_ms: float | None = None, **machine: Any) -> dict[str, Any]:
    """A result with one measure, and a second one on even days."""
    by_quality = {"warp": {"p50_ms": warp_ms}} | ({} if neural_ms is None else {"neural": {"p50_ms": neural_ms}})
    measures: dict[str, Any] = {"plain": {"by_quality": by_quality}}
    if day % 2 == 0:
        measures["enrol"] = {"enrol_s": 2.5, "first_enrol_s": 5.0}
    return {
        "time": f"2030-01-{day:02d}T00:00:00+00:00",
        "machine": {"cpu": "Slow & Small", "cores": 2, "git_revision": f"{day:012d}", **machine},
        "setting": {"size_px": 256, "quality": "both", "provider": "auto"},
        "measures": measures,
    }


def test_what_is_appended_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.jsonl"
    runs = [run_of(1, 5.0), run_of(2, 4.5, 20.0)]
    for run in runs:
        append(path, run)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert read(path) == runs


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("{\n", "Line 1 of .* is no JSON"),
        ('\n{"measures": {}}\n', "Line 2 of .* is no result"),
        ("[1]", "Line 1 of .* is no result"),
        ('{"time": 1, "machine": {}, "setting": {}, "measures": {}}', "Line 1 of .* is no result"),
    ],
)
def test_a_damaged_line_is_named(text: str, cause: str, tmp_path: Path) -> None:
    (tmp_path / "h.jsonl").write_text(text)
    with pytest.raises(HistoryError, match=cause):
        read(tmp_path / "h.jsonl")


def test_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="cannot be read"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(HistoryError, match="cannot be written"):
        append(tmp_path, run_of(1, 5.0))  # a folder
    with pytest.raises(HistoryError, match="cannot be written"):
        draw_history([run_of(1, 5.0)], tmp_path / "none" / "chart.svg")
    with pytest.raises(HistoryError, match="no figures"):
        draw_history([run_of(1, 5.0) | {"measures": {}}], tmp_path / "chart.svg")
    with pytest.raises(HistoryError, match="no figures"):
        draw_history([], tmp_path / "chart.svg")
    assert list(tmp_path.iterdir()) == []


def test_the_chart_shows_every_value_and_leaves_out_other_machines(tmp_path: Path) -> None:
    runs = [run_of(1, 6.0, 30.0), run_of(2, 5.0), run_of(3, 9.9, cpu="Fast"), run_of(4, 4.0, 10.0)]
    assert draw_history(runs, tmp_path / "chart.svg") == 1
    picture = ElementTree.parse(tmp_path / "chart.svg").getroot()
    assert picture.get("height") == str(HEAD + 2 * PANEL)  # plain and enrol
    words = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert "4 warp" in words and "10 neural" in words and "2.5 a portrait" in words  # the newest values
    assert any("Slow & Small" in line and "left out" in line for line in words)
    dots = list(picture.iter(f"{SVG}circle"))
    assert [sum(dot.get("fill") == colour for dot in dots) for colour in COLOURS[:2]] == [3 + 2, 2 + 2]
    lines = [line for line in picture.iter(f"{SVG}polyline") if line.get("stroke") == COLOURS[0]]
    heights = [float(point.split(",")[1]) for point in str(lines[0].get("points")).split()]
    assert heights == sorted(heights) and len(heights) == 3  # faster and faster is further and further down
    places = [float(point.split(",")[0]) for point in str(lines[1].get("points")).split()]
    assert len(places) == 2 and places[1] - places[0] == pytest.approx(
        (WIDTH - 64 - 140 - 20) / 2, abs=0.2
    )  # runs 2, 3


def test_png_holds_the_same_lines(tmp_path: Path) -> None:
    draw_history([run_of(1, 6.0), run_of(3, 5.0)], tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        assert picture.format == "PNG" and picture.size == (WIDTH * SCALE, (HEAD + PANEL) * SCALE)
        pixels = np.asarray(picture.convert("RGB"))
    warp = [int(COLOURS[0][place : place + 2], 16) for place in (1, 3, 5)]
    assert (pixels == warp).all(axis=-1).sum() > 1000


@given(st.floats(1e-6, 1e9))
def test_the_scale_is_round_and_reaches_above_the_highest_value(highest: float) -> None:
    ceiling, step = _scale(highest)
    assert highest <= ceiling * (1 + 1e-6) and ceiling - step <= highest
    assert 2 <= round(ceiling / step) <= 5
