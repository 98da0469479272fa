"""The daemon's memory while sixteen characters are shown."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from npcface.bench.daemon import running_daemon
from npcface.bench.facts import resident_mb
from npcface.bench.lockstep import performance
from npcface.bench.setting import ids_of
from npcface.client import Client

if TYPE_CHECKING:
    from npcface.wire.requests import Quality

FRAMES = 3


def memory(characters: Path, *, size: int, provider: str, qualities: Sequence[Quality]) -> dict[str, Any]:
    """Open a stream of every character in the store in each quality, and draw several frames of each.

    Returns:
        Resident MB (10⁶ bytes, None where the system does not tell) of the daemon: ``resident_mb``,
        ``resident_with_one_mb`` while one character was shown, ``resident_ready_mb`` before any; ``characters``.
    """
    ids = ids_of(characters)
    with running_daemon(characters, "--provider", provider) as daemon, Client(daemon.address, timeout_s=60.0) as client:
        used = {"resident_ready_mb": resident_mb(daemon.pid)}
        with ExitStack() as stack:
            for name, shown in (("resident_with_one_mb", ids[:1]), ("resident_mb", ids[1:])):
                streams = [
                    stack.enter_context(client.open(character, size, quality=quality))
                    for quality in qualities
                    for character in shown
                ]
                for index in range(FRAMES):
                    for stream in streams:
                        stream.render(performance(index))
                used[name] = resident_mb(daemon.pid)
    rounded = {name: None if value is None else round(value, 1) for name, value in used.items()}
    return {"characters": len(ids), "qualities": list(qualities), **rounded}


def report(figures: dict[str, Any]) -> str:
    """As text."""
    if figures["resident_mb"] is None:
        return "unknown on this system"
    return (
        f"{figures['resident_mb']:.0f} MB with {figures['characters']} characters, "
        f"{figures['resident_with_one_mb']:.0f} MB with one, {figures['resident_ready_mb']:.0f} MB before any"
    )
