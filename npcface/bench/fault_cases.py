"""Faults, one function each: it breaks something for real while a client watches, and tells what that client saw."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from npcface.bench.daemon import Daemon, running_daemon
from npcface.bench.processes import child_of
from npcface.bench.watcher import PATIENCE_S, Watcher
from npcface.wire import zmtp

SLEEP_S = 15.0
SILENT = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """``saw``: by the client. ``seconds``: until it was well again; what they are, ``what`` says."""

    saw: str
    seconds: float
    what: str = "longest pause of its frames"


@dataclass(frozen=True, slots=True)
class Fault:
    """``name`` and ``how`` it is made, for the table."""

    name: str
    how: str
    run: Callable[[Path, str], Outcome]


def daemon(store: Path, *options: str, broken: tuple[str, ...] = ()) -> AbstractContextManager[Daemon]:
    """A daemon in a process of its own. ``broken``: how, see ``broken_daemon``."""
    if broken:
        return running_daemon(store, *options, module=("npcface.bench.broken_daemon", *broken))
    return running_daemon(store, *options)


def signalled(number: signal.Signals, *options: str) -> Callable[[Path, str], Outcome]:
    """The supervised daemon gets a signal."""

    def run(store: Path, who: str) -> Outcome:
        with daemon(store, "--supervise", *options) as served, Watcher(served.address, who) as watcher:
            began_s = time.monotonic()
            os.kill(child_of(served.pid), number)
            while not watcher.restarts and not watcher.error and time.monotonic() < began_s + PATIENCE_S:
                time.sleep(0.05)
            watcher.settle(began_s)
            return Outcome(watcher.saw(), watcher.pause_s(began_s))

    return run


def broken(
    fault: str, after: int, quality: str, *, faces: int = 1, supervised: bool = False, **options: Any
) -> Callable[[Path, str], Outcome]:
    """Something in the daemon fails after a number of runs."""

    def run(store: Path, who: str) -> Outcome:
        given = ("--supervise", "--quality", quality) if supervised else ("--quality", quality)
        with (
            daemon(store, *given, broken=(fault, str(after))) as served,
            Watcher(served.address, who, faces, quality=quality, **options) as watcher,
        ):
            began_s = watcher.moments_s[0]
            while not watcher.notices and not watcher.error and time.monotonic() < began_s + PATIENCE_S:
                time.sleep(0.05)
            told_s = time.monotonic()
            while supervised and not watcher.restarts and time.monotonic() < told_s + PATIENCE_S:
                time.sleep(0.05)
            last_s = watcher.moments_s[-1]
            watcher.settle(told_s)
            if watcher.error:
                return Outcome(watcher.saw(), told_s - last_s, "from the last frame to the notice")
            return Outcome(watcher.saw(), watcher.pause_s(began_s))

    return run


def peer(stop: Callable[[subprocess.Popen[bytes]], None]) -> Callable[[Path, str], Outcome]:
    """Another client comes to grief; the one that watches should not notice."""

    def run(store: Path, who: str) -> Outcome:
        with daemon(store) as served, Watcher(served.address, who) as watcher:
            script = (
                "import sys; from npcface.client import Client\n"
                "for frame in Client(sys.argv[1]).open(sys.argv[2], 512, fps=60).idle(): print(flush=True)"
            )
            with subprocess.Popen([sys.executable, "-c", script, served.address, who], stdout=subprocess.PIPE) as other:
                assert other.stdout is not None
                for _ in range(20):
                    other.stdout.readline()
                began_s = time.monotonic()
                stop(other)
                time.sleep(12.0)  # longer than heartbeats wait
                other.kill()
            watcher.settle(began_s)
            return Outcome(f"{watcher.saw()} (another client)", watcher.pause_s(began_s))

    return run


def silent(store: Path, who: str) -> Outcome:
    """Connections that never become any: half without a word, half with the greeting alone."""
    with daemon(store) as served, Watcher(served.address, who) as watcher:
        host, port = served.address.removeprefix("tcp://").rsplit(":", 1)
        began_s = time.monotonic()
        sockets = [socket.create_connection((host, int(port)), timeout=PATIENCE_S) for _ in range(SILENT)]
        for one in sockets[::2]:
            one.sendall(zmtp.GREETING)
        for one in sockets:
            while one.recv(64):
                pass
            one.close()
        seconds = time.monotonic() - began_s
        watcher.settle(began_s)
        saw = f"{watcher.saw()}; longest pause of its frames {watcher.pause_s(began_s):.2f} s"
        return Outcome(saw, seconds, "until the last of them was closed")


def asleep(store: Path, who: str) -> Outcome:
    """The daemon is stopped and goes on, as on a laptop that was closed."""
    with daemon(store) as served, Watcher(served.address, who) as watcher:
        os.kill(served.pid, signal.SIGSTOP)
        time.sleep(SLEEP_S)
        began_s, before = time.monotonic(), len(watcher.moments_s)
        os.kill(served.pid, signal.SIGCONT)
        watcher.wait_for(1)
        seconds = time.monotonic() - began_s
        watcher.settle(began_s)
        burst = sum(moment < began_s + seconds + 0.2 for moment in watcher.moments_s[before:])
        return Outcome(f"{watcher.saw()}; {burst} frames in the first 0.2 s", seconds, "from waking to the next frame")


def watcher_asleep(store: Path, who: str) -> Outcome:
    """The client is stopped and goes on."""
    script = (
        "import sys, time; from npcface.client import Client\n"
        "with Client(sys.argv[1]) as client:\n"
        "    stream = client.open(sys.argv[2])\n"
        "    for frame in stream.idle(): print(time.monotonic(), stream.restarts, stream.lost_frames, flush=True)"
    )
    command = [sys.executable, "-c", script]
    with (
        daemon(store) as served,
        subprocess.Popen([*command, served.address, who], stdout=subprocess.PIPE, text=True) as client,
    ):
        assert client.stdout is not None
        for _ in range(20):
            client.stdout.readline()
        client.send_signal(signal.SIGSTOP)
        time.sleep(SLEEP_S)
        began_s = time.monotonic()
        client.send_signal(signal.SIGCONT)
        rows = [client.stdout.readline().split() for _ in range(90)]
        client.kill()
    moments_s = [float(row[0]) for row in rows if float(row[0]) > began_s]
    fresh_s = next((b for a, b in pairwise(moments_s) if b - a > 0.02), moments_s[0])
    burst = sum(moment < moments_s[0] + 0.02 for moment in moments_s)
    again = ", stream opened again" if int(rows[-1][1]) else ""
    return Outcome(f"{burst} frames at once that had waited{again}", fresh_s - began_s, "from waking to new frames")


def clock(store: Path, who: str) -> Outcome:
    """The wall clock of the daemon jumps."""
    with daemon(store, broken=("clock", "0.05")) as served, Watcher(served.address, who) as watcher:
        began_s = time.monotonic()
        watcher.wait_for(150)
        return Outcome(watcher.saw(), watcher.pause_s(began_s))


def taken(store: Path, who: str) -> Outcome:
    """The port is another program's."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = [sys.executable, "-m", "npcface.serve", "--characters", str(store), "--supervise", "--port"]
        began_s = time.monotonic()
        done = subprocess.run([*command, str(other.getsockname()[1])], capture_output=True, text=True, check=False)
    said = next((line for line in done.stderr.splitlines() if "Cannot listen" in line), done.stderr[:100])
    named = "names the program" if str(os.getpid()) in said else "does not name the program"
    return Outcome(f"exit code {done.returncode}, the message {named}", time.monotonic() - began_s, "until it ended")


def orphaned(*options: str) -> Callable[[Path, str], Outcome]:
    """The supervisor is killed: the daemon must not stay."""

    def run(store: Path, who: str) -> Outcome:
        with daemon(store, "--supervise", *options) as served, Watcher(served.address, who) as watcher:
            gone = os.pidfd_open(child_of(served.pid))
            began_s = time.monotonic()
            os.kill(served.pid, signal.SIGKILL)
            ended = bool(select.select([gone], [], [], PATIENCE_S)[0])
            seconds = time.monotonic() - began_s
            os.close(gone)
            while not watcher.error and time.monotonic() < began_s + PATIENCE_S:
                time.sleep(0.05)
            return Outcome(
                f"{watcher.saw()}; daemon {'gone' if ended else 'STILL THERE'}", seconds, "until it was gone"
            )

    return run


FAULTS = (
    Fault("daemon killed", "SIGKILL, supervised", signalled(signal.SIGKILL)),
    Fault("daemon crashes", "SIGSEGV, supervised", signalled(signal.SIGSEGV)),
    Fault("main loop stands still", "SIGSTOP, supervised, `watchdog_s` 10", signalled(signal.SIGSTOP)),
    Fault("render thread stands still", "a session's run never returns, supervised, `hang_timeout_s` 20",
          broken("hang", 60, "neural", supervised=True)),
    Fault("the same, nobody supervises", "as above", broken("hang", 60, "neural")),
    Fault("GPU lost", "a session's run fails as CUDA does when its device is gone",
          broken("gpu-lost", 60, "warp")),
    Fault("GPU memory short", "runs of more than one face fail; four faces at 5 frames/s",
          broken("gpu-small", 20, "warp", faces=4, size=64, fps=5)),
    Fault("no memory for the generator", "a session's run fails with bad_alloc on the processor",
          broken("cpu-short", 60, "neural")),
    Fault("client killed", "SIGKILL while 512 px frames are on their way", peer(lambda other: other.kill())),
    Fault("client stops reading", "SIGSTOP while 512 px frames are on their way",
          peer(lambda other: other.send_signal(signal.SIGSTOP))),
    Fault("half-open connections", f"{SILENT} that never shake hands", silent),
    Fault("port taken", "another program listens there", taken),
    Fault("wall clock jumps", "by an hour to and fro, 20 times a second", clock),
    Fault("daemon asleep", f"SIGSTOP, SIGCONT after {SLEEP_S:g} s", asleep),
    Fault("client asleep", f"SIGSTOP, SIGCONT after {SLEEP_S:g} s", watcher_asleep),
    Fault("supervisor killed", "SIGKILL", orphaned()),
)  # fmt: skip
