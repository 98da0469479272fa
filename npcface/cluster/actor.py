"""What runs on a GPU or CPU slot: an ordinary daemon in a thread of the actor's process.

A thread, not a process of its own: the daemon then cannot outlive the actor, so what Ray says of the one is true of the
other. Ray carries three calls and no pixels.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from npcface.errors import NpcFaceError
from npcface.serve.config import Config, StartupError
from npcface.serve.server import Server

PORTS = 64  # tried from `port` on, when it is not 0
START_S = 300.0


@dataclass(frozen=True, slots=True)
class Station:
    """Where a worker is."""

    endpoint: str
    node: str
    pid: int


class RenderWorker:
    """The actor; Ray calls its methods in threads, so all of them can be called at any time.

    Args:
        options: of ``serve.Config``; variables ``NPCFACE_…`` of the worker's machine fill in the rest. With a ``host``
            that is not loopback, clients are sent to the machine's own address.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        self._config = Config.from_environment(**options)
        self._up, self._ended = threading.Event(), threading.Event()
        self._server: Server | None = None
        self._problem: Exception | None = None
        threading.Thread(target=self._serve, name="npcface-daemon", daemon=True).start()

    def start(self) -> Station:
        """Where it listens, as soon as it does; can be asked again.

        Raises:
            StartupError: it does not.
        """
        if not self._up.wait(START_S):
            raise StartupError(f"The daemon did not listen within {START_S:g} s.", "Look at the worker's log.")
        if self._problem is not None:
            raise self._problem
        assert self._server is not None
        node = _own_address() if _is_open(self._config.host) else "127.0.0.1"
        port = self._server.endpoint.rpartition(":")[2]
        host = f"[{node}]" if ":" in node else node
        return Station(f"tcp://{host}:{port}", node, os.getpid())

    def ended(self, wait_s: float) -> bool:
        """Whether the daemon has ended, by now or within ``wait_s``."""
        return self._ended.wait(wait_s)

    def stop(self) -> None:
        """Finish what is being rendered, tell the clients, end."""
        if self._server is not None:
            self._server.should_exit = True

    def _serve(self) -> None:
        try:
            self._server = _started(self._config)
            self._up.set()
            try:
                self._server.main_loop()
            finally:
                self._server.shutdown()
        except Exception as error:
            logging.getLogger("npcface.cluster").exception("The daemon has failed.")
            self._problem = error if isinstance(error, NpcFaceError) else StartupError(f"{error}", "See the log.")
        finally:
            self._up.set()
            self._ended.set()


def _started(config: Config) -> Server:
    """A server that listens on the first port that is free."""
    last = config.port + PORTS - 1 if config.port else 0
    while True:
        server = Server(config)
        try:
            server.startup()
        except StartupError as error:
            if config.port >= last or "Cannot listen" not in error.cause:
                raise
            config = replace(config, port=config.port + 1)
            continue
        return server


def _is_open(host: str) -> bool:
    return not host.startswith("127.") and host not in ("localhost", "::1")


def _own_address() -> str:
    import ray

    return str(ray.util.get_node_ip_address())
