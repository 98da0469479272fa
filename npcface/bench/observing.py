"""What looking costs: ``python -m npcface.bench.observing CHARACTERS``. Two daemons, one of them watched, in turns.

The watched one shows metrics, which are read once a second, and keeps the times of all frames. Both draw the same faces
for the same client, a short while each, again and again, so that a machine that is busy with other things slows both.
The difference is small beside that noise; so the time of what is done for one frame is measured by itself, too.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

from npcface.bench.daemon import Daemon, free_port, running_daemon
from npcface.bench.facts import cpu_seconds, machine_facts
from npcface.bench.lockstep import lock_step
from npcface.client import Client
from npcface.observe.histogram import SECONDS, Histogram
from npcface.observe.observer import Observer
from npcface.observe.trip import Call, Trip
from npcface.wire.requests import AskedQuality

SEGMENT_S = 1.0
OBSERVED = 20_000


def run_observing(
    characters: Path, *, turns: int = 10, size: int = 256, quality: AskedQuality = "warp", segment_s: float = SEGMENT_S
) -> dict[str, Any]:
    """Measure.

    Args:
        characters: a store with at least one character.
        turns: of each daemon.
        size, quality: of the stream.
        segment_s: of each turn, seconds.

    Returns:
        ``plain_ms`` and ``watched_ms``: median of each turn's median wait of a lock-step client. ``ratio``: median of
        watched by plain, turn by turn. ``plain_cpu_ms``, ``watched_cpu_ms``: processor time of the daemon by frame.
        ``observe_us``: microseconds of processor time that are spent on one frame's times. ``histogram_us``: on one
        value. ``page_ms``: a scrape.
    """
    character = next(folder.name for folder in sorted(characters.iterdir()) if (folder / "manifest.json").exists())
    pages: list[float] = []
    port = free_port()
    with (
        running_daemon(characters) as plain,
        running_daemon(characters, metrics_port=port) as watched,
        Client(plain.address) as one,
        Client(watched.address) as other,
    ):
        stop = threading.Event()
        reader = threading.Thread(target=_scrape, args=(f"http://127.0.0.1:{port}/metrics", stop, pages))
        reader.start()
        try:
            turn = {
                "plain": lambda: _turn(plain, one, character, size, quality, segment_s),
                "watched": lambda: _turn(watched, other, character, size, quality, segment_s),
            }
            found: dict[str, list[tuple[float, float, int]]] = {"plain": [], "watched": []}
            for number in range(turns):  # who is first takes turns, too
                for name in ("plain", "watched") if number % 2 else ("watched", "plain"):
                    found[name].append(turn[name]())
        finally:
            stop.set()
            reader.join()
    waits = {name: [wait_ms for wait_ms, _, _ in rows] for name, rows in found.items()}
    cpu = {name: 1000.0 * sum(row[1] for row in rows) / sum(row[2] for row in rows) for name, rows in found.items()}
    ratios = [after / before for before, after in zip(waits["plain"], waits["watched"], strict=True)]
    return {
        "machine": machine_facts(), "size_px": size, "quality": quality, "turns": turns,
        **{f"{name}_ms": round(median(rows), 3) for name, rows in waits.items()},
        "ratio": round(median(ratios), 4), "ratios": [round(ratio, 3) for ratio in ratios],
        **{f"{name}_cpu_ms": round(each, 3) for name, each in cpu.items()},
        "observe_us": round(observe_us(), 2), "histogram_us": histogram_us(),
        "page_ms": round(median(pages), 2) if pages else None,
    }  # fmt: skip


def observe_us() -> float:
    """Microseconds for one frame's notes and their way into histograms, in this process."""
    observer = Observer()
    begin_s = time.thread_time()  # of this thread alone: other programs do not count
    for _ in range(OBSERVED):
        stamps = [time.perf_counter() for _ in range(8)]  # as many as there are on the way
        call = Call(("1/1 ada",), 0.5, stamps[0], stamps[4])
        trip = Trip(stamps[0], stamps[0], True, 1 / 30, (1, 1, "ada"), 1, "warp", 256, 0, call)
        trip.drive, trip.draw = (stamps[0], stamps[1]), (stamps[1], stamps[2])
        trip.posted_s, trip.copy, trip.send = stamps[5], (stamps[5], stamps[6]), (stamps[6], stamps[7])
        observer.rendered(1, stamps[4] - stamps[0])
        observer.sent(trip)
    return 1e6 * (time.thread_time() - begin_s) / OBSERVED


def histogram_us() -> dict[str, float]:
    """Microseconds for one value, of npcface's own histogram and of ``prometheus-client``'s where it is installed."""
    adders: dict[str, Callable[[float], None]] = {"own": Histogram().add}
    with suppress(ImportError):
        import prometheus_client

        registry = prometheus_client.CollectorRegistry()
        adders["prometheus_client"] = prometheus_client.Histogram("x", "x", buckets=SECONDS, registry=registry).observe
    found = {}
    for name, add in adders.items():
        begin_s = time.thread_time()
        for _ in range(OBSERVED):
            add(0.004)
        found[name] = round(1e6 * (time.thread_time() - begin_s) / OBSERVED, 2)
    return found


def _turn(
    daemon: Daemon, client: Client, character: str, size: int, quality: AskedQuality, segment_s: float
) -> tuple[float, float, int]:
    """Median wait in ms, processor seconds of the daemon, frames."""
    before_s, frames = cpu_seconds(daemon.pid), client.stats().frames
    pace = lock_step(client, character, size=size, seconds=segment_s, quality=quality)
    return pace.p50_ms, cpu_seconds(daemon.pid) - before_s, client.stats().frames - frames


def _scrape(url: str, stop: threading.Event, took_ms: list[float]) -> None:
    while not stop.wait(1.0):
        begin_s = time.perf_counter()
        with urllib.request.urlopen(url, timeout=10.0) as answer:
            page = answer.read().decode()
        took_ms.append(1000.0 * (time.perf_counter() - begin_s))
        assert re.search(r"^npcface_frames_sent_total \d+$", page, re.MULTILINE)


def main() -> None:
    """Measure as the arguments say, print figures."""
    parser = argparse.ArgumentParser(prog="npcface.bench.observing")
    parser.add_argument("characters", type=Path)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--quality", choices=("warp", "neural"), default="warp")
    arguments = parser.parse_args()
    found = run_observing(arguments.characters, turns=arguments.turns, size=arguments.size, quality=arguments.quality)
    json.dump(found, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
