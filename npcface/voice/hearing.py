"""Sound alone → the mouth that makes it: a whole recording, or a microphone that is still open."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from npcface.drive.lips import seal
from npcface.drive.timeline import Phoneme
from npcface.errors import LimitError, VoiceError
from npcface.vocab import ARKIT_52, ARKIT_INDEX, VISEMES_15
from npcface.voice.ears import SHAPES, Ears, Moments
from npcface.voice.mel import FRAME_S

Floats = NDArray[np.float32]
MOST_SECONDS = 3600.0
"""Of one recording, and of one piece of a stream."""
_FROM, _FULL = 0.40, 0.70  # closure at which the lips begin to be shut, and at which they are
_SHORTEST = 3  # frames; shorter sounds are slips
_COLUMNS = [
    [ARKIT_INDEX[side] for side in {name, name.replace("Left", "Right")}] for name in SHAPES
]  # of the 52, for each shape


class Heard(NamedTuple):
    """The mouth at one moment.

    Attributes:
        time_s: seconds on the sound's clock.
        weights: float32 [52] in ``ARKIT_52`` order, as ``FaceState(weights=…)`` takes them.
    """

    time_s: float
    weights: Floats


class Hearing:
    """Lips for sound that is still arriving, from any voice and language; one per voice, not thread-safe.

    A moment comes out at most ``delay_s`` after its sound went in; so play the sound that much later, or let the lips
    trail. How the sound is cut into pieces changes nothing.

    Args:
        rate_hz: samples a second, 8,000 to 192,000.

    Raises:
        StateError: another rate.
    """

    def __init__(self, rate_hz: int = 16_000) -> None:
        self._ears = Ears(rate_hz)
        self._rate_hz = rate_hz

    @property
    def delay_s(self) -> float:
        """Sound needed beyond a moment before it comes out, at most 0.08 s; a piece's own length comes on top."""
        return self._ears.delay_s

    def finish(self) -> list[Heard]:
        """The last moments, as if silence followed."""
        return self.push(np.zeros(round(self.delay_s * self._rate_hz) + 1, np.float32))

    def push(self, samples: Floats) -> list[Heard]:
        """Listen on.

        Args:
            samples: float [n], -1 to 1, any length.

        Returns:
            One moment each 10 ms, in order; often none for a short piece.

        Raises:
            VoiceError: not one channel, or not finite numbers.
            LimitError: more than ``MOST_SECONDS`` at once.
        """
        known = self._ears.push(checked(samples, self._rate_hz))
        return [Heard(float(t), face) for t, face in zip(known.seconds, faces(known), strict=True)]


def hear(samples: Floats, rate_hz: int) -> list[Phoneme]:
    """What a recording says, as visemes.

    Args:
        samples: float [n], -1 to 1.
        rate_hz: 8,000 to 192,000.

    Returns:
        Phonemes of convention ``"oculus"`` without gaps, ``"sil"`` where nobody speaks; for ``drive.speech``.

    Raises:
        VoiceError: not one channel, or not finite numbers.
        LimitError: longer than ``MOST_SECONDS``.
        StateError: another rate.
    """
    samples = checked(samples, rate_hz)
    ears = Ears(rate_hz)
    padded = np.concatenate([samples, np.zeros(round(ears.delay_s * rate_hz) + 1, np.float32)])
    return named(ears.push(padded), len(samples) / rate_hz)


def checked(samples: Floats, rate_hz: int) -> Floats:
    """float32 [n], finite.

    Raises:
        VoiceError, LimitError: see ``Hearing.push``.
    """
    if not isinstance(samples, np.ndarray) or samples.ndim != 1 or samples.dtype.kind != "f":
        raise VoiceError("Sound must be a float array [n] of one channel.", "Divide int16 samples by 32768.")
    if len(samples) > MOST_SECONDS * rate_hz:
        raise LimitError(f"{len(samples) / rate_hz:.0f} s of sound, at most {MOST_SECONDS:.0f}.", "Cut it in pieces.")
    found = samples.astype(np.float32)
    if not np.isfinite(found).all():
        raise VoiceError("The sound holds samples that are not finite numbers.", "Check where it comes from.")
    return np.clip(found, -1.0, 1.0)


def faces(known: Moments) -> Floats:
    """float32 [n, 52]: the shapes on both sides of the mouth, and lips that meet where they are heard to meet."""
    weights = np.zeros((len(known.seconds), len(ARKIT_52)), np.float32)
    for column, places in enumerate(_COLUMNS):
        weights[:, places] = known.shapes[:, column, None]
    shut = np.clip((known.closure - _FROM) / (_FULL - _FROM), 0.0, 1.0)
    for k in np.flatnonzero(shut):
        weights[k] = seal(weights[k], float(shut[k] * shut[k] * (3.0 - 2.0 * shut[k])))
    return weights


def named(known: Moments, seconds: float) -> list[Phoneme]:
    """The likeliest viseme of each moment, slips left out, as a line that ends with the recording."""
    best = known.visemes.argmax(axis=1)
    best[known.closure > 0.5] = VISEMES_15.index("PP")
    runs = [(int(number), len(list(frames))) for number, frames in groupby(best)]
    line: list[tuple[int, int]] = []
    for number, count in runs:
        if line and (count < _SHORTEST or number == line[-1][0]):
            line[-1] = (line[-1][0], line[-1][1] + count)
        else:
            line.append((number, count))
    phonemes, frame = [], 0
    for k, (number, count) in enumerate(line):
        start = float(known.seconds[frame] - FRAME_S / 2) if k else 0.0
        frame += count
        end = float(known.seconds[frame] - FRAME_S / 2) if frame < len(best) else seconds
        if start < seconds:
            phonemes.append(Phoneme(VISEMES_15[number], start, min(end, seconds)))
    return phonemes
