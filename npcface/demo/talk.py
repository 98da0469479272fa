"""Three people talk to each other: each has a stream of its own, one speaks at a time, the others listen.

The lines are timed phonemes (ARPAbet), as a text-to-speech engine would give them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.client import Client, Frame
from npcface.wire.requests import AskedQuality

Pixels = NDArray[np.uint8]
PHONEME_S = 0.085
PAUSE_S = 0.22
REST_S = 0.45
"""Speaking rate of the demo; real timings come from a voice."""


@dataclass(frozen=True, slots=True)
class Line:
    """Who says what: words in ARPAbet, separated by ``|``; the meaning is for the reader of this file."""

    speaker: int
    meaning: str
    sounds: str
    emotion: str = "neutral"


CONVERSATION = (
    Line(0, "Hello! Who are you?", "HH AH L OW1 | HH UW1 AA R Y UW1", "happy"),
    Line(1, "I am a picture. One photo.", "AY1 AE M AH P IH1 K CH ER | W AH1 N F OW1 T OW"),
    Line(2, "Me too. Nobody has trained me.", "M IY1 T UW1 | N OW1 B AH D IY HH AE Z T R EY1 N D M IY", "surprised"),
    Line(0, "And yet we move our mouths.", "AE N D Y EH1 T W IY M UW1 V AW ER M AW1 DH Z"),
    Line(1, "Pop, bump, mama, map.", "P AA1 P | B AH1 M P | M AA1 M AH | M AE1 P", "happy"),
    Line(2, "Show off!", "SH OW1 AO1 F", "happy"),
)


def timed(sounds: str, start_s: float = 0.25) -> list[tuple[str, float, float]]:
    """ARPAbet with ``|`` for pauses → (symbol, start, end) in seconds; stressed vowels last longer."""
    events = []
    clock_s = start_s
    for symbol in sounds.split():
        if symbol == "|":
            clock_s += PAUSE_S
            continue
        length_s = PHONEME_S * (1.6 if symbol.endswith("1") else 1.0)
        events.append((symbol, clock_s, clock_s + length_s))
        clock_s += length_s
    return events


def conversation(
    address: str,
    people: Sequence[str],
    *,
    size: int,
    fps: float,
    quality: AskedQuality = "auto",
    watermark: bool = True,
) -> Iterator[tuple[list[Frame], int]]:
    """Record the talk, as it happens.

    Each person has a connection of its own, as in a game where every character is an object of its own. All streams
    are pushed by the daemon: who does not speak plays idle life.

    Yields:
        One frame for each person, in the order of ``people``, and for how many ticks of ``fps`` they stand: more than
        one where the machine was too slow and the daemon left frames out.
    """
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(address)) for _ in people]
        pairs = zip(clients, people, strict=True)
        streams = [client.open(person, size, fps=fps, quality=quality, watermark=watermark) for client, person in pairs]
        pushed = [stream.idle(seed) for seed, stream in enumerate(streams)]
        shown = [next(frames) for frames in pushed]
        for number, line in enumerate(CONVERSATION):
            who, events = line.speaker, timed(line.sounds)
            for _ in range(round(REST_S * fps)):
                shown = [next(frames) for frames in pushed]
                yield shown, 1
            streams[who].emotion(line.emotion, 0.5)
            streams[who].say(events, alphabet="arpabet", then="idle", seed=number)
            before = shown[who].sequence
            while (first := next(pushed[who])).sequence > before:
                pass  # still on the way when the line began: numbers start again with it
            shown[who], tick = first, -1
            while tick < (events[-1][2] + REST_S) * fps:
                ticks = max(1, shown[who].sequence - tick)
                yield shown, ticks
                tick = shown[who].sequence
                shown = [next(frames) for frames in pushed]
            streams[who].emotion("neutral")


def side_by_side(frames: Sequence[Frame]) -> Pixels:
    """[H, sum of W, 4] uint8."""
    return np.concatenate([frame.pixels for frame in frames], axis=1)
