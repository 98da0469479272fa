"""The front door's life: startup → main_loop → drain → shutdown. One thread; Ray has one of its own.

No pixel passes through here: a client asks once for the address of a worker, and later only hears when that changes.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import zmq

from npcface.access.door import Door
from npcface.cluster.config import ClusterConfig
from npcface.cluster.desk import Desk
from npcface.cluster.fleet import RayFleet
from npcface.cluster.roster import Roster
from npcface.cluster.steward import Steward
from npcface.serve.background import WAKE_ENDPOINT, Background
from npcface.serve.config import StartupError
from npcface.serve.sockets import bind_router

TICK_S = 0.05
log = logging.getLogger("npcface.cluster")


class Director:
    """Answers clients and keeps workers.

    Args:
        config: see ``ClusterConfig``.
        fleet: connected to Ray.

    Attributes:
        endpoint: where clients come to, after ``startup``.
        should_exit: set it (from any thread or a signal handler) to drain and leave ``main_loop``.
        force_exit: set it as well not to wait for clients.
    """

    def __init__(self, config: ClusterConfig, fleet: RayFleet) -> None:
        self.config = config
        self.endpoint = ""
        self.should_exit = self.force_exit = False
        self._fleet = fleet
        self._draining = False
        self._ticked_s = time.monotonic()

    def startup(self) -> None:
        """Bind, and take over workers of an earlier director.

        Raises:
            StartupError: the port is taken, or Ray has no room for a worker.
        """
        if self.config.max_workers == 0 and self._fleet.slots < self.config.min_workers:
            raise StartupError(
                f"Ray has room for {self._fleet.slots} workers, {self.config.min_workers} were asked for.",
                "Set max_workers if machines will be added, or give a worker fewer CPUs or GPUs.",
            )
        bounds = self.config.bounds(self.config.max_workers or self._fleet.slots).checked()
        self._context: zmq.Context[Any] = zmq.Context()
        self._wake = self._context.socket(zmq.PULL)
        self._wake.bind(WAKE_ENDPOINT)
        try:
            front = self.config.front()
            self._door = Door(self._context, front.key_folder, front.max_connections)
            self._socket = bind_router(self._context, front, self._door)
            # After the port is ours, as whoever leaves ends the workers it has; before any client is answered.
            adopted = self._fleet.adopt()
        except Exception:
            if hasattr(self, "_door"):
                self._door.close()
            self._context.destroy(linger=0)
            raise
        self.roster = Roster()
        self._desk = Desk(self._socket, self._door, self.config, self.roster)
        self._ray_thread = Background("npcface-ray", self._context)
        self._steward = Steward(
            self.config, bounds, self.roster, self._desk, self._fleet, self._ray_thread, self._context, self._door.pair
        )
        self._steward.adopt(adopted)
        self.endpoint = self._socket.getsockopt_string(zmq.LAST_ENDPOINT)
        log.info("Directing on %s, %d to %d workers.", self.endpoint, bounds.min_workers, bounds.max_workers)

    def wait_for_workers(self) -> None:
        """Serve until ``min_workers`` are ready or it is told to leave.

        Raises:
            StartupError: workers do not start.
        """
        while not self.should_exit and len(self.roster.ready()) < self.config.min_workers:
            self.on_tick()
            if self._steward.last_failure and not self.roster.ready():
                raise StartupError(f"A worker did not start: {self._steward.last_failure}", "Correct that first.")

    def main_loop(self) -> None:
        """Serve until ``should_exit``, then until all workers are drained, or ``force_exit``."""
        while not self.force_exit:
            if self.should_exit and not self._draining:
                self._draining = True
                log.info("Draining %d workers, %d streams.", len(self.roster.workers), self.roster.lease_count())
                self._steward.drain_all()
            if self._draining and self._steward.empty():
                return
            self.on_tick()

    def on_tick(self) -> None:
        """Wait a moment for something to do, and do it."""
        if not self._desk.pause():
            self._socket.poll(round(TICK_S * 1000))
            self._desk.receive()
        try:
            while True:
                self._wake.recv(zmq.NOBLOCK)
        except zmq.Again:
            pass
        self._ray_thread.collect()
        now_s = time.monotonic()
        # A director that was held up has not listened, so what it did not hear in that time counts against nobody.
        self._steward.tick(min(now_s - self._ticked_s, 2 * TICK_S))
        self._ticked_s = now_s
        self._desk.keep_house()

    def shutdown(self) -> None:
        """Close everything; workers that are left are ended by the fleet."""
        self._steward.close()
        self._ray_thread.stop(timeout_s=5.0)
        self._door.close()
        self._socket.close(round(self.config.front().linger_s * 1000))
        self._wake.close(0)
        self._context.destroy(linger=0)
