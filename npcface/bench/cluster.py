"""What a second worker brings: ``python -m npcface.bench.cluster``. Needs ``npcface[cluster,demo]``.

Two workers with one CPU thread each run all the time. The same load (clients in lock-step, each with a stream of its
own) is put on one of them directly, and on both through the director, in turn; so whatever else the machine does meets
both alike. Frames are counted where they arrive. On a machine that is busy with other things their ratio says little;
the CPU time of a face on one and on two workers still tells whether dividing the work is free.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from npcface.bench.facts import cpu_seconds, machine_cpu_seconds, machine_facts
from npcface.bench.lockstep import WARM_UP_FRAMES, performance
from npcface.bench.setting import Setting, ids_of
from npcface.client import Client
from npcface.client.stream import Stream
from npcface.cluster import ClusterClient, ClusterStream
from npcface.errors import DependencyError, NpcFaceError

CLIENTS = 4
START_TIMEOUT_S = 180.0  # of Ray and two workers
STOP_TIMEOUT_S = 60.0
CLIENT_TIMEOUT_S = 60.0
LEAVE_TIMEOUT_S = 2.0  # to close a stream
GATE_TIMEOUT_S = 2.5 * CLIENT_TIMEOUT_S  # a client that is not answered tells so itself before that


@contextmanager
def two_workers(characters: Path, quality: str) -> Iterator[str]:
    """A cluster of two workers, one CPU thread each; yields the director's address.

    Raises:
        DependencyError: it did not start.
    """
    options = ["--min-workers", "2", "--max-workers", "2", "--cpus", "1", "--gpus", "0", "--quality", quality]
    command = [sys.executable, "-m", "npcface", "cluster", "--port", "0", "--characters", str(characters), *options]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        watchdog = threading.Timer(START_TIMEOUT_S, process.kill)
        watchdog.start()
        try:
            words = process.stdout.readline().split()
            watchdog.cancel()
            if words[:1] != ["npcface-cluster-ready"]:
                process.wait(STOP_TIMEOUT_S)
                log.seek(0)
                raise DependencyError(
                    f"The cluster did not start: {log.read()[-500:]}", "pip install 'npcface[cluster]'"
                )
            yield words[1]
        finally:
            watchdog.cancel()
            process.terminate()
            try:
                process.communicate(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


@dataclass(frozen=True, slots=True)
class Run:
    """One run; what the system does not tell is NaN.

    Attributes:
        fps: frames a second.
        cpu_ms: CPU milliseconds of the workers for each frame.
        elsewhere: CPU time that neither workers nor clients used, in cores: what else the machine did.
    """

    fps: float
    cpu_ms: float
    elsewhere: float


def run(open_stream: Callable[[int], Any], pids: Sequence[int], seconds: float) -> Run:
    """All clients together, each in lock-step on a thread of its own.

    Args:
        open_stream: context manager with one client's stream, by the client's number.
        pids: of the workers.
        seconds: how long they run after all have warmed up.

    Raises:
        NpcFaceError: of the first client that failed, or because one does not come.
    """
    counts = [0] * CLIENTS
    gate, stop = threading.Barrier(CLIENTS + 1, timeout=GATE_TIMEOUT_S), threading.Event()
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            with open_stream(number) as stream:
                for index in range(WARM_UP_FRAMES):
                    stream.render(performance(index))
                gate.wait()
                while not stop.is_set():
                    stream.render(performance(counts[number] + 31 * number))
                    counts[number] += 1
                gate.wait()
        except Exception as error:
            failures.append(error)  # before the others are told, so it is the first
            stop.set()
            gate.abort()

    # One that hangs shall not keep the process: hence daemon threads.
    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        gate.wait()
        start, before, used_s, all_s, own_s = _now(counts, pids)
        stop.wait(seconds)
        end, after, *used = _now(counts, pids)
        taken_s, frames = end - start, after - before
        used_s, all_s, own_s = used[0] - used_s, used[1] - all_s, used[2] - own_s
        stop.set()
        gate.wait()
    except threading.BrokenBarrierError:
        cause = next((error for error in failures if not isinstance(error, threading.BrokenBarrierError)), None)
        raise cause or NpcFaceError(
            f"A client neither came nor failed within {GATE_TIMEOUT_S:g} s.", "Look at what else the machine does."
        ) from None
    finally:
        for thread in threads:
            thread.join(LEAVE_TIMEOUT_S)
    cpu_ms = used_s * 1000.0 / frames if frames else math.nan
    return Run(frames / taken_s, cpu_ms, (all_s - used_s - own_s) / taken_s)


def _now(counts: Sequence[int], pids: Sequence[int]) -> tuple[float, int, float, float, float]:
    """Seconds, frames so far, CPU seconds of the workers, of the whole machine and of this process."""
    workers_s = sum(map(cpu_seconds, pids))
    return time.perf_counter(), sum(counts), workers_s, machine_cpu_seconds(), time.process_time()


def measure(characters: list[str], address: str, *, size: int, seconds: float, runs: int) -> dict[str, Any]:
    """Medians of one worker and of two, and of the ratios of runs that followed each other."""
    with ClusterClient(address, timeout_s=CLIENT_TIMEOUT_S) as cluster:
        workers = cluster.status().workers
    pids = [worker.pid for worker in workers]

    @contextmanager
    def on_one(number: int) -> Iterator[Stream]:
        with Client(workers[0].endpoint, timeout_s=CLIENT_TIMEOUT_S) as client:
            yield client.open(characters[number % len(characters)], size)

    @contextmanager
    def on_both(number: int) -> Iterator[ClusterStream]:
        with ClusterClient(address, timeout_s=CLIENT_TIMEOUT_S) as client:
            yield client.open(characters[number % len(characters)], size)

    pairs: list[tuple[Run, Run]] = []
    for _ in range(runs):
        one, two = run(on_one, pids, seconds), run(on_both, pids, seconds)
        pairs.append((one, two))
        print(f"one {one.fps:.1f}, two {two.fps:.1f} frames/s, others {one.elsewhere:.2f}, {two.elsewhere:.2f} cores",
              file=sys.stderr)  # fmt: skip
    return {
        "one_worker": {"fps": _middle(one.fps for one, _ in pairs), "cpu_ms": _middle(one.cpu_ms for one, _ in pairs)},
        "two_workers": {"fps": _middle(two.fps for _, two in pairs), "cpu_ms": _middle(two.cpu_ms for _, two in pairs)},
        "ratio": _middle(two.fps / one.fps for one, two in pairs),
        "ratios": [round(two.fps / one.fps, 2) for one, two in pairs],
        "by_cpu_time": _middle(2.0 * one.cpu_ms / two.cpu_ms for one, two in pairs),
        "cores_used_elsewhere": _middle(run.elsewhere for pair in pairs for run in pair),
    }


def run_cluster(characters: Path, *, size: int, seconds: float, runs: int, quality: str) -> dict[str, Any]:
    """Start two workers and measure with the characters of a store, see ``measure``."""
    ids = ids_of(characters)
    with two_workers(characters, quality) as address:
        return measure(ids, address, size=size, seconds=seconds, runs=runs)


def report(figures: dict[str, Any]) -> str:
    """The figures as text."""
    lines = [f"{CLIENTS} clients"]
    for name in ("one_worker", "two_workers"):
        fps, cpu_ms = figures[name]["fps"], figures[name]["cpu_ms"]
        lines.append(f"{name.replace('_', ' '):12} {fps:7.1f} frames/s, {cpu_ms or math.nan:.1f} CPU ms a face")
    by_cpu_time, elsewhere = (figures[name] or math.nan for name in ("by_cpu_time", "cores_used_elsewhere"))
    return "\n".join([
        *lines,
        f"by CPU time of a face: {by_cpu_time:.2f} ×, if each worker had a core to itself",
        f"others used {elsewhere:.2f} cores meanwhile",
        f"two give {figures['ratio']:.2f} × the frames of one; each pair: {figures['ratios']}",
    ])  # fmt: skip


def _middle(values: Iterable[float]) -> float:
    return round(median(values), 2)


def main() -> None:
    """Enrol the demo's people, measure, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.cluster", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run")
    parser.add_argument("--runs", type=int, default=5, help="pairs of runs; medians are printed")
    parser.add_argument("--size", type=int, default=256, help="texture size in pixels")
    parser.add_argument("--quality", default="warp", choices=("warp", "neural"))
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args()
    with Setting() as setting:
        figures = run_cluster(
            setting.characters, size=given.size, seconds=given.seconds, runs=given.runs, quality=given.quality
        )
    machine = machine_facts()
    if given.json:
        print(json.dumps({"machine": machine, "size_px": given.size, "quality": given.quality, **figures}, indent=2))
        return
    print(f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_average']}")
    print(f"{given.size}², {given.quality}, medians of {given.runs} pairs of {given.seconds:g} s runs")
    print(report(figures))


if __name__ == "__main__":
    main()
