"""Lines that are ready to be spoken: sounds with their times, the mouth that fits them, the WAV the page plays."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.drive.spoken import SpokenLine
from npcface.drive.timeline import Phoneme
from npcface.studio.problems import NotFound

KEPT = 32
"""Lines; the ones used longest ago are forgotten first."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A prepared line.

    Attributes:
        id: the page's name for it.
        words: the text, empty if it was heard.
        samples: int16 [n], mono.
        rate_hz: samples a second.
        phonemes: symbols of ``convention`` with start and end in seconds.
        spoken: the mouth.
    """

    id: str
    words: str
    samples: NDArray[np.int16]
    rate_hz: int
    phonemes: list[Phoneme]
    convention: str
    spoken: SpokenLine

    @classmethod
    def of(cls, words: str, samples: NDArray[np.int16], rate_hz: int, phonemes: list[Phoneme], convention: str) -> Line:
        """Prepare a line.

        Raises:
            StateError: a symbol is not of the convention.
        """
        spoken = SpokenLine(phonemes, convention)
        return cls(secrets.token_hex(6), words, samples, rate_hz, phonemes, convention, spoken)

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.samples) / self.rate_hz

    @property
    def length_s(self) -> float:
        """Until the sound has ended and the mouth rests."""
        return max(self.seconds, self.spoken.rest_s)

    def wav(self) -> bytes:
        """16 bit mono RIFF."""
        from npcface.voice.wav import wav_bytes

        return wav_bytes(self.samples, self.rate_hz)

    def as_dict(self) -> dict[str, Any]:
        """What ``/api/say`` answers."""
        return {
            "line": self.id,
            "audio": f"/api/lines/{self.id}.wav",
            "seconds": round(self.seconds, 4),
            "words": self.words,
            "phonemes": [[one.symbol, round(one.start, 4), round(one.end or one.start, 4)] for one in self.phonemes],
            "convention": self.convention,
        }


class Lines:
    """The prepared lines of all pages; may be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: OrderedDict[str, Line] = OrderedDict()

    def add(self, line: Line) -> Line:
        """Keep a line."""
        with self._lock:
            self._lines[line.id] = line
            while len(self._lines) > KEPT:
                self._lines.popitem(last=False)
        return line

    def get(self, name: str) -> Line:
        """A line by its id.

        Raises:
            NotFound: unknown or forgotten.
        """
        with self._lock:
            line = self._lines.get(name)
            if line is None:
                raise NotFound(f"There is no line {name[:40]!r}.", f"The last {KEPT} are kept: prepare it again.")
            self._lines.move_to_end(name)
            return line
