"""The supervisor: a small process that runs the daemon as its child and starts it again when it crashes or hangs.

The child listens at one address for ever: with port 0 at the one that the first child got. Its standard input is a
pipe that closes when the supervisor ends, however that happens, and the child leaves then; its standard output brings
the ready line and after it heartbeats; its standard error is passed on, its last lines are kept in case it crashes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections import deque
from dataclasses import replace
from types import FrameType

from npcface.observe import crash
from npcface.observe.logs import secrets_of
from npcface.serve.child import Child
from npcface.serve.config import Config
from npcface.serve.parent import watch

EXIT_GAVE_UP = 4
"""The daemon crashed more than ``crashes_per_minute`` times within a minute."""
EXIT_STARTUP, EXIT_HANG = 3, 5  # of ``run`` and ``hang``, whose modules would load the whole daemon
POLL_S = 0.1
TICK_MAX_S = 0.5  # a supervisor that slept itself does not count that as the child's silence
START_PATIENCE_S = 120.0
STOP_PATIENCE_S = 20.0
PAUSES_S = (0.2, 0.4, 0.8, 1.6, 3.2, 5.0)
"""Before a new start: the more crashes in the last minute, the longer."""

log = logging.getLogger("npcface.serve")


def supervise(config: Config) -> int:
    """Run the daemon in a child process until a signal comes, the game is gone, or it crashes too often.

    Returns:
        Exit code: 0 when it was asked to leave, 3 if the daemon could not start the first time, 4 (``EXIT_GAVE_UP``).
    """
    supervisor = Supervisor(config)
    crash.leave_out(secrets_of(config))
    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = {number: signal.signal(number, supervisor.on_signal) for number in numbers}
    try:
        watch(config, supervisor.leave)
        return supervisor.run()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


class Supervisor:
    """One daemon after the other.

    Args:
        config: of the daemon; ``port`` may be 0.

    Attributes:
        config: the same; after the first ready line with the port that it named.
        starts: how many children there were.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.starts = 0
        self._asked = 0  # how often it was asked to leave,
        self._signalled = 0  # and by which signal
        self._told = False  # the ready line is out
        self._crashes_s: deque[float] = deque()

    def on_signal(self, number: int, _: FrameType | None) -> None:
        """First signal: the daemon leaves politely. Second: at once.

        No word for the log from here: see ``run._install_handlers``.
        """
        self._signalled = number
        self._asked += 1

    def leave(self) -> None:
        """Stop the daemon and leave; from any thread."""
        self._asked += 1

    def run(self) -> int:
        """Supervise; returns the exit code."""
        while not self._asked:
            self.starts += 1
            child = Child(self.config, self.starts - 1)
            code = self._live(child)
            if code == 0 or self._asked:
                break
            if code == EXIT_STARTUP and not self._told:
                return EXIT_STARTUP  # trying again would not help
            if not self._next(child, code):
                print(
                    f"error (crashes): The daemon has crashed {len(self._crashes_s)} times within a minute.\n"
                    f"  What is known lies in {crash.folder()}; `npcface doctor` may say more.",
                    file=sys.stderr, flush=True,
                )  # fmt: skip
                return EXIT_GAVE_UP
        return 0

    def _live(self, child: Child) -> int:
        """Watch one child to its end; its exit code, negative for a signal."""
        forwarded, stopping_s, quiet_s, beats, before_s = 0, 0.0, 0.0, -1, time.monotonic()
        while (code := child.wait(POLL_S)) is None:
            now_s = time.monotonic()
            step_s, before_s = min(now_s - before_s, TICK_MAX_S), now_s
            self._pass_on(child)
            if self._asked > forwarded:
                forwarded = self._asked
                if self._signalled:
                    log.info("Signal %d: the daemon is told.", self._signalled)
                    self._signalled = 0
                child.ask_to_leave()
            if forwarded:
                stopping_s += step_s
                if stopping_s > STOP_PATIENCE_S:
                    child.kill()
                continue
            quiet_s = quiet_s + step_s if beats == child.beats else 0.0
            beats = child.beats
            if quiet_s > (self.config.watchdog_s if child.ready else START_PATIENCE_S):
                log.error("The daemon's main loop has given no sign of life for %.0f s: it is ended.", quiet_s)
                child.hung = True
                child.kill(stacks=True)
        self._pass_on(child)  # it may have been quick
        child.close()
        return code

    def _pass_on(self, child: Child) -> None:
        """The first ready line goes out with this process's number, for that is the one to signal or to end."""
        if not child.ready or child.told:
            return
        child.told = True
        _, endpoint, protocol, *_ = child.ready.split()
        if self._told:
            log.info("The daemon is back at %s (start %d).", endpoint, self.starts)
            return
        self._told = True
        self.config = replace(self.config, port=int(endpoint.rpartition(":")[2]))
        with contextlib.suppress(OSError):
            print(f"npcface-ready {endpoint} {protocol} pid={os.getpid()}", flush=True)

    def _next(self, child: Child, code: int) -> bool:
        """Note a crash and pause; False if there were too many."""
        now_s = time.monotonic()
        self._crashes_s.append(now_s)
        while now_s - self._crashes_s[0] > 60.0:
            self._crashes_s.popleft()
        what = "hung" if child.hung or code == EXIT_HANG else "crashed"
        if code != EXIT_HANG:  # then it has noted more itself
            facts = {"exit": name_of(code), "lived": f"{child.lived_s:.1f} s", "start": self.starts, "pid": child.pid}
            crash.note("hang" if child.hung else "crash", facts, child.said)
        count = len(self._crashes_s)
        if count > self.config.crashes_per_minute:
            return False
        pause_s = PAUSES_S[min(count, len(PAUSES_S)) - 1]
        log.error(
            "The daemon %s (%s); it is started again in %.1f s.", what, name_of(code), pause_s,
        )  # fmt: skip
        until_s = now_s + pause_s
        while not self._asked and (left_s := until_s - time.monotonic()) > 0.0:
            time.sleep(min(left_s, POLL_S))
        return True


def name_of(code: int) -> str:
    """An exit code for people."""
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {-code}, {signal.Signals(-code).name}"
    return f"exit code {code}" if code < 256 else f"exit code {code:#x}"  # of Windows, such as 0xc0000005
