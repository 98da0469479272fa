"""Key folders and daemons that ask for keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from npcface.access.keys import KeyFolder


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    """A folder with a server's pair and a client called ``game``."""
    folder = KeyFolder(tmp_path / "keys")
    folder.make_server()
    folder.make_client("game")
    return folder
