"""The daemon's figures at one moment. The main loop takes it between two ticks, so that counts belong together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from npcface.observe.account import Account, Reason
from npcface.observe.histogram import Counted
from npcface.observe.trip import Trip

if TYPE_CHECKING:
    from npcface.serve.server import Server
    from npcface.serve.session import Stream


@dataclass(frozen=True, slots=True)
class Frames:
    """An account, and what is in flight: states that wait, frames in the renderer, frames that are not sent yet."""

    due: int
    asked: int
    sent: int
    dropped: dict[Reason, int]
    waiting: int
    rendering: int
    unsent: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Plain values, for other threads."""

    frames: Frames
    streams: dict[tuple[int, int, str], Frames]  # of open ones by client's number, stream, character
    carried: dict[str, tuple[int, int]]  # way → frames, bytes
    parts: dict[str, Counted]
    latency: dict[str, Counted]
    batch: Counted
    calls: Counted
    slow: tuple[Trip, ...]
    slow_frames: int
    codes: dict[str, int]
    levels: dict[int, int]
    rings: int
    queues: dict[str, int]
    clients: int
    loaded: int
    load: float
    load_wanted: float
    lowered: int
    fallbacks: int
    limits: dict[str, int]


def take(server: Server) -> Snapshot:
    """Main loop: as it is now."""
    meter, scheduler, streams = server.meter, server.scheduler, server.streams()
    observer = meter.observer
    assert observer is not None
    waiting, unsent = (sum(one) for one in zip(*map(_places, streams), strict=True)) if streams else (0, 0)
    return Snapshot(
        frames=_frames(meter.account, waiting, meter.rendering, unsent),
        streams={_name(stream): _of(stream) for stream in streams},
        carried={way: (carried.frames, carried.bytes) for way, carried in meter.carried.items()},
        parts={part: histogram.counted() for part, histogram in observer.parts.items()},
        latency={mode: histogram.counted() for mode, histogram in observer.latency.items()},
        batch=observer.batch.counted(),
        calls=observer.calls.counted(),
        slow=tuple(observer.slow),
        slow_frames=observer.slow_frames,
        codes=dict(meter.codes),
        levels=dict(Counter(stream.level for stream in streams)),
        rings=sum(stream.ring is not None for stream in streams),
        queues={
            "inputs": sum(len(stream.inputs) for stream in streams),
            "held": sum(len(held) for session in server.sessions.values() for held in session.opening.values()),
            "outbox": sum(len(session.outbox) for session in server.sessions.values()),
            **server.jobs(),
        },
        clients=len(server.sessions),
        loaded=len(server.store.loaded),
        load=scheduler.load,
        load_wanted=scheduler.load_wanted,
        lowered=scheduler.lowered,
        fallbacks=meter.fallbacks,
        limits=server.limits_hit(),
    )


def _name(stream: Stream) -> tuple[int, int, str]:
    return stream.owner.number, stream.id, stream.options.character


def _places(stream: Stream) -> tuple[bool, bool]:
    return stream.asked is not None, stream.unsent is not None


def _of(stream: Stream) -> Frames:
    waiting, unsent = _places(stream)
    return _frames(stream.account, waiting, stream.busy, unsent)


def _frames(account: Account, waiting: int, rendering: int, unsent: int) -> Frames:
    return Frames(
        account.due, account.asked, account.sent, dict(account.dropped), int(waiting), int(rendering), int(unsent)
    )
