"""The times of one frame on its way through the daemon, all on the clock of ``time.perf_counter``, seconds.

since ── wait ──▶ begun: drive, draw, compress ──▶ ended ── collect ──▶ posted: copy, send ──▶ sent
"""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[float, float]
"""Begin and end."""


@dataclass(slots=True)
class Call:
    """One render call.

    Attributes:
        faces: who is in it, one word for each.
        load: the scheduler's, when it was put together.
        begun_s, ended_s: in the render thread.
    """

    faces: tuple[str, ...]
    load: float
    begun_s: float = 0.0
    ended_s: float = 0.0


@dataclass(slots=True)
class Trip:
    """Filled in by whoever has the frame, one after the other; complete when it is sent.

    Attributes:
        since_s: due or received. taken_s: put into a batch.
        pushed: the daemon keeps its time; else it was asked for.
        quality, size, level: how it is drawn. transport: ``socket`` or ``shm``.
        call: the render call it was in.
        drive, draw, compress: in the render thread and its helpers; None if it was not done.
        posted_s: the main loop has it again.
        copy: into shared memory, or what of a partial frame differs. send: the last try, which succeeded.
    """

    since_s: float
    taken_s: float
    pushed: bool
    period_s: float
    name: tuple[int, int, str]  # client's number, stream, character
    sequence: int
    quality: str
    size: int
    level: int
    call: Call | None = None
    drive: Span | None = None
    draw: Span | None = None
    compress: Span | None = None
    posted_s: float = 0.0
    copy: Span | None = None
    send: Span = (0.0, 0.0)
    transport: str = "socket"

    @property
    def total_s(self) -> float:
        """Due or received → sent."""
        return self.send[1] - self.since_s

    def spans(self) -> list[tuple[str, Span]]:
        """Every part that took place, in order; what lies between them is waiting for the client."""
        call = self.call or Call((), 0.0, self.taken_s, self.posted_s)
        found = [("wait", (self.since_s, call.begun_s))]
        for part, span in (("drive", self.drive), ("render", self.draw), ("compress", self.compress)):
            if span is not None:
                found.append((part, span))
        found.append(("collect", (call.ended_s, self.posted_s)))
        if self.copy is not None:
            found.append(("copy", self.copy))
        return [*found, ("send", self.send)]
