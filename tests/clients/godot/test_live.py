"""The addon's own tests, in headless Godot against a live daemon."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.godot.conftest import ROOT, complaints
from tests.faults.processes import child_of

POINTS = ";".join(
    f"{320 + 90 * math.cos(k * math.tau / 68):.2f},{240 + 120 * math.sin(k * math.tau / 68):.2f}" for k in range(68)
)


def listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@pytest.fixture
def other() -> Iterator[str]:
    """Address of something that listens and is no daemon."""
    listener = listening()

    def answer() -> None:
        while True:
            try:
                with listener.accept()[0] as caller:
                    caller.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" + bytes(64))
            except OSError:
                return

    threading.Thread(target=answer, daemon=True).start()
    yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.fixture
def nobody() -> Iterator[str]:
    """Address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{taken.getsockname()[1]}"


def test_golden_bytes(godot: Any) -> None:
    godot.tests("golden", f"golden={ROOT / 'engine_bridge' / 'golden'}")


def test_layouts_and_parts(godot: Any) -> None:
    godot.tests("pixels", f"golden={ROOT / 'engine_bridge' / 'golden'}")


def test_blocks_and_partial_frames(godot: Any, start_daemon: Any) -> None:
    running = start_daemon("--quality", "warp")
    godot.tests("formats", f"address={running.address}")


def test_golden_face_packets(godot: Any) -> None:
    godot.tests("face_packets", f"golden={ROOT / 'engine_bridge' / 'golden_faces'}")


def test_against_a_live_daemon(godot: Any, start_daemon: Any, other: str, nobody: str) -> None:
    running = start_daemon("--quality", "warp", "--heartbeat-interval-s", "0.3", "--heartbeat-timeout-s", "1")
    godot.tests("live", f"address={running.address}", f"other={other}", f"nobody={nobody}", f"points={POINTS}")


@pytest.mark.parametrize("supervised", [False, True], ids=["started again", "supervised"])
def test_killed_and_restarted_in_the_middle_of_a_line(godot: Any, start_daemon: Any, supervised: bool) -> None:
    first = start_daemon("--quality", "warp", "--supervise", "on" if supervised else "off")
    command = godot.command("res://tests/runner.tscn", "--", "restart", f"address={first.address}")
    with subprocess.Popen(
        command, env=godot.environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as game:
        assert game.stdout is not None
        lines: list[str] = []

        def wait_for(word: str) -> str:
            for line in game.stdout or ():
                lines.append(line)
                if line.startswith(word):
                    return line
            pytest.fail(f"no {word}:\n{''.join(lines)}")

        wait_for("SPEAKING")
        if supervised:
            os.kill(child_of(first.process.pid), signal.SIGKILL)
            wait_for("LOST")
        else:
            first.process.kill()
            first.process.communicate(timeout=30)
            wait_for("LOST")
            start_daemon("--quality", "warp", port=int(first.address.rsplit(":", 1)[1]))
        back = time.time()
        reconnected, recovered = (float(wait_for(word).split()[1]) for word in ("RECONNECTED", "RECOVERED"))
        lines += game.stdout.readlines()
        assert game.wait(timeout=60) == 0, "".join(lines)
    assert not complaints("".join(lines)), "".join(lines)
    assert supervised or reconnected - back < 2.0, "the client comes back by itself within 2 s"
    assert recovered - back < 20.0, "the daemon reads the character and draws it, which is its own time"


def test_the_game_starts_and_ends_a_daemon_of_its_own(godot: Any, character_store: Path, npcface_command: str) -> None:
    godot.tests("daemon", f"store={character_store}", f"command={npcface_command}")


def test_a_game_that_is_killed_leaves_no_daemon(godot: Any, character_store: Path, npcface_command: str) -> None:
    options = [f"store={character_store}", f"command={npcface_command}"]
    command = godot.command("res://tests/runner.tscn", "--", "orphan", *options)
    with subprocess.Popen(command, env=godot.environment(), text=True, stdout=subprocess.PIPE) as game:
        assert game.stdout is not None
        pid = next(int(line.split()[1]) for line in game.stdout if line.startswith("DAEMON"))
        game.kill()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split(")")[1][:3]:
        assert time.monotonic() < deadline, "the daemon runs on"
        time.sleep(0.1)


def test_a_unix_socket(godot: Any, daemon: Any, tmp_path: Path) -> None:
    """The daemon listens on TCP; a forwarder stands in for one on a socket file, the bytes are the same."""
    port = int(daemon.address.rsplit(":", 1)[1])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        threading.Thread(target=forward, args=(listener, port), daemon=True).start()
        godot.tests(
            "live", f"address=ipc://{tmp_path / 's'}", "frames=12", "only=test_lock_step_frames_come_for_every_state"
        )
        listener.shutdown(socket.SHUT_RDWR)


def forward(listener: socket.socket, port: int) -> None:
    while True:
        try:
            near = listener.accept()[0]
        except OSError:
            return
        far = socket.create_connection(("127.0.0.1", port))
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=pump, args=(source, sink), daemon=True).start()


def pump(source: socket.socket, sink: socket.socket) -> None:
    with source, sink:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
