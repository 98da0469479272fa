"""How much a stream matters now: what its client says, and whether it speaks or is driven."""

from __future__ import annotations

from dataclasses import dataclass

LIVE_S = 1.0  # how long a stream counts as speaking after a line has ended or a state has come
SPEAKING_RANK = 0.5  # what speaking adds to importance


@dataclass(slots=True)
class Attention:
    """All times are monotonic seconds.

    Attributes:
        importance: 0..1, the client's word.
        line: a line or timeline is running.
    """

    importance: float
    line: bool = False
    _live_until_s: float = float("-inf")
    _asked_s: float = float("-inf")
    _between_s: float = LIVE_S  # from state to state

    def speaks(self, now_s: float) -> bool:
        """Whether it speaks or is driven, or was so a moment ago."""
        return self.line or now_s < self._live_until_s

    def rank(self, now_s: float) -> float:
        """Importance, and half more while it speaks or is driven: 0..1.5."""
        return self.importance + SPEAKING_RANK * self.speaks(now_s)

    def end_line(self, now_s: float) -> None:
        """What was playing is over; for a moment it counts as speaking still, for the next line may follow."""
        if self.line:
            self._live_until_s = now_s + LIVE_S
        self.line = False

    def took_asked(self, now_s: float) -> None:
        """A state goes into a batch."""
        between_s = now_s - self._asked_s
        self._between_s = LIVE_S if between_s >= LIVE_S else 0.8 * self._between_s + 0.2 * between_s
        self._asked_s, self._live_until_s = now_s, now_s + LIVE_S

    def asked_hz(self, now_s: float) -> float:
        """States a second that were taken lately; 0 if there was none within a second."""
        return 1.0 / max(self._between_s, 1e-3) if now_s - self._asked_s < LIVE_S else 0.0

    def ahead(self, now_s: float, fps: float) -> bool:
        """Whether a state now would come sooner than at ``fps``."""
        return now_s - self._asked_s < 0.9 / fps
