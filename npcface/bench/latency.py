"""One character through a real daemon, a state after the other: what a game's main loop waits for a texture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from npcface.bench.daemon import running_daemon
from npcface.bench.lockstep import lock_step
from npcface.bench.setting import ids_of
from npcface.bench.turns import by_quality, in_turn, pace_lines
from npcface.client import Client

if TYPE_CHECKING:
    from npcface.wire.requests import Quality


def latency(
    characters: Path, *, size: int, seconds: float, runs: int, provider: str, qualities: Sequence[Quality]
) -> dict[str, Any]:
    """Lock-step with the first character of a store, see ``Setting``: figures by quality, see ``turns.Pace``."""
    first = ids_of(characters)[0]
    with running_daemon(characters, "--provider", provider) as daemon, Client(daemon.address, timeout_s=60.0) as client:
        paces = in_turn(
            qualities, runs, lambda quality: lock_step(client, first, size=size, seconds=seconds, quality=quality)
        )
    return by_quality(paces)


def report(figures: dict[str, Any]) -> str:
    """As text."""
    return "\n".join(pace_lines(figures))
