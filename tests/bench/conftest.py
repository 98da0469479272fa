"""One short run of every measure, shared by the tests that look at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from npcface.bench.run import run_bench
from npcface.bench.setting import Setting
from npcface.character import Character
from tests.needed import needed

RUN = ("latency", "plain", "batch", "sizes", "parts", "blocks", "start", "enrol", "memory")
"""The others are run by ``test_transport``, ``test_face_codec``, ``test_load`` and ``tests/cluster/test_bench``."""


@pytest.fixture(scope="session")
def setting(character_store: Path) -> Iterator[Setting]:
    """``ada`` and ``ben``, as small and as short as it gets."""

    def people() -> list[Character]:
        return [Character.load(character_store / name) for name in ("ada", "ben")]

    with Setting(people=people, size=64, seconds=0.01, runs=1, provider="cpu") as own:
        yield own


@pytest.fixture(scope="session")
def found(setting: Setting) -> dict[str, Any]:
    """The result of ``RUN``, as a reader of the JSON gets it."""
    needed("mediapipe", "mediapipe is not installed")
    return dict(json.loads(json.dumps(run_bench(RUN, setting), allow_nan=False)))
