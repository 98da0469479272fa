"""What a shell is offered, by the protocol the shells speak, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "onnxruntime", "zmq", "PIL", "pydantic", "npcface.character", "npcface.render"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for name in ("aila", "ada", "ben", ".ada.1234.new"):
        (tmp_path / name).mkdir()
    (tmp_path / "adrift.txt").write_text("no character")
    return tmp_path


def offered(store: Path, line: str, shell: str = "bash") -> list[str]:
    """What Tab gives at the end of a line."""
    asked = {"_NPCFACE_COMPLETE": f"complete_{shell}", "NPCFACE_CHARACTERS": str(store)}
    words = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_TYPER_COMPLETE_ARGS": line}
    done = subprocess.run(
        [sys.executable, "-m", "npcface"], env={**os.environ, **asked, **words}, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("verb", ["animate", "finetune", "sheet", "bench"])
def test_ids_of_enrolled_characters_are_offered(store: Path, verb: str) -> None:
    assert offered(store, f"npcface {verb} a") == ["ada", "aila"]


def test_everything_that_takes_several_goes_on(store: Path) -> None:
    assert offered(store, "npcface sheet ada b") == ["ben"]


def test_verbs_and_options_are_offered_too(store: Path) -> None:
    assert offered(store, "npcface an") == ["animate"]
    assert "--machine-readable" in offered(store, "npcface animate --ma")


def test_zsh_is_offered_the_same(store: Path) -> None:
    text = " ".join(offered(store, "npcface animate a", "zsh"))
    assert "ada" in text and "aila" in text and "ben" not in text


def test_no_store_is_no_error(tmp_path: Path) -> None:
    assert offered(tmp_path / "none", "npcface animate a") == []


def test_completing_imports_nothing_heavy(store: Path) -> None:
    code = (
        "import sys\nfrom npcface.cli.complete import character_ids\nimport npcface.cli.app\n"
        "character_ids('a'); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_the_shell_s_script_can_be_shown() -> None:
    asked = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "npcface", "--show-completion", "bash"], env=asked, capture_output=True, text=True
    )
    assert "_NPCFACE_COMPLETE=complete_bash" in done.stdout
