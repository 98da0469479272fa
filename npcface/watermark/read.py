"""Read the payload at a place where the first pattern fits: the eight shifts, and the code word that fits all best."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from npcface.watermark.pattern import SHARES, Kind, phases, places, shifted, waves
from npcface.watermark.payload import DATA, LIVE_DATA, SYMBOLS, Payload
from npcface.watermark.search import Peak, spread

NEEDED: dict[Kind, int] = {"export": DATA, "live": LIVE_DATA}
"""Symbols that make a payload. Live marks say nothing of an export, so three are enough and five are spare."""


def read(peak: Peak) -> tuple[Payload, float]:
    """The payload that fits best, and the z of the whole mark with it.

    Every set of as many symbols as are needed is taken as it was heard and completed to a code word; the word with the
    highest correlation over all patterns wins (ordered statistics decoding with all sets of symbols, no flips).
    """
    turned = peak.heard * np.conj(shifted(*peak.offset))
    parts = turned * np.conj(phases(peak.kind)[1:])  # [8, K]
    fits = (parts @ np.conj(places()).T).real  # [8, 256]
    likely = fits.argmax(axis=1).astype(np.uint8)
    best, most = Payload(0), -np.inf
    for chosen in combinations(range(SYMBOLS), NEEDED[peak.kind]):
        word = Payload.of(likely[list(chosen)], chosen)
        score = float(fits[np.arange(SYMBOLS), word.symbols()].sum())
        if score > most:
            best, most = word, score
    mark = waves(peak.kind, best)
    return best, float(np.sum((turned * np.conj(mark)).real)) / max(spread(peak.heard), 1e-9) / float(
        np.sqrt(np.sum(SHARES**2))
    )
