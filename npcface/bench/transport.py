"""Pixels from the daemon's hands to the client's: ``python -m npcface.bench.transport [--json]``.

Nothing is rendered: finished pictures go through the daemon's own ``Post`` and its rings to the real Python client in
another process. Throughput: the next frame as soon as the last one was taken. Latency: from the moment ``Post`` gets a
frame to the moment the client has read its first and last pixel, one frame now and then, or one of each of eight faces.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import zmq

from npcface.access.door import Door
from npcface.bench.facts import machine_facts
from npcface.bench.lockstep import WARM_UP_FRAMES
from npcface.bench.transport_peer import PATTERNS
from npcface.errors import NpcFaceError
from npcface.serve.config import Config
from npcface.serve.driver import Driver
from npcface.serve.post import Post
from npcface.serve.server import RETRY_S
from npcface.serve.session import Session, Stream
from npcface.serve.sharing import Sharing
from npcface.serve.sockets import bind_router
from npcface.serve.stats import Meter
from npcface.serve.welcome import CONVENTIONS, new_session, welcome
from npcface.wire.codec import decode_request
from npcface.wire.replies import Ended, Frame, Opened
from npcface.wire.requests import Hello, Open

SIZES_PX = (256, 512)
PATHS = {  # name → (address kind, shared memory, copy in the client)
    "shared_view": ("tcp", True, False),
    "shared_copy": ("tcp", True, True),
    "tcp": ("tcp", False, True),
    "ipc": ("ipc", False, True),
}
PACE_S = 0.005  # between frames when latency is measured
FRAMES_MIN = 3 * WARM_UP_FRAMES  # however slow the machine
FACES = 8  # of a crowd, handed over together
BUSY_RETRY_S = 5e-5  # when throughput is measured; else the daemon's own


@dataclass(frozen=True, slots=True)
class Flow:
    """One measurement, or the medians of several."""

    gb_per_s: float  # 10⁹ bytes of RGBA a second, as fast as it goes
    cpu_ms: float  # processor time of both processes for each frame
    p50_ms: float  # hand-over to readable, one frame at a time
    p99_ms: float
    crowd_p50_ms: float  # the same for eight faces handed over together, until the last is readable


class Desk:
    """As much of a daemon as one client needs: handshake, one stream, and the real way out.

    Args:
        stack: closes everything.
        kind: ``tcp`` or ``ipc``.
    """

    def __init__(self, stack: ExitStack, kind: str) -> None:
        self.config = Config(characters=Path(), port=0)
        context = stack.enter_context(zmq.Context())
        door = Door(context)
        self.socket = bind_router(context, self.config, door)
        stack.callback(self.socket.close, 0)
        stack.callback(door.close)
        if kind == "ipc":
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="npcface-bench-"))
            self.socket.bind(f"ipc://{folder}/socket")
        self.address = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)
        self.sharing = Sharing(self.config)
        stack.callback(self.sharing.shutdown)
        self.post = Post(self.socket, self.config.frames_in_flight, Meter())

    def invite(self, stack: ExitStack, size: int, faces: int, *, shared: bool, copy: bool) -> subprocess.Popen[str]:
        """Start the client that everything is for; it is ended with the stack. See ``transport_peer``."""
        words = [self.address, str(size), str(faces), "shared" if shared else "socket", "copy" if copy else "view"]
        command = [sys.executable, "-m", "npcface.bench.transport_peer", *words]
        self.peer = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(self.peer.kill)
        return self.peer

    def greet(self, faces: int) -> list[Stream]:
        """Answer hello, and open until all faces are there."""
        session: Session | None = None
        streams: list[Stream] = []
        while len(streams) < faces:
            assert self.socket.poll(30_000), "the client does not come"
            identity, *frames = self.socket.recv_multipart()
            message, _ = decode_request(frames)
            if isinstance(message, Hello):
                session = new_session(identity, message)
                self.post.reply(session, welcome(session, message, self.config, "warp", shared_memory=True))
            elif isinstance(message, Open) and session is not None:
                streams.append(self._open(session, message))
        return streams

    def _open(self, session: Session, message: Open) -> Stream:
        stream = Stream(message.stream, session, message, Driver(message.fps), "warp")
        session.streams[stream.id] = stream
        opened = Opened(
            request=message.request, stream=stream.id, character=message.character, width=message.size,
            height=message.size, format=message.format, alpha=message.alpha, rows=CONVENTIONS.rows,
            color_space=CONVENTIONS.color_space, stride_bytes=message.size * 4, fps=message.fps,
            ring=self.sharing.open(session, stream),
        )  # fmt: skip
        self.post.reply(session, opened)
        return stream

    def give(self, streams: list[Stream], index: int, pixels: Any, retry_s: float) -> None:
        """Hand a frame of each stream over and wait until all have left the daemon's hands.

        Raises:
            NpcFaceError: the client is no more.
        """
        size = streams[0].options.size
        now_s = time.monotonic()
        for stream in streams:
            header = Frame(
                stream=stream.id, sequence=index, time_s=now_s, width=size, height=size, format="rgba8",
                alpha="straight", rows=CONVENTIONS.rows, color_space=CONVENTIONS.color_space, dropped=0,
            )  # fmt: skip
            self.post.frame(stream, header, pixels, now_s)
        self._flush(streams[0].owner, retry_s)

    def finish(self, streams: list[Stream]) -> None:
        """The lines are over. Raises as ``give`` does."""
        for stream in streams:
            self.post.reply(stream.owner, Ended(stream=stream.id, what="timeline", then="stop"))
        self._flush(streams[0].owner, RETRY_S)

    def _flush(self, session: Session, retry_s: float) -> None:
        while (waits := self.post.flush(session)) and self.peer.poll() is None:
            time.sleep(retry_s)
        if waits or session.identity in self.post.gone:  # to whom has gone everything counts as sent
            raise NpcFaceError("The client ended while frames were under way.", "What it said stands above.")


def send(path: str, size: int, seconds: float, *, faces: int = 1, pace_s: float = 0.0) -> dict[str, Any]:
    """Send frames for some seconds: what the client saw (see ``transport_peer``), ``cpu_s`` of both processes."""
    kind, shared, copy = PATHS[path]
    pictures = [np.full((size, size, 4), index, np.uint8).reshape(-1).data for index in range(PATTERNS)]
    with ExitStack() as stack:
        desk = Desk(stack, kind)
        peer = desk.invite(stack, size, faces, shared=shared, copy=copy)
        streams = desk.greet(faces)
        cpu_s = time.process_time()
        end_s = time.monotonic() + seconds
        index = 0
        while time.monotonic() < end_s or index < FRAMES_MIN:
            desk.give(streams, index, pictures[index % PATTERNS], RETRY_S if pace_s else BUSY_RETRY_S)
            index += 1
            if pace_s:
                time.sleep(pace_s)
        cpu_s = time.process_time() - cpu_s
        desk.finish(streams)
        text, _ = peer.communicate(timeout=60)
        assert peer.returncode == 0, "the client failed"
    seen: dict[str, Any] = json.loads(text)
    return {**seen, "cpu_s": seen["cpu_s"] + cpu_s}


def measure(path: str, size: int, seconds: float) -> Flow:
    """Throughput, then latency alone and in a crowd."""
    flood = send(path, size, seconds)
    drip = send(path, size, seconds, pace_s=PACE_S)["waits_ms"][WARM_UP_FRAMES:]
    crowd = send(path, size, seconds, faces=FACES, pace_s=PACE_S)["waits_ms"][WARM_UP_FRAMES:]
    gb_per_s = (flood["frames"] - 1) * size * size * 4 / flood["seconds"] / 1e9
    p50_ms, p99_ms = np.percentile(drip, (50, 99))
    return Flow(gb_per_s, flood["cpu_s"] * 1e3 / flood["frames"], float(p50_ms), float(p99_ms), median(crowd))


def run_transport(seconds: float = 0.5, runs: int = 3) -> dict[str, Any]:
    """Measure every path at both sizes, all paths in turn in each run; medians over the runs.

    Args:
        seconds: of each measurement.
        runs: how often.

    Returns:
        Plain values: ``by_size_px[size][path]`` with the fields of ``Flow``.
    """
    taken: dict[tuple[int, str], list[Flow]] = {(size, path): [] for size in SIZES_PX for path in PATHS}
    for _ in range(runs):
        for (size, path), flows in taken.items():
            flows.append(measure(path, size, seconds))
    return {
        "machine": machine_facts(), "runs": runs, "seconds": seconds,
        "by_size_px": {size: {path: asdict(_middle(taken[size, path])) for path in PATHS} for size in SIZES_PX},
    }  # fmt: skip


def transport(*, seconds: float, runs: int) -> dict[str, Any]:
    """``run_transport`` as a measure of the suite: 24 measurements in each run, an eighth of its seconds for each."""
    return run_transport(seconds / 8, runs)


def report(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    lines = [f"size  {'path':<12} {'GB/s':>6} {'cpu ms':>7} {'p50 ms':>7} {'p99 ms':>7} {f'p50 ms of {FACES}':>11}"]
    for size, paths in figures["by_size_px"].items():
        for path, flow in paths.items():
            waits = f"{flow['p50_ms']:7.3f} {flow['p99_ms']:7.3f} {flow['crowd_p50_ms']:11.3f}"
            lines.append(f"{size:>4}  {path:<12} {flow['gb_per_s']:6.2f} {flow['cpu_ms']:7.3f} {waits}")
    return "\n".join(lines)


def _middle(flows: list[Flow]) -> Flow:
    values = [[getattr(flow, name) for flow in flows] for name in Flow.__slots__]
    return Flow(*map(median, values))


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="npcface.bench.transport", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measurement, default 0.5")
    parser.add_argument("--runs", type=int, default=3, help="medians of so many, default 3")
    options = parser.parse_args()
    figures = run_transport(options.seconds, options.runs)
    print(json.dumps(figures, indent=1) if options.json else report(figures))


if __name__ == "__main__":
    main()
