"""Faces → packets. One encoder a speaker; any number of receivers, none of which has to answer."""

from __future__ import annotations

import math
import secrets

from npcface.errors import StateError
from npcface.relay.packet import Kind, Packet
from npcface.relay.steps import NEUTRAL, to_steps
from npcface.state import FaceState


class FaceEncoder:
    """Writes each face as its difference from the last key face, never from the face before.

    So a packet needs its key face and no other packet. A key face that is lost costs the faces up to the next one; a
    face becomes a key as soon as that is hardly longer, which is often while someone talks.

    Args:
        key_interval: packets from one key face to the next at most, 1 to 255. 1: all packets are keys, and a lost
            packet costs one face.
        key_slack: a face becomes a key if that takes at most so many bytes more, -255 (never) to 255 (always).
        run: 0..15, None for a random one. Tells receivers that a sender was started again.
        first_sequence: 0..65535, None for a random one.

    Raises:
        StateError: an argument is out of range.
    """

    def __init__(
        self,
        *,
        key_interval: int = 8,
        key_slack: int = 1,
        run: int | None = None,
        first_sequence: int | None = None,
    ) -> None:
        if not 1 <= key_interval <= 255 or not -255 <= key_slack <= 255:
            raise StateError(
                f"key_interval is {key_interval} and key_slack {key_slack}, expected 1 to 255 and -255 to 255.",
                "8 and 1 suit 30 faces a second.",
            )
        self._interval, self._slack = key_interval, key_slack
        self._run = secrets.randbelow(16) if run is None else run
        self._sequence = secrets.randbelow(0x10000) if first_sequence is None else first_sequence
        if not 0 <= self._run <= 15 or not 0 <= self._sequence <= 0xFFFF:
            raise StateError(
                f"run is {run} and first_sequence {first_sequence}, expected 0 to 15 and 0 to 65535.",
                "Leave them out for random ones.",
            )
        self._key = NEUTRAL
        self._age = -1  # of the key face, in packets; -1: the next packet must be a key

    def ask_key(self) -> None:
        """Make the next packet a key, for instance because a receiver has just come."""
        self._age = -1

    def encode(self, state: FaceState, time_s: float) -> bytes:
        """The packet of a face.

        Args:
            state: what the face looks like; clamped to its limits, ``landmark_offsets`` are left out.
            time_s: on the sender's clock, any origin; seconds, growing.

        Raises:
            StateError: NaN, infinity or a wrong shape; no packet is used up.
        """
        if not math.isfinite(time_s):
            raise StateError(f"time_s is {time_s}, expected a finite number.", "Give seconds of a steady clock.")
        steps = to_steps(state)
        time_ms = math.floor(time_s * 1000.0 + 0.5) & 0xFFFF
        age = self._age + 1
        data = Packet(Kind.KEY, self._run, self._sequence, time_ms, 0, steps - NEUTRAL).encode()
        if 0 < age < self._interval:
            delta = Packet(Kind.DELTA, self._run, self._sequence, time_ms, age, steps - self._key).encode()
            if len(delta) + self._slack < len(data):
                self._age, self._sequence = age, (self._sequence + 1) & 0xFFFF
                return delta
        self._key, self._age, self._sequence = steps, 0, (self._sequence + 1) & 0xFFFF
        return data
