"""A small jitter buffer: faces come unevenly and with gaps, and are shown evenly, a moment later.

The sender's clock is laid onto the local one by the quickest packets of the last seconds (they waited least in queues),
then faces are shown ``delay_s`` after that and interpolated in between. Compare Ramjee et al. 1994, "Adaptive playout
mechanisms for packetized audio applications in wide-area networks".
"""

from __future__ import annotations

import math
from bisect import insort
from enum import StrEnum

import numpy as np

from npcface.drive.coarticulate import smoothstep
from npcface.drive.idle import Idle
from npcface.errors import StateError
from npcface.relay.decoder import Arrival, Outcome
from npcface.state import FaceState, Floats
from npcface.wire.channels import pack, unpack

_KEPT = 64  # faces in the buffer
_HALF_WINDOW_S = 4.0  # the quickest packet is looked for in the last one to two of these
_RATE = 0.05  # how much faster or slower than real the shown time may run
_JUMP_S = 0.5  # a clock that is further off than this is set, not slewed
_MEND_S = 0.12  # a jump after a gap is spread over this time
_UNSEEN_S = 0.25  # but not if nobody has looked for this long


class Playing(StrEnum):
    """What ``Playout.face`` showed last."""

    NOTHING = "nothing"  # no face has come yet
    FACES = "faces"
    HOLDING = "holding"  # the newest face, a little too long
    RESTING = "resting"  # on the way to neutral or idle life, or there


class Playout:
    """Arrivals of one speaker in, one face for each moment out. Neither waits nor reads a clock.

    Args:
        delay_s: how much later than the quickest packets faces are shown; jitter and a packet's interval (0.033 s)
            should fit into it together.
        hold_s: how long the newest face is held when nothing comes.
        ease_s: how long it then takes to become neutral.
        idle: idle life of a face at rest; None: a still neutral face.

    Raises:
        StateError: a time is negative or not finite.
    """

    def __init__(
        self, *, delay_s: float = 0.1, hold_s: float = 0.25, ease_s: float = 0.6, idle: Idle | None = None
    ) -> None:
        for name, value in (("delay_s", delay_s), ("hold_s", hold_s), ("ease_s", ease_s)):
            if not math.isfinite(value) or value < 0.0:
                raise StateError(f"{name} is {value}, expected seconds from 0 up.", "The defaults suit most games.")
        self._delay, self._hold, self._ease, self._idle = delay_s, hold_s, max(ease_s, 1e-3), idle
        self.playing = Playing.NOTHING
        self._faces: list[tuple[float, int, Floats]] = []  # sender's time, sequence, [60]; in order of time
        self._stream = 0
        self._clock = _Clock()
        self._shown = pack(FaceState())
        self._gap = np.zeros_like(self._shown)  # what was shown less what should have been, when a gap ended
        self._mended_s = -math.inf  # when the gap ended
        self._looked_s = -math.inf

    def take(self, arrival: Arrival, now_s: float) -> None:
        """Put a face that the decoder gave into the buffer; arrivals without one do nothing.

        Args:
            arrival: of ``FaceDecoder.push``.
            now_s: local clock, seconds.
        """
        if arrival.outcome is not Outcome.FACE:
            return
        if arrival.stream != self._stream:
            self._stream = arrival.stream
            self._faces.clear()
            self._clock = _Clock()
        self._clock.heard(arrival.time_s, now_s)
        insort(self._faces, (arrival.time_s, arrival.sequence, pack(arrival.face)), key=lambda face: face[:2])
        del self._faces[:-_KEPT]

    def face(self, now_s: float) -> FaceState:
        """The face to show at ``now_s`` (local clock, seconds, not running back)."""
        was = self.playing
        wanted = self._wanted(now_s)
        if self.playing is Playing.FACES and was is not Playing.FACES and now_s - self._looked_s < _UNSEEN_S:
            self._gap, self._mended_s = self._shown - wanted, now_s
        self._looked_s = now_s
        left = np.float32(1.0 - smoothstep((now_s - self._mended_s) / _MEND_S))
        face = unpack(wanted + left * self._gap)  # clamps
        self._shown = pack(face)
        return face

    def _wanted(self, now_s: float) -> Floats:
        if not self._faces:
            self.playing = Playing.NOTHING
            return self._rest(now_s)
        t = self._clock.sender_s(now_s) - self._delay
        while len(self._faces) > 1 and self._faces[1][0] <= t:
            del self._faces[0]
        begin, _, face = self._faces[0]
        if len(self._faces) > 1:
            self.playing = Playing.FACES
            end, _, following = self._faces[1]
            return face + np.float32(max(t - begin, 0.0) / max(end - begin, 1e-3)) * (following - face)
        late_s = t - begin
        self.playing = Playing.FACES if late_s <= 0 else Playing.HOLDING if late_s <= self._hold else Playing.RESTING
        gone = np.float32(smoothstep((late_s - self._hold) / self._ease))
        return face + gone * (self._rest(now_s) - face) if gone > 0.0 else face

    def _rest(self, now_s: float) -> Floats:
        neutral = FaceState()
        return pack(neutral if self._idle is None else self._idle.apply(neutral, now_s))


class _Clock:
    """Local clock → sender's clock of the quickest packets."""

    def __init__(self) -> None:
        self._transit_s = math.nan  # what is used: local minus sender's time, slewed
        self._now_s = 0.0
        self._least = [math.inf, math.inf]  # of this half window and the one before
        self._since_s = -math.inf

    def heard(self, time_s: float, now_s: float) -> None:
        """A packet of the sender's ``time_s`` has come at ``now_s``."""
        transit = now_s - time_s
        if abs(transit - min(self._least)) > 1.0 and math.isfinite(min(self._least)):
            self._least = [transit, math.inf]  # one of the clocks was set, or stood still
        elif now_s - self._since_s > _HALF_WINDOW_S:
            self._least, self._since_s = [transit, self._least[0]], now_s
        else:
            self._least[0] = min(self._least[0], transit)

    def sender_s(self, now_s: float) -> float:
        """What the sender's clock said when a quick packet that comes now was made; after the first ``heard``."""
        off = min(self._least) - self._transit_s
        most = _RATE * max(now_s - self._now_s, 0.0)
        if abs(off) <= _JUMP_S:  # not at the first time, when it is NaN
            self._transit_s += min(max(off, -most), most)
        else:
            self._transit_s = min(self._least)
        self._now_s = now_s
        return now_s - self._transit_s
