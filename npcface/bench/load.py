"""More streams than the machine can draw: ``python -m npcface.bench.load``. Who keeps the rate, who gives way, and how
fast everything comes back. Needs ``npcface[demo]``, or ``--characters`` with a store of enrolled ones."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

from npcface.bench.crowd import Crowd
from npcface.bench.daemon import Daemon, running_daemon
from npcface.bench.facts import machine_facts, resident_mb
from npcface.bench.setting import Setting, ids_of
from npcface.wire.requests import AskedQuality

SETTLE_S = 3.0  # before anything is measured
LEFT = 8  # streams that stay when the load falls
RECOVERY_S = 5.0  # watched after that


def run_load(
    characters: Path,
    *,
    streams: int = 64,
    speaking: int = 4,
    size: int = 256,
    size_min: int = 128,
    fps: float = 30.0,
    quality: AskedQuality = "auto",
    provider: str = "auto",
    seconds: float = 8.0,
    settle_s: float = SETTLE_S,
    recovery_s: float = RECOVERY_S,
) -> dict[str, Any]:
    """Open the crowd, watch it, close all but eight, watch the recovery.

    Args:
        characters: a store with at least one character.
        streams, speaking: how many, and how many of them speak; the others idle.
        size, size_min: pixels of a side, and how small idle textures may become.
        fps: that every stream asks for.
        quality: that every stream asks for.
        provider: where to render.
        seconds: how long the crowd is watched after it has settled.
        settle_s, recovery_s: seconds before that, and after all but eight have left.

    Returns:
        Plain values, units in the names; frames a second are of the single streams of a class.
    """
    ids = ids_of(characters)
    with running_daemon(characters, "--provider", provider, max_streams_per_client=streams) as daemon:
        before_mb = resident_mb(daemon.pid)
        crowd = Crowd(
            daemon.address, ids, streams=streams, speaking=speaking, size=size, size_min=size_min, fps=fps,
            quality=quality, seconds=settle_s + seconds + recovery_s + 30.0,
        )  # fmt: skip
        try:
            return {
                "machine": machine_facts(),
                "resident_before_mb": before_mb,
                **_watched(crowd, daemon, settle_s, seconds, recovery_s),
            }
        finally:
            crowd.end()


def _watched(crowd: Crowd, daemon: Daemon, settle_s: float, seconds: float, recovery_s: float) -> dict[str, Any]:
    crowd.watch(settle_s)
    settled_mb = resident_mb(daemon.pid)
    crowd.forget()
    crowd.watch(seconds)
    figures = crowd.figures()
    measured = {
        "speaking": _class(crowd, crowd.speaking, seconds),
        "idle": _class(crowd, crowd.idle, seconds),
        "frame_ms_p50": round(figures.frame_ms_p50, 1),
        "frame_ms_p99": round(figures.frame_ms_p99, 1),
        "load": round(figures.load, 2),
        "load_wanted": round(figures.load_wanted, 2),
        "lowered": figures.lowered,
        "late": figures.late,
        "skipped": figures.skipped,
        "untold_sizes": sum(seen.untold for seen in crowd.seen.values()),
        "resident_settled_mb": settled_mb,
        "resident_after_mb": resident_mb(daemon.pid),
    }
    everybody = [*crowd.speaking, *crowd.idle]
    crowd.close(everybody[LEFT:])
    raised_s = crowd.recovery_s(everybody[:LEFT], recovery_s)
    left = {"left": len(everybody[:LEFT]), "levels_of_left": crowd.levels(everybody[:LEFT])}
    return {
        **measured,
        **left,
        "recovery_s": round(raised_s, 2),
        "load_of_left": round(crowd.figures().load_wanted, 2),
    }


def _class(crowd: Crowd, numbers: range, seconds: float) -> dict[str, Any]:
    rates = crowd.rates(numbers, seconds) or [0.0]
    return {
        "streams": len(numbers),
        "fps_slowest": round(rates[0], 1),
        "fps_median": round(median(rates), 1),
        "fps_all": round(sum(rates), 1),
        "levels": crowd.levels(numbers),
    }


def report(found: dict[str, Any]) -> str:
    """The figures of ``run_load`` as text."""
    machine = found["machine"]
    lines = [f"{machine['cpu']}, {machine['cores']} cores, load average {machine['load_average']}", ""]
    for name in ("speaking", "idle"):
        one = found[name]
        lines.append(
            f"{name:<9} {one['streams']:3d} streams   {one['fps_median']:5.1f} frames/s each (slowest "
            f"{one['fps_slowest']:.1f}, all {one['fps_all']:.1f})   {_levels(one['levels'])}"
        )
    lines += [
        "",
        f"load      {found['load']:.2f} of the renderer's time, {found['load_wanted']:.2f} wanted; "
        f"{found['lowered']} times lowered, {found['late']} frames late, {found['skipped']} skipped on purpose",
        f"latency   p50 {found['frame_ms_p50']:.1f} ms   p99 {found['frame_ms_p99']:.1f} ms, due to sent",
        f"memory    {_mb(found['resident_before_mb'])} before, {_mb(found['resident_settled_mb'])} settled, "
        f"{_mb(found['resident_after_mb'])} at the end",
        f"sizes     {found['untold_sizes']} frames of a size that was not announced",
        f"recovery  {found['recovery_s']:.1f} s until the last raise, after all but {found['left']} streams had left",
        f"          these want {found['load_of_left']:.2f} of the time: {_levels(found['levels_of_left'])}",
    ]
    return "\n".join(lines)


def _levels(levels: dict[int, int]) -> str:
    return ", ".join(f"{count} at level {level}" for level, count in levels.items())


def _mb(used: float | None) -> str:
    return "unknown" if used is None else f"{used:.0f} MB"


def main() -> None:
    """Parse, enrol if there is no store, run, print."""
    parser = argparse.ArgumentParser(prog="npcface.bench.load", description=run_load.__doc__)
    parser.add_argument("--characters", type=Path, help="store; default: the demo's people, enrolled now")
    parser.add_argument("--streams", type=int, default=64)
    parser.add_argument("--speaking", type=int, default=4)
    parser.add_argument("--size", type=int, default=256, help="pixels")
    parser.add_argument("--size-min", type=int, default=128, help="pixels")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--quality", choices=("auto", "warp", "neural"), default="auto")
    parser.add_argument("--provider", default="auto")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = vars(parser.parse_args())
    as_json, store = given.pop("json"), given.pop("characters")
    with Setting(store=store) as setting:
        found = run_load(setting.characters, **given)
    print(json.dumps(found, indent=1) if as_json else report(found))


if __name__ == "__main__":
    main()
