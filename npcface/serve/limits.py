"""Token buckets: how often a connection may do what. What a game needs is far below; what harms others is above."""

from __future__ import annotations

from dataclasses import dataclass, field

from npcface.errors import LimitError
from npcface.serve.config import Config
from npcface.wire import requests as ask
from npcface.wire.requests import Request

OPENS_BURST_S, LOOKUPS_BURST_S, ERRORS_BURST_S = 4.0, 4.0, 4.0  # seconds of the rate that may come at once
RELOADS_OF_LOOKUPS, RELOADS_BURST = 0.05, 4.0  # the renderer prepares it again, so everybody who shows it waits
_LOOKUPS = (ask.List, ask.Load, ask.Unload)


@dataclass(slots=True)
class Bucket:
    """Refills at a rate, holds no more than a burst (Turner's leaky bucket as a meter, 1986).

    Attributes:
        rate: units a second.
        burst: units that may be taken at once.
        left: units there were at ``filled_s`` (monotonic seconds).
    """

    rate: float
    burst: float
    left: float
    filled_s: float

    def take(self, now_s: float, units: float = 1.0) -> bool:
        """Take, if anything is there. More than is left may be taken once and is then owed: nobody knows the size of a
        message before it is there."""
        self.left = min(self.left + (now_s - self.filled_s) * self.rate, self.burst)
        self.filled_s = now_s
        if self.left <= 0.0:
            return False
        self.left -= units
        return True


@dataclass(slots=True)
class Limits:
    """The buckets of one connection.

    Args:
        config: rates.
        now_s: monotonic.
    """

    config: Config
    now_s: float
    messages: Bucket = field(init=False)
    bytes: Bucket = field(init=False)
    opens: Bucket = field(init=False)
    lookups: Bucket = field(init=False)
    reloads: Bucket = field(init=False)
    hellos: Bucket = field(init=False)
    errors: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.messages = self._bucket(self.config.messages_per_s, 1.0)
        self.bytes = self._bucket(self.config.megabytes_per_s * 1e6, 1.0)
        self.opens = self._bucket(self.config.opens_per_s, OPENS_BURST_S)
        self.lookups = self._bucket(self.config.lookups_per_s, LOOKUPS_BURST_S)
        self.reloads = self._bucket(self.config.lookups_per_s * RELOADS_OF_LOOKUPS, 0.0)
        self.reloads.burst = self.reloads.left = RELOADS_BURST
        self.hellos = self._bucket(self.config.hellos_per_s, 10.0)
        self.errors = self._bucket(self.config.errors_per_s, ERRORS_BURST_S)

    def charge(self, message: Request, now_s: float) -> None:
        """Count a message of the costly kinds.

        Raises:
            LimitError: too many of them.
        """
        if isinstance(message, ask.Open):
            bucket, what = self.opens, "open streams"
        elif isinstance(message, _LOOKUPS):
            bucket, what = self.lookups, "ask for characters"
        elif isinstance(message, ask.Reload):
            bucket, what = self.reloads, "reload characters"
        elif isinstance(message, ask.Hello):
            bucket, what = self.hellos, "say hello"
        else:
            return
        if not bucket.take(now_s):
            raise LimitError(
                f"A connection may {what} {bucket.rate:g} times a second.", "Wait a little; do it once and keep it."
            )

    def _bucket(self, rate: float, burst_s: float) -> Bucket:
        burst = max(rate * burst_s, 1.0)
        return Bucket(rate, burst, burst, self.now_s)
