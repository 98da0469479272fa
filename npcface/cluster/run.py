"""Run a cluster in this process until SIGINT, SIGTERM or SIGBREAK; failures become exit codes, as the daemon's do."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import redirect_stdout
from types import FrameType
from typing import Any, TextIO

from npcface.cluster.config import ClusterConfig
from npcface.cluster.director import Director
from npcface.cluster.fleet import RayFleet
from npcface.cluster.messages import PROTOCOL
from npcface.errors import NpcFaceError
from npcface.serve.run import EXIT_STARTUP

log = logging.getLogger("npcface.cluster")


def run(config: ClusterConfig) -> int:
    """Connect to Ray, start workers, print the ready line, direct until a signal comes, drain.

    The ready line on stdout is ``npcface-cluster-ready ENDPOINT protocol=SEMVER pid=PID workers=N``.

    Returns:
        Exit code: 0 after a signal, 3 if it could not start.
    """
    answers = sys.stdout
    with redirect_stdout(sys.stderr):  # Ray prints what it has to say, but stdout is for the ready line
        return _run(config, answers)


def _run(config: ClusterConfig, answers: TextIO) -> int:
    fleet: RayFleet | None = None
    previous: dict[signal.Signals, Any] = {}
    try:
        fleet = RayFleet(config.checked())
        director = Director(config, fleet)
        previous = _install_handlers(director)  # after Ray, which has put its own in their place
        director.startup()
        try:
            director.wait_for_workers()
            if not director.should_exit:
                ready = f"protocol={PROTOCOL} pid={os.getpid()} workers={len(director.roster.ready())}"
                print(f"npcface-cluster-ready {director.endpoint} {ready}", file=answers, flush=True)
            director.main_loop()
        finally:
            director.shutdown()
        return 0
    except NpcFaceError as error:
        print(f"error ({error.code}): {error.cause}\n  {error.remedy}", file=sys.stderr, flush=True)
        return EXIT_STARTUP
    finally:
        if fleet is not None:
            fleet.close()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _install_handlers(director: Director) -> dict[signal.Signals, Any]:
    """First signal: drain. Second: leave at once."""

    def handle(number: int, _: FrameType | None) -> None:
        director.force_exit = director.should_exit
        director.should_exit = True

    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    return {
        getattr(signal, name): signal.signal(getattr(signal, name), handle) for name in names if hasattr(signal, name)
    }
