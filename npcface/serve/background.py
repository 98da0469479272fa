"""One worker thread: takes jobs from the main loop, hands results back to it, wakes its poller.

A plain thread and an in-process ZeroMQ socket instead of asyncio: the same code on Linux, macOS and Windows.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import zmq

WAKE_ENDPOINT = "inproc://npcface-wake"
log = logging.getLogger("npcface.serve")

Job = Callable[[], Any]
Done = Callable[[Any], None]


class Background:
    """Runs jobs one after the other in its own thread.

    Args:
        name: of the thread, for logs and debuggers.
        context: the daemon's ZeroMQ context; its main loop must have bound a PULL socket to ``WAKE_ENDPOINT``.

    Attributes:
        outstanding: jobs whose results were not collected yet.
        job: number of the job that runs now, 0 if none does; any thread may look.
    """

    def __init__(self, name: str, context: zmq.Context[Any]) -> None:
        self._jobs: queue.SimpleQueue[tuple[Job, Done] | None] = queue.SimpleQueue()
        self._results: deque[tuple[Done, Any]] = deque()
        self._context = context
        self.name = name
        self.outstanding = 0
        self.job = 0  # number of the one that runs, 0 = none
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Job, done: Done) -> None:
        """Run ``job()`` in the thread; ``done(result or exception)`` later runs in the main loop, by ``collect``."""
        self.outstanding += 1
        self._jobs.put((job, done))

    def collect(self) -> None:
        """Call ``done`` for all jobs that have finished."""
        while self._results:
            done, result = self._results.popleft()
            self.outstanding -= 1
            done(result)

    def stop(self, timeout_s: float) -> bool:
        """Finish the running job and end the thread; False if it takes longer than ``timeout_s``."""
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wake = self._context.socket(zmq.PUSH)
        wake.linger = 0
        wake.connect(WAKE_ENDPOINT)
        number = 0
        while (item := self._jobs.get()) is not None:
            job, done = item
            self.job = number = number + 1
            result: Any
            try:
                result = job()
            except Exception as error:
                result = error
            self.job = 0
            self._results.append((done, result))
            try:
                wake.send(b"", zmq.NOBLOCK)
            except zmq.Again:
                log.debug("The wake queue is full: the main loop is awake anyway.")
        wake.close()
