"""The whole bench: daemon end to end, batches, memory, the renderer alone; medians of several runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from npcface.bench.daemon import Daemon, running_daemon
from npcface.bench.facts import machine_facts, resident_mb
from npcface.bench.inside import alone, batch_and_singles
from npcface.bench.lockstep import Pace, lock_step, performance
from npcface.client import Client
from npcface.render import Renderer

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.wire.requests import AskedQuality, Quality

BATCH = 8
CROWD = 16

Progress = Callable[[str], None]
Result = TypeVar("Result")


def run_bench(
    faces: Sequence[Character],
    *,
    size: int = 256,
    seconds: float = 5.0,
    runs: int = 3,
    provider: str = "auto",
    quality: AskedQuality | Literal["both"] = "auto",
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure everything.

    Args:
        faces: at least one character; sixteen are needed and made by copying these under other ids.
        size: texture size in pixels.
        seconds: of each measurement.
        runs: how often each measurement is repeated; the median of each figure is reported.
        provider: where to render.
        quality: what is measured; auto = what the daemon gives by itself, both = warp and neural in turn.
        progress: called with the name of each step.

    Returns:
        Plain values, units in the names. ``daemon_lock_step``, ``renderer_alone`` and ``batch`` are one quality's; of
        both they lie in ``by_quality[quality]``, and ``neural_to_warp`` holds ratios of their medians.
    """
    figures: dict[str, Any] = {"machine": machine_facts(), "size_px": size, "runs": runs, "seconds": seconds}
    crowd = [_renamed(faces[index % len(faces)], f"bench-{index}") for index in range(CROWD)]
    with tempfile.TemporaryDirectory(prefix="npcface-bench-") as folder:
        for member in crowd:
            member.save(Path(folder) / member.id)
        with running_daemon(Path(folder), "--provider", provider) as daemon:
            progress("one character through the daemon")
            with Client(daemon.address) as client:
                qualities = _qualities(quality, client.welcome.quality)
                through = _in_turn(
                    qualities, runs, lambda q: lock_step(client, crowd[0].id, size=size, seconds=seconds, quality=q)
                )
            progress(f"memory of the daemon with {CROWD} characters")
            figures["daemon_memory"] = _memory(daemon, [member.id for member in crowd], size, qualities)
    renderer = Renderer(provider=provider)
    progress("the renderer alone")
    inside = _in_turn(qualities, runs, lambda q: alone(renderer, crowd[0], size=size, seconds=seconds, quality=q))
    progress(f"{BATCH} characters in one batch")
    turns = _in_turn(
        qualities, runs, lambda q: batch_and_singles(renderer, crowd[:BATCH], size=size, seconds=seconds, quality=q)
    )
    measured = {
        q: {"daemon_lock_step": _middle(through[q]), "renderer_alone": _middle(inside[q]), "batch": _batch(turns[q])}
        for q in qualities
    }
    figures["quality"] = quality if quality == "both" else qualities[0]
    if quality == "both":
        return {**figures, "by_quality": measured, "neural_to_warp": _ratios(measured["neural"], measured["warp"])}
    return {**figures, **measured[qualities[0]]}


def _qualities(asked: AskedQuality | Literal["both"], by_itself: Quality) -> tuple[Quality, ...]:
    if asked == "both":
        return ("warp", "neural")
    return (by_itself if asked == "auto" else asked,)


def _in_turn(
    qualities: Sequence[Quality], runs: int, measure: Callable[[Quality], Result]
) -> dict[Quality, list[Result]]:
    """Measure each quality ``runs`` times, in turn, so that whatever else the machine does meets all alike."""
    results: dict[Quality, list[Result]] = {quality: [] for quality in qualities}
    for _ in range(runs):
        for quality in qualities:
            results[quality].append(measure(quality))
    return results


def _renamed(character: Character, new_id: str) -> Character:
    """The same face as a character of its own; arrays are copied, so that nothing is shared in memory."""
    return replace(
        character,
        manifest=character.manifest.model_copy(update={"id": new_id}),
        tensors={name: array.copy() for name, array in character.tensors.items()},
        folder=None,
    )


def _middle(paces: Sequence[Pace]) -> dict[str, float]:
    return {
        "fps": round(median(pace.fps for pace in paces), 1),
        "p50_ms": round(median(pace.p50_ms for pace in paces), 2),
        "p99_ms": round(median(pace.p99_ms for pace in paces), 2),
    }


def _batch(turns: Sequence[tuple[float, float]]) -> dict[str, float]:
    together, singles = median(turn[0] for turn in turns), median(turn[1] for turn in turns)
    return {
        "characters": BATCH,
        "together_ms": round(together, 2),
        "one_by_one_ms": round(singles, 2),
        "saved_percent": round(100 * (1 - together / singles), 1),
    }


def _ratios(neural: dict[str, dict[str, float]], warp: dict[str, dict[str, float]]) -> dict[str, float]:
    """How many times longer neural takes, by medians."""
    medians = {"daemon_lock_step": "p50_ms", "renderer_alone": "p50_ms", "batch": "together_ms"}
    return {group: round(neural[group][name] / warp[group][name], 2) for group, name in medians.items()}


def _memory(daemon: Daemon, ids: Sequence[str], size: int, qualities: Sequence[Quality]) -> dict[str, float | None]:
    """Resident memory while every character has an open stream (of each quality) and was rendered several times."""
    before = resident_mb(daemon.pid)  # one character has been shown already
    with Client(daemon.address) as client, ExitStack() as stack:
        streams = [
            stack.enter_context(client.open(character, size, quality=quality))
            for quality in qualities
            for character in ids
        ]
        for index in range(3):
            for stream in streams:
                stream.render(performance(index))
        after = resident_mb(daemon.pid)
    one, all_ = (None if used is None else round(used, 1) for used in (before, after))
    return {"characters": len(ids), "resident_mb": all_, "resident_with_one_mb": one}
