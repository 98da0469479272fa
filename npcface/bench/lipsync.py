"""Do the lips go with the sound? ``python -m npcface.bench.lipsync``: how far mouth and sound lie apart, by voice.

A voice says some lines; ``drive.speech`` moves a mouth by the voice's own times. The sound is then looked at without
those times: its loudness between 400 and 1200 Hz, where an open mouth has its first formant, is moved along the lip
gap until the two agree best (greatest correlation, over all lines and over each alone). 0 means in step; positive: the
lips are late. Some lateness is in the measure: a vowel is loudest when it begins and widest in its middle. Viewers
notice sound that is 45 ms early or 125 ms late (ITU-R BT.1359).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.drive import speech
from npcface.drive.lips import aperture
from npcface.voice import Spoken, say, voices

FPS = 200
_LAGS = 30  # frames of 5 ms on each side
LINES = (
    "Bob makes a perfect map for my friend. Papa bought a big apple pie for mama.",
    "We may meet at the market by the bay. Open the box, put the bomb in, and back away.",
    "Peter and Mary move to a beautiful farm in May. Maybe Barbara will bake a pumpkin pie.",
    "The palace has a marble park behind it. Watch the path, a wolf may hop over the wall.",
)
Track = NDArray[np.float64]


@dataclass(frozen=True)
class Offset:
    """Of one voice.

    Attributes:
        voice: its id.
        all_s: offset at which all lines together agree best, seconds.
        lines_s: the same for each line.
        correlation: of lip gap and loudness there, all lines.
    """

    voice: str
    all_s: float
    lines_s: tuple[float, ...]
    correlation: float

    @property
    def worst_s(self) -> float:
        """The line that lies furthest off."""
        return max(self.lines_s, key=abs)


def measure(voice: str, lines: Sequence[str] = LINES) -> Offset:
    """Let a voice speak and compare.

    Raises:
        NpcFaceError: the voice is not ready or failed.
    """
    scores = np.array([scored(gap_of(spoken), loudness(spoken)) for spoken in (say(line, voice) for line in lines)])
    together = scores.mean(axis=0)
    single = tuple(lag_s(score) for score in scores)
    return Offset(voice, lag_s(together), single, float(together.max()))


def gap_of(spoken: Spoken) -> Track:
    """Lip gap ``FPS`` times a second, as the phonemes drive it."""
    states = speech(spoken.phonemes, FPS, convention=spoken.convention, unknown="ignore", gestures=0.0)
    return np.array([max(aperture(state.weights), 0.0) for state in states])


def loudness(spoken: Spoken) -> Track:
    """Loudness of what an open mouth lets out, ``FPS`` times a second, 0 to 1 (40 dB)."""
    hop, size = spoken.rate_hz / FPS, spoken.rate_hz // 40
    sound = np.pad(spoken.samples.astype(np.float64), size // 2)
    starts = (np.arange(int(len(spoken.samples) / hop)) * hop).astype(np.int64)
    frames = sound[starts[:, None] + np.arange(size)] * np.hanning(size)
    hz = np.fft.rfftfreq(size, 1.0 / spoken.rate_hz)
    power = (np.abs(np.fft.rfft(frames, axis=1)) ** 2)[:, (hz > 400.0) & (hz < 1200.0)].sum(axis=1)
    decibels = 10.0 * np.log10(power / power.max() + 1e-9)
    return np.clip(1.0 + decibels / 40.0, 0.0, 1.0)


def scored(gap: Track, loud: Track) -> Track:
    """Correlation [2 · _LAGS + 1] of the gap, moved back by each lag, with the loudness."""
    size = min(len(gap), len(loud))
    gap, loud = np.pad(gap[:size], _LAGS), np.pad(loud[:size], _LAGS)
    return np.array([np.corrcoef(np.roll(gap, -lag), loud)[0, 1] for lag in range(-_LAGS, _LAGS + 1)])


def lag_s(score: Track) -> float:
    """Lag of the greatest value, between frames by a parabola."""
    at = int(np.clip(score.argmax(), 1, len(score) - 2))
    before, here, behind = score[at - 1 : at + 2]
    bend = before - 2.0 * here + behind
    return float((at - _LAGS + (0.5 * (before - behind) / bend if bend < 0.0 else 0.0)) / FPS)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m npcface.bench.lipsync", description=__doc__.split("\n")[0])
    parser.add_argument("--voice", action="append", help="id of `npcface voices`; default: one of each engine")
    chosen: list[str] = parser.parse_args().voice or []
    if not chosen:
        ready = [voice.id for voice in voices() if voice.ready]
        chosen = list({voice.partition(":")[0]: voice for voice in reversed(ready)}.values())[::-1]
    print("| voice | all lines | median line | worst line | correlation |\n| --- | --- | --- | --- | --- |")
    for voice in chosen:
        found = measure(voice)
        numbers = (found.all_s, float(np.median(found.lines_s)), found.worst_s)
        print(f"| {voice} | " + " | ".join(f"{1000 * s:+.0f} ms" for s in numbers) + f" | {found.correlation:.2f} |")


if __name__ == "__main__":
    main()
