"""Notices a worker thread that stands still: a driver that never returns, a network drive that never answers.

A thread cannot be ended from outside, so nothing in this process helps against it: the daemon says so, leaves with
``EXIT_HANG`` and is started again, by its supervisor or by whoever started it. Time is counted in ticks of the main
loop, none longer than ``TICK_MAX_S``: a process that was stopped for a minute (a laptop asleep) has not hung for one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from npcface.observe import crash, stacks
from npcface.serve.background import Background
from npcface.wire.replies import Notice

EXIT_HANG = 5
"""Exit code: something stood still, start it again."""
TICK_MAX_S = 0.5

log = logging.getLogger("npcface.serve")


class HangGuard:
    """Belongs to the main loop.

    Args:
        workers: whose jobs it watches.
        timeout_s: how long one job may take.
    """

    def __init__(self, workers: Sequence[Background], timeout_s: float) -> None:
        self._workers, self._timeout_s = workers, timeout_s
        self._seen = [0] * len(workers)  # the job that runs,
        self._for_s = [0.0] * len(workers)  # and for how long it has been seen
        self._looked_s = float("inf")

    def tick(self, now_s: float) -> Background | None:
        """The worker whose job takes too long, if there is one.

        Args:
            now_s: monotonic.
        """
        step_s = min(max(now_s - self._looked_s, 0.0), TICK_MAX_S)
        self._looked_s = now_s
        for at, worker in enumerate(self._workers):
            job = worker.job
            self._for_s[at] = self._for_s[at] + step_s if job and job == self._seen[at] else 0.0
            self._seen[at] = job
            if self._for_s[at] > self._timeout_s:
                return worker
        return None


def report(worker: Background, timeout_s: float) -> Notice:
    """Log where a hang is, keep the stacks of all threads as a file, and say what clients are told."""
    crash.note("hang", {"thread": worker.name, "longer than": f"{timeout_s:g} s"}, stacks.of_all())
    log.critical(
        "A job in the thread %s runs for more than %g s: the daemon leaves with exit code %d. It is in %s",
        worker.name, timeout_s, EXIT_HANG, stacks.where(worker.name),
    )  # fmt: skip
    what = {"npcface-render": "Drawing faces", "npcface-library": "Reading characters"}.get(worker.name, worker.name)
    return Notice(
        code="hang",
        cause=f"{what} has stood still for {timeout_s:g} s.",
        remedy="The daemon leaves; with `npcface serve --supervise` it comes back by itself.",
    )
