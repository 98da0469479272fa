"""What the doctor looks at, in a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from npcface.doctor import Surroundings


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    """An empty store, and ports that are always free."""
    return Surroundings(store=tmp_path / "store", host="127.0.0.1", port=0)
