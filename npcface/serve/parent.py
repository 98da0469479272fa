"""Leave when the game is gone: a daemon that was started for a game must not outlive it, however the game ended.

Two signs, each asked for by an option: the process ``parent_pid`` ends, or standard input closes (the game held the
other end of the pipe, and the system closes it even after a crash). Each is waited for in a thread that sleeps in the
kernel.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import select
import sys
import threading
import time
from collections.abc import Callable

from npcface.serve.config import Config

POLL_S = 0.5
STDIN = 0

log = logging.getLogger("npcface.serve")


def watch(config: Config, leave: Callable[[], None]) -> None:
    """Start what ``config`` asks for.

    Args:
        leave: called once or twice, from another thread, when the game is gone.
    """
    if config.parent_pid:
        _start(lambda: wait_for_exit(config.parent_pid), f"Process {config.parent_pid} has ended: leaving.", leave)
    if config.stdin == "watch":
        _start(wait_for_stdin, "Standard input was closed: leaving.", leave)


def _start(wait: Callable[[], None], news: str, leave: Callable[[], None]) -> None:
    def run() -> None:
        wait()
        log.info(news)
        leave()

    threading.Thread(target=run, name="npcface-parent", daemon=True).start()


def wait_for_stdin() -> None:
    """Return when standard input closes. What comes before is read and dropped."""
    with contextlib.suppress(OSError):
        while os.read(STDIN, 4096):  # not sys.stdin: its lock would be held while the interpreter shuts down
            pass


if sys.platform == "win32":

    def wait_for_exit(pid: int) -> None:
        """Return when a process has ended; at once if there is none."""
        import ctypes

        synchronize, forever = 0x00100000, 0xFFFFFFFF  # winnt.h, winbase.h
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(synchronize, False, pid)
        if handle:
            kernel.WaitForSingleObject(ctypes.c_void_p(handle), forever)
            kernel.CloseHandle(ctypes.c_void_p(handle))

else:

    def wait_for_exit(pid: int) -> None:
        """Return when a process has ended; at once if there is none."""
        try:
            handle = os.pidfd_open(pid)  # Linux 5.3: stands for this process even when its number is used again
        except ProcessLookupError:
            return
        except (AttributeError, OSError):
            _poll_for_exit(pid)
            return
        try:
            select.select([handle], [], [])
        finally:
            os.close(handle)

    def _poll_for_exit(pid: int) -> None:
        is_parent = os.getppid() == pid
        while True:
            try:
                os.kill(pid, 0)
            except OSError as error:
                if error.errno != errno.EPERM:  # another user's process is a process too
                    return
            if is_parent and os.getppid() != pid:  # ended, though nobody has collected its exit code yet
                return
            time.sleep(POLL_S)
