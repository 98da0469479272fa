"""Godot 4 as ``scripts/setup_godot.sh`` fetches it, and a copy of the addon's project to run it in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "engine_bridge" / "godot"
HARMLESS = ("resources still in use at exit", "RID allocations of type", "VK_KHR_surface", 'Condition "err != OK"')
"""Errors that Godot prints when it is told to quit in the middle of a line, or has no Vulkan."""


@dataclass(frozen=True)
class Godot:
    """A Godot and a project for it.

    Attributes:
        program: the engine.
        project: a folder of this session's own.
        home: where Godot keeps its settings.
    """

    program: Path
    project: Path
    home: Path

    def command(self, *arguments: str, screen: str = "") -> list[str]:
        """The command line; with a screen such as ``960x540`` it draws on one, else there is none."""
        if not screen:
            return [str(self.program), "--headless", "--path", str(self.project), *arguments]
        drawn = ["--rendering-driver", "opengl3", "--audio-driver", "Dummy", "--resolution", screen]
        return [str(self.program), "--path", str(self.project), *drawn, *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """Everything Godot writes goes into its own home."""
        return {**os.environ, "HOME": str(self.home), "OMP_NUM_THREADS": "1", **more}

    def run(self, *arguments: str, screen: str = "", timeout_s: float = 120, **environment: str) -> str:
        """Run to the end; fails on a bad exit code and on script errors, which do not end Godot."""
        done = subprocess.run(
            self.command(*arguments, screen=screen),
            env=self.environment(**environment),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            errors="replace",
        )
        assert done.returncode == 0, done.stdout
        assert not complaints(done.stdout), done.stdout
        return done.stdout

    def tests(self, name: str, *options: str, screen: str = "", timeout_s: float = 240, **environment: str) -> str:
        """Run ``tests/test_NAME.gd``; every test of it must have passed, and there must be some."""
        words = ["res://tests/runner.tscn", "--", name, *options]
        output = self.run(*words, screen=screen, timeout_s=timeout_s, **environment)
        wanted = {option.removeprefix("only=") for option in options if option.startswith("only=")}
        source = (PROJECT / "tests" / f"test_{name}.gd").read_text(encoding="utf-8")
        names = wanted or set(re.findall(r"^func (test_\w+)", source, re.MULTILINE))
        passed = {line.split()[1] for line in output.splitlines() if line.startswith("ok ")}
        assert passed == names, output
        return output


def complaints(output: str) -> list[str]:
    """Lines that say a script or the engine failed."""
    return [
        line
        for line in output.splitlines()
        if ("SCRIPT ERROR" in line or "Parse Error" in line or line.startswith("ERROR:"))
        and not any(text in line for text in HARMLESS)
    ]


def _missing(reason: str) -> None:
    """Loud, and a failure under CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def godot(tmp_path_factory: pytest.TempPathFactory) -> Godot:
    """The engine, fetched if it is not there, and a copy of the project whose classes Godot knows."""
    cache = Path(os.environ.get("NPCFACE_GODOT", ROOT / ".cache" / "godot"))
    program = cache / "godot"
    if not program.exists():
        setup = ["sh", str(ROOT / "scripts" / "setup_godot.sh"), str(cache)]
        done = subprocess.run(setup, capture_output=True, text=True, timeout=900)
        if not program.exists():
            _missing(f"no Godot 4: {done.stderr.strip() or done.stdout.strip()}")
    folder = tmp_path_factory.mktemp("godot")
    project = folder / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns(".godot", "editor_driver"))
    made = Godot(program, project, folder / "home")
    made.home.mkdir()
    made.run("--import")
    return made


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A display without a screen: ``DISPLAY`` for programs that draw."""
    if shutil.which("Xvfb") is None:
        _missing("no Xvfb: run scripts/setup_godot.sh, or install the package xvfb.")
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1200x800x24",
        "-nolisten",
        "tcp",
        "+extension",
        "GLX",
    ]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


@pytest.fixture
def settings(godot: Godot) -> Iterator[Callable[..., None]]:
    """``settings(connection__address=…)`` sets ``npcface/connection/address`` in the project; undone after the test."""
    file = godot.project / "project.godot"
    before = file.read_text(encoding="utf-8")

    def change(**values: str) -> None:
        lines = "".join(f'{key.replace("__", "/")}="{value}"\n' for key, value in values.items())
        file.write_text(before + f"\n[npcface]\n\n{lines}", encoding="utf-8")

    yield change
    file.write_text(before, encoding="utf-8")


@pytest.fixture(scope="session")
def npcface_command(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A program ``npcface`` as a user has it in PATH, with this Python."""
    script = tmp_path_factory.mktemp("bin") / "npcface"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m npcface "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return str(script)
