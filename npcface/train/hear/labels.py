"""Timed phonemes → what the network is to say at each frame: a viseme, and how drive's mouth stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.drive.coarticulate import mouth
from npcface.drive.timeline import Phoneme, segments
from npcface.vocab import ARKIT_INDEX, VISEMES_15
from npcface.voice.ears import SHAPES
from npcface.voice.mel import FIRST_S, FRAME_S

VISEME_OF = {
    "AE": "aa", "AH": "E", "schwa": "I", "AO": "O", "IH": "I", "IY": "I", "ER": "RR", "UH": "U", "W": "U", "Y": "I",
    "L": "nn", "HH": "kk",
}  # fmt: skip
"""Oculus viseme of drive's sounds that are none themselves: the nearest mouth."""
_SHAPES = [ARKIT_INDEX[name] for name in SHAPES]


def targets(phonemes: list[Phoneme], frames: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Number in ``VISEMES_15`` [frames]; ``SHAPES`` and the closure of the lips [frames, 14]."""
    found = segments(phonemes, "ipa", "ignore")
    visemes = np.zeros(frames, np.int8)
    for segment in found:
        name = VISEME_OF.get(segment.sound, segment.sound)
        first, last = (max(round((t - FIRST_S) / FRAME_S), 0) for t in (segment.start, segment.end))
        visemes[first:last] = VISEMES_15.index(name)
    stands = np.zeros((frames, len(SHAPES) + 1), np.float16)
    begin = 0
    for frame in range(frames):
        t = FIRST_S + FRAME_S * frame
        while begin < len(found) and found[begin].end < t - 0.2:
            begin += 1
        near = found[begin : begin + 12]
        stands[frame, :-1], stands[frame, -1] = (shown := mouth(near, t)).weights[_SHAPES], shown.closure
    return visemes, stands
