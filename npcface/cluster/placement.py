"""Which worker shows a character, and which workers should have it in memory. No I/O: numbers in, names out.

Loads are shares of one worker: 1.0 = its renderer works all the time. Streams of one character stay together while
there is room, because a character costs memory and a read from disk once a worker; past ``SPILL`` it gets another home.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

SPILL = 0.75
"""Load above which a character's own workers are passed over for one that has more room."""

POPULAR_STREAMS = 2
"""Streams from which a character gets a spare home ahead of need."""


@dataclass(frozen=True, slots=True)
class WorkerView:
    """What placement needs to know of a worker that takes streams.

    Attributes:
        id: its name; ties are broken by it, so that the same situation gives the same answer.
        load: share of its time that is spoken for, 0..; above 1 it cannot keep up.
        streams: how many it shows.
        face_ms: what one face costs it, milliseconds.
        characters: ids it has in memory.
    """

    id: str
    load: float
    streams: int
    face_ms: float
    characters: frozenset[str] = frozenset()

    def with_stream(self, character: str, fps: float) -> WorkerView:
        """The same worker with one stream more."""
        return replace(
            self,
            load=self.load + share(fps, self.face_ms),
            streams=self.streams + 1,
            characters=self.characters | {character},
        )


def share(fps: float, face_ms: float) -> float:
    """Share of a worker that ``fps`` faces a second take, when one takes ``face_ms`` milliseconds."""
    return fps * face_ms / 1000.0


def choose(
    workers: Iterable[WorkerView], character: str, fps: float, avoid: Collection[str] = frozenset()
) -> str | None:
    """The worker for a new stream.

    Args:
        workers: those that take streams.
        character: id.
        fps: frames a second the stream may ask for.
        avoid: workers the client could not reach; taken only if there is no other.

    Returns:
        A worker's id: the least loaded one that has the character, unless it would pass ``SPILL`` and another has
        more room. None if there are no workers.
    """
    everyone = list(workers)
    able = [worker for worker in everyone if worker.id not in avoid] or everyone
    if not able:
        return None
    best = min(able, key=lambda worker: _crowding(worker, fps))
    homes = [worker for worker in able if character in worker.characters]
    if homes:
        home = min(homes, key=lambda worker: _crowding(worker, fps))
        full = home.load + share(fps, home.face_ms) > SPILL
        if not full or _crowding(home, fps)[0] <= _crowding(best, fps)[0]:
            return home.id
    return best.id


def spare_homes(
    workers: Iterable[WorkerView], demand: Mapping[str, float], streams: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Which characters to read into which workers' memory before anybody asks for them there.

    A popular character gets as many homes as its demand fills up to ``SPILL``, and one to spare: the next burst, and
    the streams of a worker that dies, then find it in memory.

    Args:
        workers: those that take streams.
        demand: character → load of all its streams, in workers.
        streams: character → number of its streams.

    Returns:
        ``(character, worker)`` pairs, at most one new home a character and call, the most wanted character first.
    """
    everyone = list(workers)
    additions: list[tuple[str, str]] = []
    for character in sorted(demand, key=lambda name: (-demand[name], name)):
        if streams.get(character, 0) < POPULAR_STREAMS:
            continue
        homes = sum(character in worker.characters for worker in everyone)
        wanted = min(len(everyone), math.ceil(demand[character] / SPILL) + 1)
        strangers = [worker for worker in everyone if character not in worker.characters]
        if homes < wanted and strangers:
            added = {name for _, name in additions}  # spread what is read from disk in one go
            target = min(strangers, key=lambda worker: (worker.id in added, worker.load, worker.id))
            additions.append((character, target.id))
    return additions


def relief(workers: Iterable[WorkerView]) -> tuple[str, str] | None:
    """Whether a stream should move, because one worker is full while another has room.

    Every move brings the two loads closer and never crosses them over, so that it ends by itself.

    Args:
        workers: those that take streams.

    Returns:
        ``(from, to)``, or None when it would not help.
    """
    everyone = list(workers)
    if len(everyone) < 2:
        return None
    full = max(everyone, key=lambda worker: (worker.load, worker.streams, worker.id))
    free = min(everyone, key=lambda worker: (worker.load, worker.streams, worker.id))
    if full.streams < 2 or full.load <= SPILL:
        return None
    one = full.load / full.streams
    return (full.id, free.id) if free.load + one <= full.load - one else None


def _crowding(worker: WorkerView, fps: float) -> tuple[float, int, str]:
    return (worker.load + share(fps, worker.face_ms), worker.streams, worker.id)
