"""Small steps on sound that several voices share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.drive.timeline import Phoneme

_WINDOW_S = 0.005
_SILENT_DB = -42.0  # below the line's loudest moment: breath and room, no speech


def to_int16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """float [n] of -1 to 1 → int16 [n]."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).round().astype(np.int16)


def trim_tails(phonemes: list[Phoneme], samples: NDArray[np.int16], rate_hz: int) -> list[Phoneme]:
    """End each sound before a pause where it falls silent.

    Engines count the silence after a word's last sound to that sound; a mouth would hold it open.

    Args:
        phonemes: in order of time, without gaps, pauses as ``""``, every end known.
        samples: int16 [n].

    Returns:
        The same line, a pause wherever a tail was cut.
    """
    level = _level_db(samples, rate_hz)
    trimmed: list[Phoneme] = []
    for index, item in enumerate(phonemes):
        assert item.end is not None
        last = index + 1 == len(phonemes) or not phonemes[index + 1].symbol
        if not item.symbol or not last:
            trimmed.append(item)
            continue
        inside = level[int(item.start / _WINDOW_S) : int(item.end / _WINDOW_S)]
        loud = np.flatnonzero(inside > _SILENT_DB)
        heard = item.start + max((int(loud[-1]) + 2 if len(loud) else 0) * _WINDOW_S, 0.03)
        if heard >= item.end - 0.01:
            trimmed.append(item)
        else:
            trimmed += [item._replace(end=heard), Phoneme("", heard, item.end)]
    return merge_pauses(trimmed)


def merge_pauses(phonemes: list[Phoneme]) -> list[Phoneme]:
    """Pauses that follow one another as one; what lasts no time is dropped."""
    merged: list[Phoneme] = []
    for item in phonemes:
        if item.end is not None and item.end <= item.start:
            continue
        if merged and not merged[-1].symbol and not item.symbol:
            merged[-1] = merged[-1]._replace(end=item.end)
        else:
            merged.append(item)
    return merged


def _level_db(samples: NDArray[np.int16], rate_hz: int) -> NDArray[np.float64]:
    """Loudness of each 5 ms relative to the loudest, dB."""
    size = max(round(rate_hz * _WINDOW_S), 1)
    count = len(samples) // size
    power = np.square(samples[: count * size].reshape(count, size).astype(np.float64)).mean(axis=1)
    return 10.0 * np.log10((power + 1e-3) / (power.max(initial=0.0) + 1e-3))
