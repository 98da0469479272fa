"""Work that takes longer than a request: a short queue, one after the other, with progress the page can ask for."""

from __future__ import annotations

import secrets
import subprocess
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse

from npcface.studio.problems import Busy, Closing, NotFound, as_dict

WAITING_MAX = 8
"""Jobs that have not ended."""
KEPT = 64
"""Jobs that have; older ones are forgotten."""
Tell = Callable[[str, float], None]
"""Told the step in words and the share of the work that is done, 0..1; raises ``Stopped`` when the studio closes."""
Work = Callable[[Tell], dict[str, Any]]


class Stopped(Exception):
    """The studio closes."""


@dataclass(slots=True)
class Job:
    """One piece of work and how it goes."""

    id: str
    kind: str
    state: Literal["running", "done", "failed"] = "running"
    progress: float = 0.0
    step: str = "waiting"
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """What ``/api/jobs/{job}`` answers."""
        document: dict[str, Any] = {"job": self.id, "kind": self.kind, "state": self.state, "step": self.step}
        document["progress"] = round(self.progress, 3)
        extra = {"result": self.result, "error": self.error}
        return document | {name: value for name, value in extra.items() if value is not None}


class Jobs:
    """All jobs; fine-tuning, which takes minutes, does not hold up the others.

    Attributes:
        stopping: set when the studio closes.
        children: processes that jobs wait for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self.stopping = threading.Event()
        self.children: set[subprocess.Popen[str]] = set()
        self._lanes = {name: ThreadPoolExecutor(1, f"studio-{name}") for name in ("quick", "slow")}

    def submit(self, kind: str, work: Work, clean_up: Callable[[], None] = lambda: None, *, slow: bool = False) -> Job:
        """Queue some work.

        Args:
            kind: for the page.
            work: done in a thread.
            clean_up: called at the end, whatever happens.
            slow: takes minutes.

        Raises:
            Busy: ``WAITING_MAX`` jobs are waiting; ``clean_up`` has been called.
        """
        job = Job(secrets.token_hex(6), kind)
        with self._lock:
            waiting = sum(one.state == "running" for one in self._jobs.values())
            if waiting < WAITING_MAX:
                self._jobs[job.id] = job
                self._forget()
                self._lanes["slow" if slow else "quick"].submit(self._do, job, work, clean_up)
                return job
        clean_up()
        raise Busy(f"{waiting} jobs are waiting already.", "Wait until one of them has ended.")

    def get(self, name: str) -> Job:
        """A job by its id.

        Raises:
            NotFound: unknown or forgotten.
        """
        with self._lock:
            if name not in self._jobs:
                raise NotFound(f"There is no job {name[:40]!r}.", f"The last {KEPT} are remembered.")
            return self._jobs[name]

    def close(self) -> None:
        """Stop what runs, forget what waits; blocks until that is done."""
        self.stopping.set()
        for child in [*self.children]:
            child.kill()
        for lane in self._lanes.values():
            lane.shutdown(wait=True)

    def _do(self, job: Job, work: Work, clean_up: Callable[[], None]) -> None:
        def tell(step: str, share: float) -> None:
            if self.stopping.is_set():
                raise Stopped("The studio is closing.")
            job.step, job.progress = step, min(max(share, 0.0), 1.0)

        try:
            tell("starting", 0.0)
            job.result = work(tell)
            job.step, job.progress, job.state = "done", 1.0, "done"
        except Stopped as stopped:
            job.error, job.state = as_dict(Closing(str(stopped), "Start it again and repeat this.")), "failed"
        except Exception as error:  # whatever it is, it must not end the lane
            job.error, job.state = as_dict(error), "failed"
        finally:
            clean_up()

    def _forget(self) -> None:
        ended = [name for name, job in self._jobs.items() if job.state != "running"]
        for name in ended[: max(len(self._jobs) - KEPT, 0)]:
            del self._jobs[name]


async def job(request: Request) -> JSONResponse:
    """``GET /api/jobs/{job}``."""
    return JSONResponse(request.app.state.studio.jobs.get(request.path_params["job"]).as_dict())


def accepted(job: Job) -> JSONResponse:
    """The answer to a request that became a job."""
    return JSONResponse({"job": job.id}, 202)
