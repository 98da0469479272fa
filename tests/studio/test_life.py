"""A studio that ends leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from npcface.bench.processes import children_of
from tests.studio.conftest import Page, Running, command_of, daemon_of, stop


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 20.0
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_signal_ends_studio_daemon_and_files_while_a_page_is_open(start_studio: Callable[..., Running]) -> None:
    running = start_studio("--quality", "warp")
    daemon = daemon_of(running)
    with running.socket("/api/live") as live:
        page = Page(live)
        page.say(type="open", view="a", character="ada", size=64)
        page.frame()
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(30) == 0, running.log.read_text()
    assert _gone(daemon)
    assert not [*(running.log.parent / "tmp").glob("npcface-studio-*")]
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


def test_the_daemon_goes_with_a_studio_that_is_killed(start_studio: Callable[..., Running]) -> None:
    running = start_studio("--quality", "warp")
    daemon = daemon_of(running)
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait(30)
    assert _gone(daemon)


def test_a_port_that_is_taken_is_explained(tmp_path: object) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "npcface", "studio", "--no-browser", "--port", str(port)]
        ended = subprocess.run(
            [*command, "--characters", str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
        )
    assert ended.returncode == 1 and "--port 0" in ended.stderr and str(port) in ended.stderr


def test_work_that_takes_minutes_does_not_hold_up_the_end(start_studio: Callable[..., Running]) -> None:
    running = start_studio("--quality", "warp")
    portrait = (running.store / "ada" / "portrait.png").read_bytes()
    with running.http() as http:
        files = {"portrait": ("a.png", portrait, "image/png")}
        answer = http.post("/api/characters/ada/finetune", files=files, data={"steps": "500"})
        while http.get(f"/api/jobs/{answer.json()['job']}").json()["step"] in ("waiting", "starting"):
            time.sleep(0.05)
    learner = next(pid for pid in children_of(running.process.pid) if "npcface.studio.tune" in command_of(pid))
    assert stop(running) == 0, running.log.read_text()
    assert _gone(learner)
    assert not (running.store / "ada-tuned").exists()
