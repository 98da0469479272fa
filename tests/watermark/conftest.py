"""Drawn faces to mark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.bench.lockstep import performance
from npcface.render import Renderer


@pytest.fixture(scope="session")
def face(character: Any) -> NDArray[np.uint8]:
    """[256, 256, 4], opaque."""
    return Renderer("cpu").render([character], [performance(5)], 256, quality="warp")[0]


@pytest.fixture(scope="session")
def cut_out(character: Any) -> NDArray[np.uint8]:
    """[256, 256, 4] over nothing."""
    return Renderer("cpu").render([character], [performance(9)], 256, "transparent", quality="warp")[0]
