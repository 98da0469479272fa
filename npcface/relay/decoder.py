"""Packets → faces, in any order, with any of them missing or twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from npcface.relay.packet import Kind, Packet, PacketError
from npcface.relay.steps import HIGHEST, LOWEST, NEUTRAL, Ints, to_state
from npcface.state import FaceState

WINDOW = 64
"""Packets further behind the newest one than this are late, whether they came before or not."""
RESTART = 1024
"""A key that lies further behind than this is from a sender that was started again."""
KEYS_KEPT = 4


class Outcome(IntEnum):
    """What became of a packet."""

    FACE = 0  # a face; not the newest one, if packets overtook each other
    DUPLICATE = 1  # has been here
    LATE = 2  # too old to know whether it has been here
    KEY_MISSING = 3  # its key face has not come; the next key frees it


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of one packet.

    Attributes:
        outcome: whether there is a face.
        face: of this packet if ``outcome`` is FACE, else the newest one there is: hold it.
        sequence: counts on over 65535; of the newest face if there is none here.
        time_s: the sender's clock, counts on over 65.536 s; of the newest face if there is none here.
        newest: this face is newer than all before.
        stream: one more each time a sender was started again; sequence and time begin anew with it.
    """

    outcome: Outcome
    face: FaceState
    sequence: int
    time_s: float
    newest: bool
    stream: int


class FaceDecoder:
    """Reads the packets of one speaker. Before the first face ``face`` is neutral."""

    def __init__(self) -> None:
        self.face = FaceState()
        self._stream = 0
        self._run = -1
        self._sequence, self._time_ms = 0, 0  # of the newest face, counted on
        self._seen = 0  # bit n: the n-th packet before the newest has been here
        self._keys: dict[int, Ints] = {}  # sequence, counted on → steps

    def push(self, data: bytes) -> Arrival:
        """Take one packet.

        Raises:
            PacketError: the bytes are no face packet; everything stays as it was.
        """
        packet = Packet.decode(data)
        is_key = packet.kind is Kind.KEY
        step = ((packet.sequence - self._sequence + 0x8000) & 0xFFFF) - 0x8000
        fresh = self._stream == 0 or packet.run != self._run or (step < -RESTART and is_key)
        if fresh and not is_key:
            return self._nothing(Outcome.KEY_MISSING)
        if not fresh and step <= -WINDOW:
            return self._nothing(Outcome.LATE)
        if not fresh and step <= 0 and self._seen >> -step & 1:
            return self._nothing(Outcome.DUPLICATE)
        sequence = packet.sequence if fresh else self._sequence + step
        key = NEUTRAL if is_key else self._keys.get(sequence - packet.key_age)
        if key is None:
            return self._nothing(Outcome.KEY_MISSING)
        steps = key + packet.difference
        if np.any(steps < LOWEST) or np.any(steps > HIGHEST):
            raise PacketError("A face packet holds a number that no face has.", "Is it a face packet?")
        if fresh:
            self._begin(packet)
            step = 1
        if is_key:
            self._keep(sequence, steps)
        return self._arrived(packet, sequence, step, to_state(steps))

    def _begin(self, packet: Packet) -> None:
        self._stream += 1
        self._run, self._seen, self._time_ms = packet.run, 0, packet.time_ms
        self._keys.clear()

    def _keep(self, sequence: int, key: Ints) -> None:
        self._keys[sequence] = key
        if len(self._keys) > KEYS_KEPT:
            del self._keys[min(self._keys)]

    def _arrived(self, packet: Packet, sequence: int, step: int, face: FaceState) -> Arrival:
        if step > 0:
            time_ms = self._time_ms + ((packet.time_ms - self._time_ms) & 0xFFFF)
            self._seen = (self._seen << step | 1) & ((1 << WINDOW) - 1) if step < WINDOW else 1
            self.face, self._sequence, self._time_ms = face, sequence, time_ms
        else:
            time_ms = self._time_ms - ((self._time_ms - packet.time_ms) & 0xFFFF)
            self._seen |= 1 << -step
        return Arrival(Outcome.FACE, face, sequence, time_ms / 1000.0, step > 0, self._stream)

    def _nothing(self, outcome: Outcome) -> Arrival:
        return Arrival(outcome, self.face, self._sequence, self._time_ms / 1000.0, False, self._stream)
