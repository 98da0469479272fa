"""The whole bench: daemon end to end, batches, memory, the renderer alone; medians of several runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from npcface.bench.daemon import Daemon, running_daemon
from npcface.bench.facts import machine_facts, resident_mb
from npcface.bench.inside import alone, batch_and_singles
from npcface.bench.lockstep import Pace, lock_step, performance
from npcface.client import Client
from npcface.render import Renderer

if TYPE_CHECKING:
    from npcface.character import Character

BATCH = 8
CROWD = 16

Progress = Callable[[str], None]


def run_bench(
    faces: Sequence[Character],
    *,
    size: int = 256,
    seconds: float = 5.0,
    runs: int = 3,
    provider: str = "auto",
    progress: Progress = lambda _: None,
) -> dict[str, Any]:
    """Measure everything.

    Args:
        faces: at least one character; sixteen are needed and made by copying these under other ids.
        size: texture size in pixels.
        seconds: of each measurement.
        runs: how often each measurement is repeated; the median of each figure is reported.
        provider: where to render.
        progress: called with the name of each step.

    Returns:
        Plain values, units in the names.
    """
    figures: dict[str, Any] = {"machine": machine_facts(), "size_px": size, "runs": runs, "seconds": seconds}
    crowd = [_renamed(faces[index % len(faces)], f"bench-{index}") for index in range(CROWD)]
    with tempfile.TemporaryDirectory(prefix="npcface-bench-") as folder:
        for member in crowd:
            member.save(Path(folder) / member.id)
        with running_daemon(Path(folder), "--provider", provider) as daemon:
            progress("one character through the daemon")
            with Client(daemon.address) as client:
                paces = [lock_step(client, crowd[0].id, size=size, seconds=seconds) for _ in range(runs)]
            figures["daemon_lock_step"] = _middle(paces)
            progress(f"memory of the daemon with {CROWD} characters")
            figures["daemon_memory"] = _memory(daemon, [member.id for member in crowd], size)
    renderer = Renderer(provider=provider)
    progress("the renderer alone")
    figures["renderer_alone"] = _middle([alone(renderer, crowd[0], size=size, seconds=seconds) for _ in range(runs)])
    progress(f"{BATCH} characters in one batch")
    turns = [batch_and_singles(renderer, crowd[:BATCH], size=size, seconds=seconds) for _ in range(runs)]
    together, singles = median(turn[0] for turn in turns), median(turn[1] for turn in turns)
    figures["batch"] = {
        "characters": BATCH,
        "together_ms": round(together, 2),
        "one_by_one_ms": round(singles, 2),
        "saved_percent": round(100 * (1 - together / singles), 1),
    }
    return figures


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


def _memory(daemon: Daemon, ids: Sequence[str], size: int) -> dict[str, float | None]:
    """Resident memory while every character has an open stream and has been rendered several times."""
    before = resident_mb(daemon.pid)  # one character has been shown already
    with Client(daemon.address) as client, ExitStack() as stack:
        streams = [stack.enter_context(client.open(character, size)) for character in ids]
        for index in range(3):
            for stream in streams:
                stream.render(performance(index))
        after = resident_mb(daemon.pid)
    one, all_ = (None if used is None else round(used, 1) for used in (before, after))
    return {"characters": len(ids), "resident_mb": all_, "resident_with_one_mb": one}
