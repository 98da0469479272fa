"""What every verb promises: help, exit codes, two-line errors, one JSON document, no heavy imports before work."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from npcface.cli import version
from npcface.cli.app import app

VERBS = (
    "enroll", "finetune", "sheet", "animate", "serve", "cluster", "doctor", "bench", "eval", "demo", "train", "version",
    "init", "list", "validate", "pack", "schema",
)  # fmt: skip
run = CliRunner()


def test_help_names_every_verb() -> None:
    result = run.invoke(app, ["--help"])
    assert result.exit_code == 0
    assert all(verb in result.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    result = run.invoke(app, [verb, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.stdout


def test_starting_the_command_line_loads_nothing_heavy() -> None:
    code = "import sys, npcface.cli.app; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"numpy", "onnxruntime", "mediapipe", "cv2", "torch", "zmq", "PIL", "av", "rich.console"}


def test_an_expected_error_is_cause_and_remedy_and_exit_code_1(tmp_path: Path) -> None:
    result = run.invoke(app, ["animate", str(tmp_path / "nobody"), "--drive", "hi", "--out", str(tmp_path / "o.mp4")])
    assert result.exit_code == 1
    assert "nobody" in result.stderr and "npcface enroll" in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_with_json_an_error_is_one_document_on_stdout(tmp_path: Path) -> None:
    result = run.invoke(
        app, ["animate", str(tmp_path / "x"), "--drive", "hi", "--frames", str(tmp_path / "f"), "--json"]
    )
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "character"
    assert error["cause"] and error["remedy"]


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    from npcface.errors import CharacterError

    arguments = ["--debug", "animate", str(tmp_path / "x"), "--drive", "hi", "--out", str(tmp_path / "o.mp4")]
    result = run.invoke(app, arguments)
    assert isinstance(result.exception, CharacterError)


def test_an_unforeseen_error_asks_for_a_report_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(version, "print_json", broken)
    result = run.invoke(app, ["version", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == {
        "code": "unexpected",
        "cause": "ZeroDivisionError: a bug",
        "remedy": "This was not foreseen: run again as `npcface --debug …` and report what it prints.",
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["animate", "x", "--drive", "hi"],  # nowhere to write
        ["animate", "x", "--drive", "hi", "--out", "a.mp4", "--frames", "b"],  # two places
        ["animate", "x", "--drive", "hi", "--out", "a.mp4", "--background", "transparent"],  # MP4 has no alpha
        ["animate", "x", "--drive", "hi", "--out", "a.mp4", "--size", "4096"],
        ["animate", "x", "--drive", "hi", "--out", "a.mp4", "--quality", "both"],
        ["sheet", "x", "--quality", "ultra"],
        ["demo", "--quality", "ultra"],
        ["bench", "x", "--quality", "ultra"],
        ["bench", "x", "--only", "luck"],
        ["bench", "--chart", "a.svg"],  # of which history?
        ["bench", "x", "--against", "HEAD", "--history", "h.jsonl"],
        ["sheet"],
        ["no-such-verb"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    assert run.invoke(app, arguments).exit_code == 2


def test_version_tells_the_protocol_too() -> None:
    import npcface
    from npcface.wire import PROTOCOL

    facts = json.loads(run.invoke(app, ["version", "--json"]).stdout)
    assert facts["npcface"] == npcface.__version__
    assert facts["protocol"] == PROTOCOL


def test_the_daemon_leaves_with_3_when_it_cannot_start(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "npcface", "serve", "--characters", str(tmp_path / "missing"), "--port", "0"]
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 3
    assert "missing" in result.stderr and "Traceback" not in result.stderr
    assert result.stdout == ""


def test_the_daemon_leaves_with_3_when_an_option_makes_no_sense() -> None:
    result = run.invoke(app, ["serve", "--host", "0.0.0.0"])  # reachable from outside, and no token
    assert result.exit_code == 3
    assert "token" in result.stderr
    result = run.invoke(app, ["serve", "--quality", "ultra"])
    assert result.exit_code == 3
    assert "auto, warp, neural" in result.stderr
