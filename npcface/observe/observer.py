"""Where frames spend their time: histograms of every part, and the slowest frames of late, whole."""

from __future__ import annotations

import logging
from collections import deque

from npcface.observe.histogram import FACES, Histogram
from npcface.observe.slow import in_words
from npcface.observe.trip import Trip

PARTS = ("wait", "drive", "render_warp", "render_neural", "compress", "collect", "copy", "send")
"""Of a frame; docs/observe.md says what each is."""
_RENDER = {"warp": "render_warp", "neural": "render_neural"}
SLOW_KEPT = 64
SLOW_PERIODS = 4.0
"""A frame counts as slow after so many periods of its stream's rate, if no other time is named."""

log = logging.getLogger("npcface.serve")


class Observer:
    """Main loop only.

    Args:
        slow_ms: from due (or received) to sent, from which on a frame is slow; 0 = ``SLOW_PERIODS``, without a word in
            the log.

    Attributes:
        parts: seconds by part. latency: due or received → sent, by mode. batch: faces of render calls.
        calls: seconds of render calls.
        slow: the last ``SLOW_KEPT`` slow frames.
        slow_frames: how many there were.
    """

    def __init__(self, slow_ms: float = 0.0) -> None:
        self._slow_s = slow_ms / 1000.0
        self.parts = {part: Histogram() for part in PARTS}
        self.latency = {mode: Histogram() for mode in ("pushed", "asked")}
        self.batch, self.calls = Histogram(FACES), Histogram()
        self.slow: deque[Trip] = deque(maxlen=SLOW_KEPT)
        self.slow_frames = 0

    def rendered(self, faces: int, seconds: float) -> None:
        """A render call is over."""
        self.batch.add(faces)
        self.calls.add(seconds)

    def sent(self, trip: Trip) -> None:
        """A frame has gone out."""
        for part, (begin_s, end_s) in trip.spans():
            self.parts[_RENDER[trip.quality] if part == "render" else part].add(end_s - begin_s)
        total_s = trip.total_s
        self.latency["pushed" if trip.pushed else "asked"].add(total_s)
        if total_s > (self._slow_s or SLOW_PERIODS * trip.period_s):
            self.slow_frames += 1
            self.slow.append(trip)
            if self._slow_s:
                client, stream, character = trip.name
                about = {"client": client, "stream": stream, "character": character}
                log.warning("A frame took %.1f ms: %s.", 1000.0 * total_s, in_words(trip), extra=about)
