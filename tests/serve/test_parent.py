"""No daemon outlives its game: killed, crashed or gone before the daemon was ready."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from npcface.serve import parent
from npcface.serve.config import Config, StartupError

GAME = """
import os, subprocess, sys
options = [word.replace("GAME_PID", str(os.getpid())) for word in sys.argv[1:]]
command = [sys.executable, "-m", "npcface.serve", *options]
daemon = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sys.stdout.buffer.write(daemon.stdout.readline())
sys.stdout.flush()
daemon.stdout.read()
"""
"""A game that starts a daemon, passes its ready line on and then plays until it is killed."""


@pytest.mark.parametrize("option", [("--parent-pid", "GAME_PID"), ("--stdin", "watch")])
def test_a_killed_game_takes_its_daemon_with_it(character_store: Path, option: tuple[str, str]) -> None:
    arguments = [sys.executable, "-c", GAME, "--characters", str(character_store), "--port", "0", *option]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as game:
        assert game.stdout is not None and game.stderr is not None
        assert game.stdout.readline().startswith("npcface-ready")
        game.kill()
        log = game.stderr.read()  # the daemon has the pipe too: it ends when both are gone
    assert "leaving" in log and "Traceback" not in log


def test_a_game_that_is_gone_already(character_store: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-m", "npcface.serve", "--characters", str(character_store), "--port", "0"]
    done = subprocess.run([*command, "--parent-pid", str(gone.pid)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and f"Process {gone.pid} has ended" in done.stderr


def test_an_open_pipe_keeps_it_running_and_its_end_is_a_clean_exit(character_store: Path) -> None:
    command = [sys.executable, "-m", "npcface.serve", "--characters", str(character_store), "--port", "0"]
    with subprocess.Popen(
        [*command, "--stdin", "watch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as daemon:
        assert daemon.stdin is not None and daemon.stdout is not None
        daemon.stdout.readline()
        daemon.stdin.write(b"hello\n")
        daemon.stdin.flush()
        assert daemon.poll() is None
        daemon.stdin.close()
        assert daemon.wait(timeout=60) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="polling is for POSIX systems without pidfd")
def test_systems_without_pidfd_notice_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    monkeypatch.setattr(parent, "POLL_S", 0.01)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as game:
        os.kill(game.pid, signal.SIGKILL)
        game.wait()
        parent.wait_for_exit(game.pid)


@pytest.mark.parametrize("wrong", [{"parent_pid": -1}, {"stdin": "read"}])
def test_wrong_values_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(StartupError):
        Config(**wrong).checked()
