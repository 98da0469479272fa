"""Lips go with the sound, told from the sound alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from npcface.bench import lipsync
from npcface.voice import Spoken


@pytest.mark.parametrize("voice", ["hibari:heart", "espeak:en-us", "espeak:en-gb+f3"])
def test_mouth_and_sound_are_in_step(needed: Callable[[str], None], voice: str) -> None:
    needed(voice)
    found = lipsync.measure(voice)
    assert abs(found.all_s) <= 0.04 and abs(float(np.median(found.lines_s))) <= 0.04
    assert found.correlation > 0.45
    if voice.startswith("espeak"):
        assert abs(found.worst_s) <= 0.04


def test_a_mouth_that_is_late_is_found_out(spoken: Callable[[str, str], Spoken]) -> None:
    said = spoken("espeak:en-us", lipsync.LINES[0])
    in_step = lipsync.scored(lipsync.gap_of(said), lipsync.loudness(said))
    late = lipsync.scored(np.roll(lipsync.gap_of(said), 16), lipsync.loudness(said))
    assert lipsync.lag_s(late) - lipsync.lag_s(in_step) == pytest.approx(0.08, abs=0.006)
