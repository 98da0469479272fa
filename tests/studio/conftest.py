"""A studio as an artist starts it: its own process, its own daemon, a store that tests may change."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from npcface.bench.processes import children_of
from tests.needed import needed

if os.environ.get("CI") == "true":  # the pieces have to be there
    import httpx
    import starlette  # noqa: F401
    import uvicorn  # noqa: F401
    import websockets.sync.client as websocket
else:
    for piece in ("starlette", "uvicorn", "multipart"):
        pytest.importorskip(piece, reason=f"npcface[studio] is not installed: {piece} is missing")
    httpx = needed("httpx", "httpx is not installed")
    websocket = needed("websockets.sync.client", "websockets is not installed")

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Running:
    """A studio in a process of its own."""

    url: str
    process: subprocess.Popen[str]
    store: Path
    log: Path

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return self.url.removeprefix("http://")

    def http(self, **options: Any) -> Any:
        """An HTTP client of it."""
        return httpx.Client(base_url=self.url, timeout=PATIENCE_S, **options)

    def socket(self, path: str, **options: Any) -> Any:
        """A websocket of it."""
        return websocket.connect(f"ws://{self.address}{path}", max_size=None, compression=None, **options)

    def finished(self, answer: Any, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """The job of an answer, when it has ended."""
        assert answer.status_code == 202, answer.text
        with self.http() as http:
            deadline = time.monotonic() + patience_s
            while True:
                job: dict[str, Any] = http.get(f"/api/jobs/{answer.json()['job']}").json()
                if job["state"] != "running":
                    return job
                assert time.monotonic() < deadline, f"still running: {job}\n{self.log.read_text()}"
                time.sleep(0.05)

    def exported(self, **wish: Any) -> tuple[dict[str, Any], bytes]:
        """What an export gives, and the file."""
        with self.http() as http:
            job = self.finished(http.post("/api/export", json={"character": "ada", "size": 64, **wish}))
            assert job["state"] == "done", job
            file: dict[str, Any] = job["result"]["file"]
            answer = http.get(file["url"])
        assert answer.headers["Content-Type"].partition(";")[0] == file["mime"]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert len(answer.content) == file["bytes"]
        return file, answer.content


def start(store: Path, folder: Path, *options: str) -> Running:
    """Start ``npcface studio`` and wait for its ready line."""
    command = [sys.executable, "-m", "npcface", "studio", "--characters", str(store), "--port", "0", "--no-browser"]
    log = folder / "studio.log"
    (folder / "tmp").mkdir()
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, stderr=errors, text=True, env=environment
        )
    assert process.stdout is not None
    words = process.stdout.readline().split()
    if len(words) != 3 or words[0] != "npcface-studio-ready":
        process.communicate(timeout=30)
        pytest.fail(f"no ready line, exit code {process.returncode}:\n{log.read_text()}")
    return Running(words[1], process, store, log)


def stop(running: Running) -> int:
    """SIGTERM and the exit code."""
    running.process.terminate()
    running.process.communicate(timeout=30)
    return running.process.returncode


def command_of(pid: int) -> str:
    """How a process was started."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def daemon_of(running: Running) -> int:
    """Process id of a studio's daemon."""
    children = {pid: command_of(pid) for pid in children_of(running.process.pid)}
    found = [pid for pid, command in children.items() if "npcface.serve" in command]
    assert len(found) == 1, children
    return found[0]


@pytest.fixture(scope="module")
def studio(character_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A studio whose store holds ``ada`` and ``ben``; one for each file of tests."""
    folder = tmp_path_factory.mktemp("studio")
    shutil.copytree(character_store, folder / "store")
    running = start(folder / "store", folder, "--quality", "warp")
    yield running
    assert stop(running) == 0, running.log.read_text()
    assert "Traceback" not in running.log.read_text(), running.log.read_text()


@pytest.fixture
def start_studio(character_store: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """``start_studio(*options)``: one of one's own, killed after the test if it still runs."""
    started: list[Running] = []

    def make(*options: str) -> Running:
        folder = tmp_path / f"studio{len(started)}"
        folder.mkdir()
        started.append(start(character_store, folder, *options))
        return started[-1]

    yield make
    for running in started:
        if running.process.poll() is None:
            stop(running)
        if running.process.stdout is not None:
            running.process.stdout.close()


class Page:
    """The page's end of a live socket."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []

    def say(self, **message: Any) -> None:
        """Send JSON."""
        self.socket.send(json.dumps(message))

    def next(self, timeout_s: float = PATIENCE_S) -> dict[str, Any] | bytes:
        """The next message, JSON or a frame."""
        message = self.socket.recv(timeout=timeout_s)
        if isinstance(message, bytes):
            return message
        document: dict[str, Any] = json.loads(message)
        self.told.append(document)
        return document

    def wait_for(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next JSON message of a type; frames on the way are acknowledged."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            message = self.next()
            if isinstance(message, bytes):
                self.ack(message)
            elif message["type"] == kind and all(message.get(name) == value for name, value in fields.items()):
                return message
        raise AssertionError(f"no {kind} came; told: {self.told}")

    def any_frame(self) -> Frame:
        """The next frame, acknowledged."""
        while True:
            message = self.next()
            if isinstance(message, bytes):
                self.ack(message)
                return Frame.of(message)
            assert message["type"] != "error", message

    def frame(self, view: str = "a") -> Frame:
        """The next frame of a view; those of the other one are acknowledged too."""
        while (frame := self.any_frame()).view != view:
            pass
        return frame

    def ack(self, message: bytes) -> None:
        """As the page does when it has drawn."""
        frame = Frame.of(message)
        self.say(type="ack", view=frame.view, sequence=frame.sequence)


@dataclass(frozen=True)
class Frame:
    """A frame as docs/studio.md lays it out, parsed without the studio's own code."""

    view: str
    width: int
    height: int
    sequence: int
    time_s: float
    line_s: float
    line_number: int
    pixels: bytes

    @classmethod
    def of(cls, message: bytes) -> Frame:
        version, view, width, height, number, sequence, time_s, line_s = struct.unpack_from("<BBHHHIff", message)
        assert version == 1 and len(message) == 20 + width * height * 4
        assert (number > 0) == (line_s >= 0)
        return cls("ab"[view], width, height, sequence, time_s, line_s, number, message[20:])


@pytest.fixture
def live(studio: Running) -> Iterator[Page]:
    """A live socket of the shared studio."""
    with studio.socket("/api/live") as socket:
        yield Page(socket)
