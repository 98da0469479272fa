"""Run a server in this process until SIGINT, SIGTERM or (Windows) SIGBREAK; turn failures into exit codes."""

from __future__ import annotations

import logging
import os
import signal
import sys
from functools import partial
from types import FrameType
from typing import Any

from npcface.errors import NpcFaceError
from npcface.serve.config import Config
from npcface.serve.parent import watch
from npcface.serve.server import Server
from npcface.wire import PROTOCOL

EXIT_STARTUP = 3
"""The one exit code of every start-up failure, so that a supervisor does not restart in a loop."""

SWITCH_S = 0.001  # for which a thread that reads characters may hold up the one that answers clients

log = logging.getLogger("npcface.serve")


def serve(config: Config) -> int:
    """Start, print the ready line, serve until a signal comes or the game is gone (``npcface.serve.parent``).

    The ready line on stdout is ``npcface-ready ENDPOINT protocol=SEMVER pid=PID``; everything else goes to stderr.

    Returns:
        Exit code: 0 after a signal or the end of the game, 3 if the daemon could not start.
    """
    sys.setswitchinterval(SWITCH_S)
    server = Server(config)
    previous = _install_handlers(server)
    try:
        try:
            server.startup()
        except NpcFaceError as error:
            print(f"error ({error.code}): {error.cause}\n  {error.remedy}", file=sys.stderr, flush=True)
            return EXIT_STARTUP
        except Exception:
            log.exception("The daemon could not start.")
            return EXIT_STARTUP
        watch(config, partial(setattr, server, "should_exit", True))
        try:
            print(f"npcface-ready {server.endpoint} protocol={PROTOCOL} pid={os.getpid()}", flush=True)
            server.main_loop()
        finally:
            server.shutdown()
        return 0
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _install_handlers(server: Server) -> dict[signal.Signals, Any]:
    """First signal: finish what is being rendered, tell the clients, leave. Second: leave at once."""

    def handle(number: int, _: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        log.info("Signal %d: %s.", number, "leaving at once" if server.force_exit else "shutting down")

    names = ("SIGINT", "SIGTERM", "SIGBREAK")  # SIGBREAK: Ctrl-Break and closed consoles on Windows
    return {
        getattr(signal, name): signal.signal(getattr(signal, name), handle) for name in names if hasattr(signal, name)
    }
