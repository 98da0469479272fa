"""Which of the faces that are due go into the next batch: by tier, fairly by client, by deadline, until time is up.

Within a tier clients take turns by the render time they have had (start-time fair queueing: Goyal, Vin and Cheng,
SIGCOMM 1996), so that sixty streams of one do not outvote two of another. Pure arithmetic: no clock, no sockets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace

REST_SHARE = 0.1  # of render time that faces in front cannot take from the others, so that nobody waits for ever
OWED_MAX_S = 0.1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A face that is due.

    Attributes:
        index: the caller's own number for it.
        client: whose it is.
        front: whether it goes before all that are not.
        deadline_s: the earlier, the sooner it is taken among its client's; any clock.
        cost_s: expected seconds in the renderer.
    """

    index: int
    client: Hashable
    front: bool
    deadline_s: float
    cost_s: float


@dataclass(slots=True)
class Ledger:
    """Render time that clients have had, and what is owed to faces that are not in front."""

    had_s: dict[tuple[Hashable, bool], float] = field(default_factory=dict)
    now_s: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    owed_s: float = 0.0

    def pick(self, waiting: Sequence[Waiting], budget_s: float, most: int) -> list[Waiting]:
        """The next batch: at least one face if any waits, else as many as fit.

        Args:
            waiting: everything that is due.
            budget_s: seconds the batch may take.
            most: faces it may have.

        Returns:
            The chosen ones; those in front come first.
        """
        queues = {front: self._queues(one for one in waiting if one.front is front) for front in (True, False)}
        chosen: list[Waiting] = []
        left_s = budget_s
        rest_s = self.owed_s if queues[True] and queues[False] else 0.0  # its turn even if the front could take all
        for front, share_s in ((False, rest_s), (True, float("inf")), (False, float("inf"))):
            while queues[front] and len(chosen) < most:
                _, _, queue = queues[front][0]
                face = queue[0][-1]
                if min(face.cost_s, OWED_MAX_S) > share_s or (chosen and face.cost_s > left_s):
                    break
                chosen.append(face)
                left_s -= face.cost_s
                share_s -= face.cost_s
                self._charge(face, queues[front])
        spent_s = {front: sum(one.cost_s for one in chosen if one.front is front) for front in (True, False)}
        if queues[False] or spent_s[False]:
            self.owed_s = min(max(self.owed_s + REST_SHARE * spent_s[True] - spent_s[False], 0.0), OWED_MAX_S)
        return sorted(chosen, key=lambda one: not one.front)

    def keep(self, clients: Iterable[Hashable]) -> None:
        """Forget everybody else."""
        here = set(clients)
        self.had_s = {key: had_s for key, had_s in self.had_s.items() if key[0] in here}

    def _queues(self, waiting: Iterable[Waiting]) -> list[tuple[float, int, list[tuple[float, int, Waiting]]]]:
        """Heap of (render time had, first index, heap of the client's faces by deadline)."""
        by_client: dict[Hashable, list[tuple[float, int, Waiting]]] = defaultdict(list)
        for one in waiting:
            by_client[one.client].append((one.deadline_s, one.index, one))
        queues = []
        for client, queue in by_client.items():
            heapify(queue)
            front = queue[0][-1].front
            # who was away does not come back with a claim on the time it did not use
            had_s = max(self.had_s.get((client, front), 0.0), self.now_s[front])
            self.had_s[client, front] = had_s
            queues.append((had_s, queue[0][1], queue))
        heapify(queues)
        return queues

    def _charge(self, face: Waiting, queues: list[tuple[float, int, list[tuple[float, int, Waiting]]]]) -> None:
        had_s, order, queue = queues[0]
        self.now_s[face.front] = had_s
        had_s += face.cost_s
        self.had_s[face.client, face.front] = had_s
        heappop(queue)
        if queue:
            heapreplace(queues, (had_s, order, queue))
        else:
            heappop(queues)
