"""Everything the cluster can be told. The daemons in it have options of their own: ``npcface.serve.Config``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from npcface.cluster.autoscale import Bounds
from npcface.paths import characters
from npcface.serve.config import Config, StartupError

DEFAULT_PORT = 5750


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterConfig:
    """Options of ``npcface cluster``; docs/cluster.md explains them in a table."""

    characters: Path = field(default_factory=characters)  # the store, under the same path on every machine
    host: str = "127.0.0.1"  # of the director and the workers; anything but loopback needs keys or a trusted link
    port: int = DEFAULT_PORT  # of the director; 0 = any free one
    keys: str = ""  # folder of CURVE keys, the same on every machine: director and workers share the server's pair
    trusted_link: bool = False  # the network is private, or something else encrypts it
    token: str = field(default="", repr=False)  # of the director and of all workers
    ray_address: str = ""  # cluster to join, such as "auto"; empty = start Ray on this machine
    namespace: str = "npcface"  # of the workers within Ray; directors that share a Ray cluster need different ones
    cpus: float = 1.0  # of one worker: its threads, and what Ray sets aside for it
    gpus: float | None = None  # of one worker; None = 1 where Ray knows of GPUs, else 0
    min_workers: int = 1
    max_workers: int = 0  # 0 = as many as fit into what Ray has at the start
    high: float = 0.75  # mean load above which workers are added
    low: float = 0.45  # mean load the others may have at most once one has left
    up_after_s: float = 3.0
    down_after_s: float = 60.0
    worker_port: int = 0  # first of the ports that workers may take; 0 = any free one
    worker_options: dict[str, Any] = field(default_factory=dict)  # further options of the daemons
    ping_interval_s: float = 0.25
    ping_deadline_s: float = 1.2  # silence after which a worker counts as dead
    stats_interval_s: float = 1.0
    start_timeout_s: float = 600.0  # for a worker to come up, a new machine included
    drain_timeout_s: float = 20.0  # for streams to leave a worker that is to go
    max_clients: int = 4096
    max_clients_per_key: int = 16  # of one name on the list of keys
    max_leases: int = 256  # streams of one client

    def checked(self) -> ClusterConfig:
        """Return self if the values make sense together.

        Raises:
            StartupError, ScalingError: out of range, or reachable from other machines without a token.
        """
        front = self.front().checked()
        if front.keys != self.keys:  # the user's own folder: see ``Config.checked``
            return replace(self, keys=front.keys).checked()
        self.bounds(self.max_workers or self.min_workers).checked()
        if self.cpus <= 0 or (self.gpus is not None and self.gpus < 0):
            raise StartupError(f"A worker cannot have {self.cpus:g} CPUs and {self.gpus} GPUs.", "Use 1 and 0.")
        if self.ping_deadline_s < 2 * self.ping_interval_s:
            raise StartupError(
                f"A deadline of {self.ping_deadline_s:g} s leaves no room for a ping each {self.ping_interval_s:g} s.",
                "Set ping_deadline_s to at least twice ping_interval_s.",
            )
        return self

    def front(self) -> Config:
        """The director's socket has the options of a daemon's."""
        return Config(
            characters=self.characters, host=self.host, port=self.port, token=self.token, max_clients=self.max_clients,
            keys=self.keys, trusted_link=self.trusted_link, max_connections=self.max_clients + 64,
            max_message_bytes=64 * 1024, max_clients_per_key=self.max_clients_per_key,
        )  # fmt: skip

    def bounds(self, max_workers: int) -> Bounds:
        """Of autoscaling, once it is known how many workers fit."""
        return Bounds(
            min_workers=self.min_workers, max_workers=max_workers, high=self.high, low=self.low,
            target=(self.high + self.low) / 2, up_after_s=self.up_after_s, down_after_s=self.down_after_s,
        )  # fmt: skip

    def daemon(self) -> dict[str, Any]:
        """Options of every worker's daemon."""
        return {
            "characters": self.characters, "host": self.host, "port": self.worker_port, "token": self.token,
            "keys": self.keys, "trusted_link": self.trusted_link, "threads": max(round(self.cpus), 1),
            "max_clients": 1024, "max_connections": 1088, "max_clients_per_key": self.max_clients_per_key,
            **self.worker_options,
        }  # fmt: skip
