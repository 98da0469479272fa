"""What people write after --drive and --background."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from npcface.cli.script import parse_background, performance, resampled
from npcface.errors import NpcFaceError, StateError
from npcface.state import FaceState
from tests.needed import needed

NOBODY: Any = None  # text and tracks do not look at the character


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("portrait", "portrait"),
        ("transparent", "transparent"),
        ("#336699", (0x33, 0x66, 0x99)),
        ("FFFFFF", (255, 255, 255)),
    ],
)
def test_backgrounds(text: str, meant: object) -> None:
    assert parse_background(text) == meant


@pytest.mark.parametrize("text", ["", "#12", "#12345g", "blue", "#1234567", "1 2 3 "])
def test_unknown_backgrounds_are_refused(text: str) -> None:
    with pytest.raises(StateError, match="Background"):
        parse_background(text)


def timed(*seconds: float) -> Iterator[tuple[float, FaceState]]:
    return ((s, FaceState.of({"jawOpen": s})) for s in seconds)


@pytest.mark.parametrize(
    ("seconds", "fps", "shown"),
    [
        ((0.0, 0.1, 0.2), 10, [0.0, 0.1, 0.2]),  # the same rate: one for one
        ((0.0, 0.1, 0.2), 5, [0.0, 0.2]),  # half: every other
        ((0.0, 0.2, 0.4), 10, [0.0, 0.0, 0.2, 0.2, 0.4]),  # twice: each one held
        ((0.0, 0.05, 0.3), 10, [0.0, 0.05, 0.05, 0.3]),  # a variable rate
        ((), 10, []),
    ],
)
def test_resampling_shows_the_latest_state(seconds: tuple[float, ...], fps: float, shown: list[float]) -> None:
    assert [round(state["jawOpen"], 3) for state in resampled(timed(*seconds), fps)] == shown


def test_a_track_keeps_its_rate_unless_another_is_asked_for(tmp_path: Path) -> None:
    frames = [{"weights": {"jawOpen": k / 10}} for k in range(10)]
    (tmp_path / "t.json").write_text(json.dumps({"schema": 1, "fps": 10, "frames": frames}))
    rate, states = performance(str(tmp_path / "t.json"), NOBODY, "relative", None)
    assert rate == 10
    assert [round(state["jawOpen"], 3) for state in states] == [k / 10 for k in range(10)]
    rate, states = performance(str(tmp_path / "t.json"), NOBODY, "relative", 20.0)
    assert rate == 20
    assert len(list(states)) == 19


@pytest.mark.parametrize("name", ["missing.json", "missing.mp4", "MISSING.MOV"])
def test_a_missing_file_is_not_spoken(name: str) -> None:
    with pytest.raises(StateError, match="not a file"):
        performance(name, NOBODY, "relative", None)


def test_anything_else_is_text_to_speak() -> None:
    needed("hibari", "hibari is not installed")
    rate, states = performance("Hello there.", NOBODY, "relative", None)
    assert rate == 30
    assert max(state["jawOpen"] for state in islice(states, 40)) > 0.1


def test_a_broken_track_is_explained(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("{")
    with pytest.raises(NpcFaceError, match="not JSON"):
        performance(str(tmp_path / "t.json"), NOBODY, "relative", None)
