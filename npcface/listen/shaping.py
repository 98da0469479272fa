"""From named numbers to the states that are shown: the name table, then calibration, then smoothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from npcface.drive.smooth import OneEuro
from npcface.listen.names import Names
from npcface.listen.neutral import Neutral
from npcface.listen.packet import Moment
from npcface.state import FaceState

_TICK = 1e-6  # s; clocks of some systems stand still for milliseconds, states must not


@dataclass(slots=True)
class Shaping:
    """What happens to every frame of one face; not thread-safe.

    Attributes:
        names: what the source's numbers mean.
        neutral: None: the tracker's own neutral face.
        smooth: None: as noisy as the tracker.
    """

    names: Names
    neutral: Neutral | None = None
    smooth: OneEuro | None = None
    _last_s: float = -math.inf

    def moment(self, values: Mapping[str, float], time_s: float) -> Moment:
        """The state of one frame.

        Args:
            values: finite numbers under the source's names.
            time_s: seconds; if it does not grow, it is taken as just after the last one.

        Raises:
            StateError: a number is not finite.
        """
        time_s = max(time_s, self._last_s + _TICK)
        state: FaceState = self.names.state(values)
        if self.neutral is not None:
            state = self.neutral.apply(state, time_s)
        if self.smooth is not None:
            state = self.smooth.apply(state, time_s)
        self._last_s = time_s
        return Moment(time_s, state)
