"""Can one client take another's time? ``python -m npcface.bench.flood``. A real daemon, a client that behaves, and a
process that floods in one way after the other; the latencies of the first with and without the second."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from npcface.bench.daemon import Daemon, running_daemon
from npcface.bench.facts import machine_facts, resident_mb
from npcface.bench.flooder import KINDS
from npcface.bench.setting import Setting, ids_of
from npcface.client import Client

SETTLE_S = 2.0  # a flood runs for so long before anything is measured: what may come at once is over then


def run_flood(
    characters: Path, *, kinds: list[str], size: int = 256, seconds: float = 4.0, runs: int = 3, nice: int = 10
) -> dict[str, Any]:
    """Calm and flooded in turn, for each kind of flood.

    Args:
        characters: a store with at least one character.
        kinds: of ``flooder.KINDS``.
        size: pixels of the well-behaved client's stream; it is drawn as warp, 30 states a second.
        seconds: of each measurement.
        runs: of each kind; medians are given.
        nice: level of the flooding process, so that what is measured is the daemon and not the system's scheduler.

    Returns:
        By kind: ``calm_p50_ms, calm_p99_ms, p50_ms, p99_ms, ratio, errors, daemon_mb``.
    """
    character = ids_of(characters)[0]
    found: dict[str, Any] = {"machine": machine_facts(), "kinds": {}}
    with running_daemon(characters, "--quality", "warp") as daemon, _victim(daemon, character, size) as victim:
        _play(victim, 1.0)
        for kind in kinds:
            pairs = [_pair(daemon, victim, kind, character, seconds, nice) for _ in range(runs)]
            columns = {name: median(pair[name] for pair in pairs) for name in pairs[0]}
            found["kinds"][kind] = columns
    return found


def _pair(
    daemon: Daemon, victim: subprocess.Popen[str], kind: str, character: str, seconds: float, nice: int
) -> dict[str, float]:
    calm = _play(victim, seconds)
    with _flooder(daemon, kind, character, nice):
        time.sleep(SETTLE_S)
        flooded = _play(victim, seconds)
        memory_mb = resident_mb(daemon.pid) or 0.0
    with Client(daemon.address, timeout_s=20.0) as client:
        errors = client.stats().errors
    p99_ms, calm_p99_ms = (float(np.percentile(took, 99.0)) for took in (flooded, calm))
    return {
        "calm_p50_ms": median(calm),
        "calm_p99_ms": calm_p99_ms,
        "p50_ms": median(flooded),
        "p99_ms": p99_ms,
        "ratio": p99_ms / calm_p99_ms,
        "errors": errors,
        "daemon_mb": memory_mb,
    }


def _play(victim: subprocess.Popen[str], seconds: float) -> list[float]:
    assert victim.stdin is not None and victim.stdout is not None
    print(seconds, file=victim.stdin, flush=True)
    took_ms: list[float] = json.loads(victim.stdout.readline())
    return took_ms


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-m", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def _victim(daemon: Daemon, character: str, size: int) -> Iterator[subprocess.Popen[str]]:
    with _process("npcface.bench.flood_victim", daemon.address, character, str(size)) as process:
        yield process


@contextmanager
def _flooder(daemon: Daemon, kind: str, character: str, nice: int) -> Iterator[None]:
    with _process("npcface.bench.flooder", kind, daemon.address, character, str(nice)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield


def report(found: dict[str, Any]) -> str:
    """The figures of ``run_flood`` as a Markdown table."""
    machine = found["machine"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load average {machine['load_average']}",
        "",
        "| flood | calm p50, p99 ms | flooded p50, p99 ms | p99 ratio | daemon MB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind, one in found["kinds"].items():
        lines.append(
            f"| {kind} | {one['calm_p50_ms']:.1f}, {one['calm_p99_ms']:.1f} | {one['p50_ms']:.1f}, {one['p99_ms']:.1f} "
            f"| {one['ratio']:.2f} | {one['daemon_mb']:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Parse, enrol if there is no store, run, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.flood", description=run_flood.__doc__)
    parser.add_argument("--characters", type=Path, help="store; default: the demo's people, enrolled now")
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), default=list(KINDS))
    parser.add_argument("--size", type=int, default=256, help="pixels")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--nice", type=int, default=10, help="of the flooding process")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = vars(parser.parse_args())
    as_json, store = given.pop("json"), given.pop("characters")
    with Setting(store=store) as setting:
        found = run_flood(setting.characters, **given)
    print(json.dumps(found, indent=1) if as_json else report(found))


if __name__ == "__main__":
    main()
