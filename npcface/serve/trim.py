"""Freed memory goes back to the system now and then.

glibc keeps what was freed below something that is still in use. From hour to hour that looks like a leak, and on a
player's machine it is missing elsewhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

EVERY_S = 30.0


def give_back() -> None:
    """Return free pages (``malloc_trim``, some milliseconds); nothing where the system's allocator is not glibc's."""
    if _trim is not None:
        _trim(0)


class Trim:
    """Has it done in another thread.

    Args:
        submit: takes a job, and what is called with its result.
    """

    def __init__(self, submit: Callable[[Callable[[], Any], Callable[[Any], None]], None]) -> None:
        self._submit = submit
        self._last_s = float("-inf")

    def tick(self, now_s: float) -> None:
        """Call it often; it does something every ``EVERY_S``."""
        if now_s - self._last_s >= EVERY_S:
            self._last_s = now_s
            self._submit(give_back, lambda _: None)


def _found() -> Callable[[int], int] | None:
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows; macOS and musl
        return None
    return found


_trim = _found()
