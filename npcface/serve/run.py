"""Run a server in this process until SIGINT, SIGTERM or (Windows) SIGBREAK; turn failures into exit codes."""

from __future__ import annotations

import faulthandler
import io
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

from npcface.errors import NpcFaceError
from npcface.observe import crash
from npcface.observe.logs import secrets_of
from npcface.serve.config import Config
from npcface.serve.heart import Heart
from npcface.serve.parent import watch
from npcface.wire.version import PROTOCOL

if TYPE_CHECKING:
    from npcface.serve.server import Server

EXIT_STARTUP = 3
"""The one exit code of every start-up failure, so that a supervisor does not restart in a loop."""
LEAVE_PATIENCE_S = 15.0
"""When the game is gone and the main loop does not leave within this, it hangs: nobody is left to be polite to."""

SWITCH_S = 0.001  # for which a thread that reads characters may hold up the one that answers clients

log = logging.getLogger("npcface.serve")


def serve(config: Config) -> int:
    """Start, print the ready line, serve until a signal comes or the game is gone (``npcface.serve.parent``).

    The ready line on stdout is ``npcface-ready ENDPOINT protocol=SEMVER pid=PID``; everything else goes to stderr.
    With ``config.supervise`` all of this happens in a child process that is started again when it crashes or hangs.

    Returns:
        Exit code: 0 after a signal or the end of the game, 3 if the daemon could not start, 4 if a supervisor gave up.
        A worker thread that hangs ends the process with 5: it could not be left otherwise.
    """
    if config.supervise:
        from npcface.serve.supervise import supervise

        return supervise(config)
    from npcface.serve.server import Server
    from npcface.serve.sockets import allow_many_files

    allow_many_files()
    with suppress(io.UnsupportedOperation, RuntimeError, ValueError):  # where stderr is no file
        faulthandler.enable()  # a crash below Python says where
    sys.setswitchinterval(SWITCH_S)
    server = Server(config)
    previous = _install_handlers(server)
    crash.install(secrets_of(config))
    leaving: list[threading.Timer] = []
    try:
        try:
            server.startup()
        except NpcFaceError as error:
            print(f"error ({error.code}): {error.cause}\n  {error.remedy}", file=sys.stderr, flush=True)
            return EXIT_STARTUP
        except Exception as error:
            log.exception("The daemon could not start.")
            crash.report("startup", error)
            return EXIT_STARTUP

        def leave() -> None:
            server.should_exit = True
            leaving.append(threading.Timer(LEAVE_PATIENCE_S, _leave_at_once))
            leaving[-1].daemon = True
            leaving[-1].start()

        watch(config, leave)
        try:
            print(f"npcface-ready {server.endpoint} protocol={PROTOCOL} pid={os.getpid()}", flush=True)
            if os.environ.get(crash.SUPERVISED_ENV):
                server.on_beat = Heart()
            server.main_loop()
        except Exception as error:
            crash.report("main-loop", error)
            raise
        finally:
            server.shutdown()
        if server.hung:
            time.sleep(config.linger_s)  # for the clients' last messages
            _leave_at_once()
        return 0
    finally:
        crash.uninstall()
        for timer in leaving:
            timer.cancel()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _leave_at_once() -> None:
    """End the process though a thread of it stands still: a normal end would wait for that thread."""
    from npcface.serve.hang import EXIT_HANG

    crash.uninstall()
    logging.shutdown()
    os._exit(EXIT_HANG)


def _install_handlers(server: Server) -> dict[signal.Signals, Any]:
    """First signal: finish what is being rendered, tell the clients, leave. Second: leave at once.

    The handler runs between any two instructions of the main thread, maybe in the middle of a line for the log, with
    the log's locks held: it may set flags and nothing else.
    """

    def handle(number: int, _: FrameType | None) -> None:
        server.force_exit = server.should_exit
        server.should_exit = True
        server.signalled = number

    names = ("SIGINT", "SIGTERM", "SIGBREAK")  # SIGBREAK: Ctrl-Break and closed consoles on Windows
    return {
        getattr(signal, name): signal.signal(getattr(signal, name), handle) for name in names if hasattr(signal, name)
    }
