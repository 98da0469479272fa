"""The director's book: workers, and the streams (leases) it has placed on them. No sockets, no Ray."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from npcface.cluster.load import Load
from npcface.cluster.messages import WorkerInfo
from npcface.cluster.placement import WorkerView, share

State = Literal["starting", "ready", "draining", "stopping"]
CHARACTERS_REMEMBERED = 64  # a daemon's own default: `max_characters`


@dataclass(slots=True, eq=False)
class Lease:
    """A stream of a client.

    Attributes:
        client: ZeroMQ identity.
        number: the client's own.
        fps: frames a second it may ask for.
        worker: id, empty while there is none for it.
    """

    client: bytes
    number: int
    character: str
    fps: float
    worker: str = ""


@dataclass(slots=True, eq=False)
class Worker:
    """One render worker.

    Attributes:
        since_s: when its state began, director's clock.
        characters: ids it should have in memory, the least recently wanted first.
        leases: streams that were placed on it.
        streams: as its daemon counts them, those of clients that came without asking the director too; -1 unknown.
    """

    id: str
    state: State
    since_s: float
    endpoint: str = ""
    node: str = ""
    pid: int = 0
    characters: dict[str, None] = field(default_factory=dict)
    leases: set[Lease] = field(default_factory=set)
    load: Load = field(default_factory=Load)
    streams: int = -1

    def enter(self, state: State, now_s: float) -> None:
        """Change the state."""
        self.state, self.since_s = state, now_s

    def remember(self, character: str) -> None:
        """It is told to read this character; with too many the oldest is taken to be gone, as its daemon does."""
        self.characters.pop(character, None)
        self.characters[character] = None
        while len(self.characters) > CHARACTERS_REMEMBERED:
            del self.characters[next(iter(self.characters))]

    def share(self) -> float:
        """Share of its time that is spoken for: what was measured, or what its streams may ask for if that is more."""
        return max(self.load.busy, share(sum(lease.fps for lease in self.leases), self.load.face_ms))

    def view(self) -> WorkerView:
        """For placement."""
        return WorkerView(self.id, self.share(), len(self.leases), self.load.face_ms, frozenset(self.characters))

    def info(self) -> WorkerInfo:
        """For the status reply."""
        return WorkerInfo(
            id=self.id, state=self.state, endpoint=self.endpoint, node=self.node, pid=self.pid,
            streams=max(self.streams, 0), leases=len(self.leases), load=round(self.share(), 3),
            fps=round(self.load.fps, 1), face_ms=round(self.load.face_ms, 2), characters=list(self.characters),
        )  # fmt: skip


class Roster:
    """Workers by id, leases by client and number."""

    def __init__(self) -> None:
        self.workers: dict[str, Worker] = {}
        self.leases: dict[bytes, dict[int, Lease]] = {}

    def ready(self) -> list[Worker]:
        """The workers that take streams."""
        return [worker for worker in self.workers.values() if worker.state == "ready"]

    def count(self, *states: State) -> int:
        """Workers in one of these states."""
        return sum(worker.state in states for worker in self.workers.values())

    def lease_count(self) -> int:
        """Streams of all clients."""
        return sum(len(leases) for leases in self.leases.values())

    def assign(self, lease: Lease, worker: Worker | None) -> None:
        """Put a lease (a new one too) on a worker, or on none for now."""
        self.leases.setdefault(lease.client, {})[lease.number] = lease
        self._take_off(lease)
        if worker is not None:
            lease.worker = worker.id
            worker.leases.add(lease)
            worker.remember(lease.character)

    def release(self, client: bytes, number: int) -> None:
        """Forget a lease; one that is not there is fine."""
        lease = self.leases.get(client, {}).pop(number, None)
        if lease is not None:
            self._take_off(lease)

    def forget_client(self, client: bytes) -> None:
        """A client has left."""
        for number in list(self.leases.get(client, {})):
            self.release(client, number)
        self.leases.pop(client, None)

    def remove(self, worker: str) -> list[Lease]:
        """A worker is no more; returns the leases that are left without one."""
        gone = self.workers.pop(worker, None)
        stranded = list(gone.leases) if gone is not None else []
        for lease in stranded:
            lease.worker = ""
        return sorted(stranded, key=lambda lease: (lease.client, lease.number))

    def demand(self) -> tuple[dict[str, float], dict[str, int]]:
        """Character → load of its streams in workers, and number of its streams."""
        demand: dict[str, float] = {}
        streams: dict[str, int] = {}
        for worker in self.workers.values():
            for lease in worker.leases:
                demand[lease.character] = demand.get(lease.character, 0.0) + share(lease.fps, worker.load.face_ms)
                streams[lease.character] = streams.get(lease.character, 0) + 1
        return demand, streams

    def _take_off(self, lease: Lease) -> None:
        if (old := self.workers.get(lease.worker)) is not None:
            old.leases.discard(lease)
        lease.worker = ""
