"""How measures are run: by name, told what they ask for, in turn, with the machine's facts."""

from __future__ import annotations

import subprocess
from datetime import datetime
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest

from npcface.bench.facts import cpu_seconds, git_revision
from npcface.bench.registry import BY_DEFAULT, MEASURES, UNITS, Measure
from npcface.bench.setting import CROWD, Setting
from npcface.bench.turns import Pace, in_turn, summary, timed
from npcface.character import Character
from tests.bench.conftest import RUN

ROOT = Path(__file__).parents[2]


def nobody() -> list[Character]:
    raise AssertionError("no face is needed")


def test_a_measure_is_told_what_its_function_names_and_nobody_is_enrolled_for_it() -> None:
    machine = Measure("facts:machine_facts", "a function without parameters")
    found = machine.run(Setting(people=nobody))
    assert found["cores"] >= 1
    lines = machine.report({"a": {"b_ms": 1.5, "c_s": 2}, "d": "x"}).splitlines()  # it has no report of its own
    assert [line.split() for line in lines] == [["a.b_ms", "1.5"], ["a.c_s", "2"], ["d", "x"]]


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_where_the_registry_says_and_asks_for_what_there_is(name: str) -> None:
    module, _, function = MEASURES[name].place.partition(":")
    parameters = signature(getattr(import_module(f"npcface.bench.{module}"), function)).parameters
    asked = {parameter.name for parameter in parameters.values() if parameter.default is Parameter.empty}
    assert all(hasattr(Setting, parameter) for parameter in asked)
    figures = [path.rpartition(".")[2].split("_") for path in MEASURES[name].drawn.values()]
    assert figures and {UNITS[word] for words in figures for word in words if word in UNITS} == {MEASURES[name].unit}


def test_the_default_is_a_part_of_all() -> None:
    assert {"latency", "plain"} <= set(BY_DEFAULT) < set(MEASURES)


def test_faces_are_sixteen_different_characters(setting: Setting) -> None:
    assert (
        len({face.id for face in setting.faces}) == len({id(face.tensors["style"]) for face in setting.faces}) == CROWD
    )
    assert sorted(folder.name for folder in setting.characters.iterdir()) == sorted(face.id for face in setting.faces)


def test_a_store_is_used_as_it_is(character_store: Path) -> None:
    with Setting(people=nobody, store=character_store) as own:
        assert [face.id for face in own.faces] == ["ada", "ben"]
        assert own.characters == character_store
    assert (character_store / "ada").is_dir()


def test_demo_people_are_enrolled_in_one_place() -> None:
    bench = ROOT / "npcface" / "bench"
    places = [path.name for path in sorted(bench.glob("*.py")) if "ai_person" in path.read_text(encoding="utf-8")]
    assert places == ["setting.py"]


def test_work_takes_turns() -> None:
    seen: list[tuple[str, int]] = []
    work = {name: (lambda turn, name=name: seen.append((name, turn))) for name in "ab"}
    medians = timed(work, seconds=0.0, runs=3)
    assert seen == [(name, turn) for turn in range(2 + 3) for name in "ab"]  # two turns warm up
    assert [len(runs) for runs in medians.values()] == [3, 3]
    order: list[int] = []
    assert in_turn((1, 2), 2, lambda key: order.append(key) or key * 10) == {1: [10, 10], 2: [20, 20]}  # type: ignore[func-returns-value]
    assert order == [1, 2, 1, 2]


def test_a_pace_is_that_of_its_waits() -> None:
    pace = Pace.of([0.01] * 98 + [0.1, 0.1])
    assert pace.p50_ms == pytest.approx(10) and 10 < pace.p99_ms <= 100.0001
    assert pace.fps == pytest.approx(100 / 1.18)
    runs = [Pace(fps, 1000 / fps, 2000 / fps) for fps in (50.0, 100.0, 20.0)]
    assert summary(runs) == {"fps": 50, "p50_ms": 20, "p99_ms": 40, "p50_lowest_ms": 10, "p50_highest_ms": 50}


def test_the_result_carries_facts_and_settings(found: dict[str, Any]) -> None:
    assert datetime.fromisoformat(found["time"]).utcoffset() is not None
    assert found["setting"] == {"size_px": 64, "seconds": 0.01, "runs": 1, "provider": "cpu", "quality": "both"}
    assert {"cpu", "cores", "load_average", "load_average_after", "onnxruntime", "numpy"} <= found["machine"].keys()
    assert isinstance(found["machine"]["compiled_renderer"], bool)
    assert list(found["measures"]) == list(RUN)


def test_the_revision_is_that_of_the_checkout(tmp_path: Path) -> None:
    assert git_revision(tmp_path / "npcface") is None  # installed somewhere
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    head = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert (git_revision(ROOT / "npcface") or "").partition("-")[0] == head.stdout[:12]


def test_cpu_time_of_nobody_is_unknown() -> None:
    assert cpu_seconds(2**30) != cpu_seconds(2**30)  # NaN
