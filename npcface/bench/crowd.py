"""A crowd of streams on one daemon, as a game would open it, and what came of it by class of stream."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from npcface.client.connection import Connection
from npcface.wire import requests as ask
from npcface.wire.codec import Buffer
from npcface.wire.replies import AnyReply, Closed, Done, Figures, Frame, Level, Opened

SYLLABLE_S = 0.2


@dataclass(slots=True)
class Seen:
    """What one stream got since it was last looked at."""

    frames: int = 0
    levels: list[Level] = field(default_factory=list)
    raised_s: float = 0.0  # monotonic time at which its level became better for the last time
    untold: int = 0  # frames of another size than was announced
    width: int = 0


class Crowd:
    """Streams by number; the first ``speaking`` of them talk, the rest idle.

    Args:
        address: of the daemon.
        characters: ids, used in turn.
        streams: how many.
        speaking: how many of them speak.
        size, size_min: pixels of a side, and how small a texture of an idle stream may become.
        fps: of every stream.
        quality: of every stream.
        seconds: how long the line of a speaking stream lasts.
    """

    def __init__(
        self,
        address: str,
        characters: Sequence[str],
        *,
        streams: int,
        speaking: int,
        size: int,
        size_min: int,
        fps: float,
        quality: ask.AskedQuality,
        seconds: float,
    ) -> None:
        self.seen: dict[int, Seen] = defaultdict(Seen)
        self.fps = fps
        self.speaking = range(1, speaking + 1)
        self.idle = range(speaking + 1, streams + 1)
        self._connection = Connection(address, 60.0, "", self._take, lambda: None)
        for number in range(1, streams + 1):
            speaks = number <= speaking
            self._connection.request(
                ask.Open(
                    stream=number, character=characters[number % len(characters)], size=size, fps=fps, quality=quality,
                    size_min=None if speaks else size_min, importance=0.5 if speaks else (number % 8) / 16.0,
                ),
                Opened,
            )  # fmt: skip
            self.seen[number].width = size
        for number in range(1, streams + 1):
            message = _line(number, seconds) if number <= speaking else ask.Idle(stream=number, seed=number)
            self._connection.request(message, Done)

    def watch(self, seconds: float) -> None:
        """Take what comes."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self._connection.receive(end_s)

    def forget(self) -> None:
        """Count anew from here."""
        for seen in self.seen.values():
            seen.frames = 0

    def rates(self, numbers: Iterable[int], seconds: float) -> list[float]:
        """Frames a second of some streams since ``forget``, the slowest first."""
        return sorted(self.seen[number].frames / seconds for number in numbers)

    def levels(self, numbers: Iterable[int]) -> dict[int, int]:
        """Level → how many of some streams are at it."""
        now = Counter(seen.levels[-1].level if (seen := self.seen[number]).levels else 0 for number in numbers)
        return dict(sorted(now.items()))

    def close(self, numbers: Iterable[int]) -> None:
        """Close some streams."""
        for number in numbers:
            self._connection.request(ask.Close(stream=number), Closed)

    def recovery_s(self, numbers: Sequence[int], seconds: float) -> float:
        """Watch; how long after the start the last of some streams was raised, 0 if none was."""
        start_s = time.monotonic()
        self.watch(seconds)
        return max(0.0, *(self.seen[number].raised_s - start_s for number in numbers))

    def figures(self) -> Figures:
        """The daemon's own."""
        return self._connection.request(ask.Stats(), Figures)

    def end(self) -> None:
        """Leave."""
        self._connection.close()

    def _take(self, message: AnyReply, _: Buffer | None) -> None:
        if isinstance(message, Frame):
            seen = self.seen[message.stream]
            seen.frames += 1
            # a frame that was under way when the level changed still has the old size
            told = {seen.width, *(level.width for level in seen.levels[-2:])}
            seen.untold += message.width not in told
        elif isinstance(message, Level):
            seen = self.seen[message.stream]
            if seen.levels and message.level < seen.levels[-1].level:
                seen.raised_s = time.monotonic()
            seen.levels.append(message)


def _line(stream: int, seconds: float) -> ask.Speech:
    symbols = ("M", "AA", "L", "IY", "F", "OW")
    count = min(int(seconds / SYLLABLE_S), 4096)
    phonemes = [ask.Phoneme(symbols[index % len(symbols)], index * SYLLABLE_S) for index in range(count)]
    return ask.Speech(stream=stream, phonemes=phonemes, alphabet="arpabet", final=False, seed=stream)
