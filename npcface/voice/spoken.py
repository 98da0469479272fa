"""What every voice gives: a line as sound, and when each of its sounds is heard."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.drive.timeline import Phoneme
from npcface.voice.wav import wav_bytes, write_whole

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that is here, or could be.

    Attributes:
        id: ``"engine:name"``, what ``say`` takes.
        name: as people call it.
        language: BCP 47, such as ``"en-US"``.
        licence: of the voice and of the program that speaks, in words.
        ready: ``say`` can use it now.
        remedy: what to do when it is not ready, else ``""``.
    """

    id: str
    name: str
    language: str
    licence: str
    ready: bool
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line that was spoken.

    Attributes:
        samples: int16 [n], mono.
        rate_hz: samples a second.
        phonemes: in order of time, without gaps; pauses are ``""``; the last one ends with the sound.
        convention: of the phonemes, ``"ipa"``.
        text: what was said.
        voice: id of the voice.
    """

    samples: Samples = field(repr=False)
    rate_hz: int
    phonemes: list[Phoneme] = field(repr=False)
    convention: str
    text: str
    voice: str

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.samples) / self.rate_hz

    def save(self, path: str | Path) -> None:
        """Write a 16-bit mono WAV; nothing half-written is left behind."""
        write_whole(Path(path), wav_bytes(self.samples, self.rate_hz))

    def timing(self) -> dict[str, Any]:
        """A phoneme track as ``drive.track`` and ``npcface animate --drive`` read it; times in seconds."""
        rows = [[p.symbol, round(p.start, 4), round(p.start if p.end is None else p.end, 4)] for p in self.phonemes]
        return {"schema": 1, "convention": self.convention, "phonemes": rows}

    def save_timing(self, path: str | Path) -> None:
        """Write ``timing()`` as JSON."""
        write_whole(Path(path), (json.dumps(self.timing(), ensure_ascii=False) + "\n").encode())
