"""Keeps the workers: starts, watches, relieves, drains and ends them, and moves streams off those that go.

One ``tick`` after the other in the director's thread. What talks to Ray runs in a thread of its own, because Ray may
take its time; so nothing here waits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import zmq

from npcface.access.curve import ClientKeys
from npcface.access.keys import Pair
from npcface.cluster.autoscale import Bounds, Trend, decide
from npcface.cluster.config import ClusterConfig
from npcface.cluster.desk import Desk
from npcface.cluster.fleet import Down, RayFleet, Up
from npcface.cluster.health import lost
from npcface.cluster.load import alike
from npcface.cluster.placement import relief, spare_homes
from npcface.cluster.probe import Probe
from npcface.cluster.roster import Lease, Roster, Worker
from npcface.serve.background import Background

FLEET_POLL_S = 0.1
STOP_S = 15.0  # for a daemon that was told to end
BACKOFF_S = 30.0  # longest wait after starts that failed
log = logging.getLogger("npcface.cluster")


class Steward:
    """Works on the roster.

    Args:
        config, bounds: options and the limits of autoscaling.
        roster, desk: the book, and who tells clients.
        fleet, ray_thread: Ray, and the thread that may wait for it.
        context: of the director's sockets.
        pair: the cluster's keys, which let the director in everywhere; None: nobody asks for any.

    Attributes:
        last_failure: why the last worker did not start; empty once one has.
    """

    def __init__(
        self, config: ClusterConfig, bounds: Bounds, roster: Roster, desk: Desk, fleet: RayFleet,
        ray_thread: Background, context: zmq.Context[Any], pair: Pair | None = None,
    ) -> None:  # fmt: skip
        self._config, self._bounds = config, bounds
        self._roster, self._desk = roster, desk
        self._fleet, self._ray_thread, self._context = fleet, ray_thread, context
        self._keys = None if pair is None else ClientKeys(pair.public, pair)
        self._probes: dict[str, Probe] = {}
        self._trend = Trend()
        self._polled_s = self._reviewed_s = self._not_before_s = 0.0
        self._starting = self._failures = 0
        self._draining_since_s: float | None = None
        self.last_failure = ""

    def adopt(self, stations: list[Up]) -> None:
        """Take over workers that run already."""
        for up in stations:
            self._up(up)

    def tick(self, listened_s: float) -> None:
        """Do what is due.

        Args:
            listened_s: how long the director could listen since the call before.
        """
        now_s = time.monotonic()
        for name, probe in self._probes.items():
            probe.beat(listened_s)
            self._roster.workers[name].streams = probe.streams
        for name, load in alike({name: probe.load for name, probe in self._probes.items()}).items():
            self._roster.workers[name].load = load
        for name in lost({name: probe.silence_s for name, probe in self._probes.items()}, self._config.ping_deadline_s):
            self._lose(name, f"it has been silent for {self._probes[name].silence_s:.1f} s")
            self._in_ray(partial(self._fleet.kill, name))
        self._end_what_is_empty(now_s)
        if now_s - self._reviewed_s >= self._config.stats_interval_s and self._draining_since_s is None:
            self._reviewed_s = now_s
            self._review(now_s)
        if now_s - self._polled_s >= FLEET_POLL_S and not self._ray_thread.outstanding:
            self._polled_s = now_s
            self._in_ray(self._fleet.poll, self._apply)

    def drain_all(self) -> None:
        """The cluster shuts down: streams may finish, new ones are refused."""
        self._draining_since_s = time.monotonic()
        self._desk.tell_closing(self._config.drain_timeout_s)
        for worker in list(self._roster.workers.values()):
            if worker.state == "starting":
                self._forget(worker.id)
                self._in_ray(partial(self._fleet.kill, worker.id))
            elif worker.state == "ready":
                worker.enter("draining", self._draining_since_s)

    def empty(self) -> bool:
        """No worker is left."""
        return not self._roster.workers and not self._starting

    def close(self) -> None:
        """Close the lines to the workers."""
        for probe in self._probes.values():
            probe.close()
        self._probes.clear()

    def _review(self, now_s: float) -> None:
        """Once a second or so: the right number of workers, and streams and characters where they should be."""
        ready = self._roster.ready()
        coming = self._roster.count("starting") + self._starting
        load = sum(worker.share() for worker in ready)
        wanted, self._trend = decide(
            self._bounds, self._trend, now_s, ready=len(ready), coming=coming, load=load,
            streams=self._roster.lease_count(),
        )  # fmt: skip
        self._desk.wanted = wanted
        have = len(ready) + coming
        if wanted > have and now_s >= self._not_before_s:
            log.info("Load %.2f on %d workers: starting %d.", load, len(ready), wanted - have)
            for _ in range(wanted - have):
                self._starting += 1
                self._in_ray(self._fleet.start, self._started)
        elif wanted < have and ready:
            self._drain(min(ready, key=lambda worker: (len(worker.leases), worker.share(), worker.id)))
        self._spread()

    def _spread(self) -> None:
        views = [worker.view() for worker in self._roster.ready()]
        for character, name in spare_homes(views, *self._roster.demand()):
            self._probes[name].read_ahead(character)
            self._roster.workers[name].remember(character)
        if (move := relief(views)) is not None:
            full, free = (self._roster.workers[name] for name in move)
            # one that costs no read from disk, if there is one
            lease = min(full.leases, key=lambda one: (one.character not in free.characters, one.fps, one.number))
            self._move(lease, free, "balance")

    def _drain(self, worker: Worker) -> None:
        """It takes no new streams and its own move; it is ended once it is empty."""
        log.info("Worker %s is drained: %d streams move.", worker.id, len(worker.leases))
        worker.enter("draining", time.monotonic())
        for lease in list(worker.leases):
            target = self._desk.pick(lease.character, lease.fps, frozenset())
            if target is not None:
                self._move(lease, target, "drain")

    def _end_what_is_empty(self, now_s: float) -> None:
        for worker in list(self._roster.workers.values()):
            age_s = now_s - worker.since_s
            if worker.state == "draining":
                gone = not worker.leases and worker.streams == 0 and age_s > self._config.stats_interval_s
                if gone or age_s > self._config.drain_timeout_s:
                    worker.enter("stopping", now_s)
                    self._in_ray(partial(self._fleet.stop, worker.id))
            elif worker.state == "stopping" and age_s > STOP_S:
                self._lose(worker.id, f"it did not stop within {STOP_S:g} s")
                self._in_ray(partial(self._fleet.kill, worker.id))
            elif worker.state == "starting" and age_s > self._config.start_timeout_s:
                self._in_ray(partial(self._fleet.kill, worker.id))
                self._failed(worker.id, f"it did not come up within {self._config.start_timeout_s:g} s")

    def _apply(self, events: list[Up | Down]) -> None:
        for event in events:
            worker = self._roster.workers.get(event.worker)
            if worker is None:
                continue
            if isinstance(event, Up):
                self._up(event)
            elif worker.state == "starting":
                self._failed(event.worker, event.reason)
            else:
                self._lose(event.worker, event.reason)

    def _started(self, name: str) -> None:
        self._starting -= 1
        if self._draining_since_s is not None:
            self._in_ray(partial(self._fleet.kill, name))
            return
        self._roster.workers[name] = Worker(name, "starting", time.monotonic())

    def _up(self, up: Up) -> None:
        worker = self._roster.workers.setdefault(up.worker, Worker(up.worker, "starting", 0.0))
        worker.endpoint, worker.node, worker.pid = up.station.endpoint, up.station.node, up.station.pid
        worker.enter("ready", time.monotonic())
        self._failures, self.last_failure = 0, ""
        self._probes[worker.id] = Probe(
            self._context, worker.endpoint, self._config.token, self._config.ping_interval_s,
            self._config.stats_interval_s, self._keys,
        )  # fmt: skip
        log.info("Worker %s listens on %s.", worker.id, worker.endpoint)
        for leases in self._roster.leases.values():
            for lease in leases.values():
                if not lease.worker:
                    self._move(lease, worker, "lost")

    def _lose(self, name: str, reason: str) -> None:
        """A worker is no more: its streams go on elsewhere, at once."""
        worker = self._roster.workers.get(name)
        if worker is None:
            return
        expected = worker.state == "stopping"
        log.log(logging.INFO if expected else logging.WARNING, "Worker %s is gone: %s.", name, reason)
        for lease in self._forget(name):
            target = self._desk.pick(lease.character, lease.fps, frozenset())
            if target is not None and self._draining_since_s is None:
                self._move(lease, target, "lost")
        self._reviewed_s = 0.0  # replace it now, not in a second

    def _failed(self, name: str, reason: str) -> None:
        """A worker did not start."""
        self._forget(name)
        self._pause(f"Worker {name} did not start: {reason}", reason)

    def _pause(self, what: str, reason: str) -> None:
        """The next try waits a little longer each time."""
        self._failures += 1
        self.last_failure = reason
        pause_s = min(2.0**self._failures / 2.0, BACKOFF_S)
        self._not_before_s = time.monotonic() + pause_s
        log.error("%s The next try is in %g s.", what, pause_s)

    def _move(self, lease: Lease, worker: Worker, reason: str) -> None:
        self._roster.assign(lease, worker)
        self._desk.tell_moved(lease, worker, reason)

    def _forget(self, name: str) -> list[Lease]:
        if (probe := self._probes.pop(name, None)) is not None:
            probe.close()
        return self._roster.remove(name)

    def _in_ray(self, job: Callable[[], Any], then: Callable[[Any], None] = lambda _: None) -> None:
        def done(result: Any) -> None:
            if isinstance(result, Exception):
                if then == self._started:
                    self._starting -= 1
                    self._pause(f"Ray starts no worker: {result}", str(result))
                else:
                    log.error("Ray: %s.", result, exc_info=result)
                return
            then(result)

        self._ray_thread.submit(job, done)
