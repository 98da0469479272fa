"""What became of every frame that was due or asked for. Nothing may vanish: each ends as sent, or dropped for a reason.

    due + asked = sent + dropped (by reason) + in flight

What is in flight is not kept here. It is counted where frames are, when somebody looks, so that the equation can fail.
"""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal["late", "skipped", "superseded", "unsent", "untold", "outdated", "closed", "error"]
REASONS: dict[Reason, str] = {
    "late": "its time had passed before the renderer was free",
    "skipped": "the stream's level leaves it out",
    "superseded": "a newer state came before it was rendered",
    "unsent": "the client did not read before the next one was ready",
    "untold": "of a level that changed again before the client could be told",
    "outdated": "its line was restarted, replaced or stopped",
    "closed": "its stream was closed, or the client has left",
    "error": "it could not be driven or rendered; the client got the error",
}
"""Reason → when a frame is dropped for it."""

assert set(REASONS) == set(get_args(Reason))


class Account:
    """Frames of one stream, or of the whole daemon. Main loop only; counts never fall.

    Args:
        whole: where everything is counted as well.

    Attributes:
        due: pushed frames whose time came.
        asked: states and landmark frames that were accepted.
        sent: frames handed to the network or to a ring.
        dropped: all others that are not in flight any more, by reason.
    """

    __slots__ = ("asked", "dropped", "due", "sent", "whole")

    def __init__(self, whole: Account | None = None) -> None:
        self.whole = whole
        self.due = self.asked = self.sent = 0
        self.dropped: dict[Reason, int] = dict.fromkeys(REASONS, 0)

    def want(self, *, due: int = 0, asked: int = 0) -> None:
        """These have to end somehow, from now on."""
        self.due += due
        self.asked += asked
        if self.whole is not None:
            self.whole.want(due=due, asked=asked)

    def drop(self, reason: Reason, frames: int = 1) -> None:
        """These end without being sent."""
        self.dropped[reason] += frames
        if self.whole is not None:
            self.whole.drop(reason, frames)

    def send(self) -> None:
        """One was handed over."""
        self.sent += 1
        if self.whole is not None:
            self.whole.send()
