"""How far a verb is: lines for launchers, a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from npcface.cli.app import app
from npcface.cli.progress import Bar, Lines, progress_bar


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_lines_begin_name_each_step_and_end() -> None:
    stream = io.StringIO()
    bar = Lines("enrolling", 1.0, stream)
    bar.at(0.1, "finding the face")
    for share in range(11, 99):
        bar.at(share / 100)
    bar.at(1.0, "done")
    lines = told(stream)
    assert [line["step"] for line in lines][:2] == ["", "finding the face"]
    assert lines[-1] == {"event": "progress", "task": "enrolling", "step": "done", "done": 1.0, "total": 1.0}
    assert len(lines) < 50, "a fast step does not flood the launcher"
    assert [line["done"] for line in lines] == sorted(line["done"] for line in lines)


def test_the_end_is_told_even_right_after_another_line() -> None:
    stream = io.StringIO()
    bar = Lines("rendering", 3, stream)
    for _ in range(3):
        bar()
    assert told(stream)[-1]["done"] == 3


def test_a_step_that_begins_ends_the_one_before() -> None:
    bar = Bar("measuring", 2)
    bar.begin("latency")
    assert (bar.step, bar.done) == ("latency", 0)
    bar.begin("memory")
    assert (bar.step, bar.done) == ("memory", 1)


def test_a_pipe_gets_neither_bar_nor_lines(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar("rendering", 3) as bar:
        bar(3, label="frame 3")
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_terminal_gets_a_bar(tmp_path: Path) -> None:
    """A real terminal: the code runs with a pseudo-terminal as its stderr."""
    import pty

    code = (
        "from npcface.cli.progress import progress_bar\n"
        "with progress_bar('drawing [red]', 4) as bar: bar(2, label='half')"
    )
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=theirs, env={**os.environ, "TERM": "xterm"}, check=True)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    assert b"half" in shown and "━".encode() in shown


def verb(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "npcface", *arguments], capture_output=True, text=True, check=False)


def test_a_launcher_reads_progress_beside_the_result(character_store: Path, tmp_path: Path) -> None:
    done = verb(
        "animate", str(character_store / "ada"), "--drive", "Hi.", "--frames", str(tmp_path), "--size", "64",
        "--quality", "warp", "--machine-readable", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    result = json.loads(done.stdout)
    assert lines[0]["done"] == 0 and lines[-1]["done"] == lines[-1]["total"] == result["frames"]


def test_a_launcher_reads_an_error_as_a_line(tmp_path: Path) -> None:
    done = verb("animate", str(tmp_path / "x"), "--drive", "hi", "--frames", str(tmp_path / "f"), "--machine-readable")
    assert done.returncode == 1 and done.stdout == ""
    error = json.loads(done.stderr)
    assert error["event"] == "error" and error["code"] == "character" and error["remedy"]


@pytest.mark.parametrize("name", ["enroll", "finetune", "animate", "sheet", "eval", "demo", "bench", "train prepare"])
def test_every_verb_that_takes_a_while_offers_it(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200"})
    assert "--machine-readable" in shown.stdout
