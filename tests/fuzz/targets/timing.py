"""Tracks and timing files of other programs, and the first frames they make."""

from itertools import islice

import numpy as np

from npcface.drive import track
from npcface.errors import NpcFaceError
from tests.fuzz.place import file_of


def run(data: bytes) -> None:
    try:
        found = track.load(file_of(data, ".track"))
        for state in islice(found.states(24.0), 4):
            assert np.isfinite(state.weights).all() and np.isfinite(state.head).all()
    except NpcFaceError as error:
        error.cause.encode()
