"""The Ray part: one actor a worker, started, watched and ended here. Everything else asks ``RayFleet`` only.

Actors are detached and named: they outlive a director that is killed, and the next one takes them over.
"""

from __future__ import annotations

import logging
import os
import socket
import uuid
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from npcface.cluster.actor import RenderWorker, Station
from npcface.cluster.config import ClusterConfig
from npcface.errors import DependencyError, NpcFaceError
from npcface.serve.config import StartupError

WATCH_S = 20.0  # how long one question "have you ended?" stays open
ADOPT_S = 10.0
CONNECT_S = 5.0
THREADS = 8  # of an actor: questions of earlier directors stay open for up to WATCH_S
log = logging.getLogger("npcface.cluster")


@dataclass(frozen=True, slots=True)
class Up:
    """A worker listens."""

    worker: str
    station: Station


@dataclass(frozen=True, slots=True)
class Down:
    """A worker has ended or could not start; ``reason`` is a sentence."""

    worker: str
    reason: str


class RayFleet:
    """Workers on a Ray cluster. Not thread-safe; calls may block for a moment, so they belong into their own thread.

    Args:
        config: where Ray is and what a worker needs.

    Attributes:
        slots: workers that fit into what Ray has now.

    Raises:
        DependencyError: Ray is not installed.
        StartupError: it cannot be reached or started, or has no room for a worker.
    """

    def __init__(self, config: ClusterConfig) -> None:
        try:
            self._ray: Any = import_module("ray")
        except ImportError as error:
            raise DependencyError("A cluster needs Ray.", "pip install 'npcface[cluster]'") from error
        self._config = config
        self._connect()
        has = self._ray.cluster_resources()
        self._gpus = config.gpus if config.gpus is not None else float(has.get("GPU", 0.0) >= 1.0)
        by_gpu = has.get("GPU", 0.0) // self._gpus if self._gpus else float("inf")
        self.slots = int(min(has.get("CPU", 0.0) // config.cpus, by_gpu))
        self._actors: dict[str, Any] = {}
        self._open: dict[Any, str] = {}  # answers that are awaited → worker

    def start(self) -> str:
        """Have a worker started somewhere; an ``Up`` or ``Down`` follows. Returns its name."""
        name = f"worker-{uuid.uuid4().hex[:8]}"
        kind = self._ray.remote(RenderWorker).options(
            name=name, namespace=self._config.namespace, lifetime="detached", num_cpus=self._config.cpus,
            num_gpus=self._gpus, max_restarts=0, max_concurrency=THREADS, scheduling_strategy="SPREAD",
        )  # fmt: skip
        self._actors[name] = kind.remote(self._config.daemon())
        self._open[self._actors[name].start.remote()] = name
        return name

    def adopt(self) -> list[Up]:
        """Workers that an earlier director has left behind."""
        found: list[Up] = []
        for name in self._ray.util.list_named_actors():
            if not name.startswith("worker-") or name in self._actors:
                continue
            try:
                actor = self._ray.get_actor(name)
                station = self._ray.get(actor.start.remote(), timeout=ADOPT_S)
            except Exception as error:  # Ray has many; whatever it is, this worker is of no use
                log.warning("Worker %s of an earlier director does not answer: %s.", name, type(error).__name__)
                continue
            self._actors[name] = actor
            self._watch(name)
            found.append(Up(name, station))
        return found

    def poll(self) -> list[Up | Down]:
        """What has happened since the last call; does not wait."""
        if not self._open:
            return []
        done, _ = self._ray.wait(list(self._open), num_returns=len(self._open), timeout=0)
        events: list[Up | Down] = []
        for answer in done:
            name = self._open.pop(answer)
            if name not in self._actors:
                continue
            try:
                result = self._ray.get(answer)
            except Exception as error:  # an error of the daemon, wrapped by Ray, or the actor's death
                self.kill(name)
                events.append(Down(name, _sentence(error)))
                continue
            if isinstance(result, Station):
                events.append(Up(name, result))
            if result is True:
                self.kill(name)
                events.append(Down(name, "it has stopped"))
            else:
                self._watch(name)
        return events

    def stop(self, name: str) -> None:
        """Ask a worker to finish and go; a ``Down`` follows."""
        if name in self._actors:
            self._actors[name].stop.remote()

    def kill(self, name: str) -> None:
        """End a worker at once; nothing follows."""
        actor = self._actors.pop(name, None)
        if actor is None:
            return
        try:
            self._ray.kill(actor)
        except Exception as error:
            log.info("Worker %s is gone already: %s.", name, type(error).__name__)

    def close(self) -> None:
        """Leave Ray; one that was started here ends."""
        for name in list(self._actors):
            self.kill(name)
        self._ray.shutdown()

    def _watch(self, name: str) -> None:
        self._open[self._actors[name].ended.remote(WATCH_S)] = name

    def _connect(self) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's own 15 lets everything else on a machine go first
        address = self._config.ray_address or os.environ.get("RAY_ADDRESS") or "local"
        ours: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
        host, _, port = address.removeprefix("ray://").rpartition(":")
        try:
            if host and port.isdigit():  # Ray itself would go on trying for minutes
                socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
            self._ray.init(address=address, namespace=self._config.namespace, log_to_driver=False, **ours)
        except Exception as error:  # OSError, ConnectionError, RuntimeError, ValueError …
            raise StartupError(
                f"Ray at {address!r} cannot be used: {str(error).splitlines()[0][:300]}",
                "Start it with `ray start --head`, or leave the address out to have one started here.",
            ) from error


def _sentence(error: Exception) -> str:
    cause = getattr(error, "cause", None)  # RayTaskError: what the actor raised
    if isinstance(cause, NpcFaceError):
        return str(cause)
    if isinstance(error, NpcFaceError):
        return str(error)
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"
