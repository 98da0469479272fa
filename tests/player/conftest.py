"""The folder that a game ships, built once for all tests that look into it: they are all in ``test_bundle.py``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.needed import needed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the script, as ``make bundle`` does, of what is installed here."""
    needed("PyInstaller", "building a bundle needs npcface[bundle]")
    out = tmp_path_factory.mktemp("dist")
    script = [sys.executable, str(ROOT / "scripts/player_bundle.py"), "--out", str(out), "--no-measure"]
    done = subprocess.run(script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out / "npcface-player"
