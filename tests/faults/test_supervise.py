"""The supervisor: one address and one ready line, whatever happens to the daemon; and nobody outlives anybody."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from npcface.client import DaemonLost
from npcface.errors import CharacterError
from npcface.observe import crash
from npcface.observe.crash import BYTES_MAX, FILES_MAX
from npcface.serve import child
from npcface.serve.config import Config, Folders
from npcface.state import FaceState
from tests.faults.processes import Ending, child_of
from tests.serve.test_parent import GAME

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")


@pytest.fixture(autouse=True)
def crashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where facts are kept."""
    monkeypatch.setenv("NPCFACE_STATE", str(tmp_path))
    return tmp_path / "crashes"


def test_a_crash_is_survived_by_everything_that_is_played_and_a_signal_ends_both_politely(
    start_daemon: Any, crashes: Path
) -> None:
    running = start_daemon("--supervise", "--quality", "warp")
    with running.client() as client:
        alive, speaks, lock_step = (client.open(name, size=64) for name in ("ada", "ben", "ada"))
        alive.emotion("happy")
        idle = alive.idle()
        next(idle)
        speaks.say([("AA", 0.0, 60.0)], alphabet="arpabet", then="idle")
        line = lock_step.stream_speech([("AA", 0.0, 60.0)], alphabet="arpabet")
        next(line)
        os.kill(child_of(running.process.pid), signal.SIGSEGV)
        while not alive.restarts:
            next(idle)
        assert next(idle).pixels.any() and next(speaks.frames()).pixels.any(), "idle life goes on"
        with pytest.raises(DaemonLost, match="start the line again"):
            next(line)
        assert lock_step.render(FaceState()).pixels.any()
        assert client.connection.address == running.address
        gone = Ending(child_of(running.process.pid))
        running.process.terminate()
        with pytest.raises(DaemonLost, match="shutting down"):
            for _ in idle:
                pass
    gone.wait()
    (facts,) = crashes.iterdir()
    assert "signal 11, SIGSEGV" in facts.read_text() and "Segmentation fault" in facts.read_text()
    assert facts.stat().st_mode & 0o077 == 0, "for the user's eyes only"
    assert running.process.communicate(timeout=60)[0] == "", "one ready line"
    assert running.process.returncode == 0 and "at once" not in running.log.read_text()


def test_a_character_that_is_gone_after_the_crash_takes_nobody_with_it(
    start_daemon: Any, character_store: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(character_store, store)
    running = start_daemon("--supervise", "--quality", "warp", store=store)
    with running.client() as client:
        gone, stays = (client.open(name, size=64).idle() for name in ("ada", "ben"))
        next(gone), next(stays)
        shutil.rmtree(store / "ada")
        os.kill(child_of(running.process.pid), signal.SIGKILL)
        with pytest.raises(CharacterError, match="ada"):
            for _ in gone:
                pass
        assert next(stays).pixels.any()


def test_a_main_loop_that_stands_still_is_replaced_and_no_daemon_outlives_its_supervisor(
    start_daemon: Any, crashes: Path
) -> None:
    running = start_daemon("--supervise", "--watchdog-s", "5", "--quality", "warp")  # a busy machine is no hang
    with running.client() as client:
        before = child_of(running.process.pid)
        gone = Ending(before)
        os.kill(before, signal.SIGSTOP)
        gone.wait()
        while not client.stats().uptime_s:
            pass
        assert child_of(running.process.pid) != before
    (facts,) = crashes.glob("*-hang-*")
    assert "SIGKILL" in facts.read_text(), "a stopped process takes no other signal"
    gone = Ending(child_of(running.process.pid))
    running.process.kill()
    gone.wait()


def test_it_gives_up_when_crashes_do_not_end(start_daemon: Any) -> None:
    running = start_daemon("--supervise", "--crashes-per-minute", "1", "--quality", "warp")
    with running.client() as client:
        for _ in range(2):
            assert client.ping() > 0
            os.kill(child_of(running.process.pid), signal.SIGKILL)
        running.process.wait(timeout=60)
    assert running.process.returncode == 4
    assert "crashed 2 times within a minute" in running.log.read_text()


def test_what_cannot_start_is_not_tried_again(character_store: Path, crashes: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "npcface.serve", "--supervise", "--characters", str(character_store)]
        done = subprocess.run([*command, "--port", port], capture_output=True, text=True, timeout=120)
    assert done.returncode == 3 and done.stdout == "" and not crashes.exists()
    assert done.stderr.count("Cannot listen") == 1
    assert f"process {os.getpid()}, listens there" in done.stderr


def test_a_killed_game_takes_both_with_it(character_store: Path) -> None:
    """By the end of its pipe; ``--parent-pid`` is in ``tests/serve/test_parent.py``."""
    options = ["--supervise", "--characters", str(character_store), "--port", "0", "--stdin", "watch"]
    arguments = [sys.executable, "-c", GAME, *options]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as game:
        assert game.stdout is not None and game.stderr is not None
        supervisor = int(game.stdout.readline().split("pid=")[1])
        ends = [Ending(supervisor), Ending(child_of(supervisor))]
        game.kill()
        for end in ends:
            end.wait()
        assert "Traceback" not in game.stderr.read()


def test_options_come_to_the_child_as_they_are(tmp_path: Path) -> None:
    given = Config(
        characters=tmp_path, packs=Folders([tmp_path / "a", tmp_path / "b"]), watch=True, token="a b", port=7
    )
    environment = child.environment(given)
    assert "a b" not in " ".join(child.command())
    assert Config.from_environment(environment) == Config(
        characters=tmp_path, packs=given.packs, watch=True, token="a b", port=7, stdin="watch"
    )


def test_facts_are_few_and_small(crashes: Path) -> None:
    for number in range(FILES_MAX + 5):
        crash.note("crash", {"number": number}, ["x" * 500] * crash.LINES)
    files = sorted(crashes.iterdir())
    assert len(files) == FILES_MAX and "number: 5\n" in files[0].read_text()
    assert all(file.stat().st_size <= BYTES_MAX for file in files)
