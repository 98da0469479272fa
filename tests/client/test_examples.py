"""The example scripts run as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import npcface

EXAMPLES = Path(npcface.__file__).parent.parent / "engine_bridge" / "examples"


@pytest.mark.parametrize(
    ("script", "characters", "size"),
    [
        ("lockstep.py", ["ada"], (256, 256)),
        ("streaming_speech.py", ["ben"], (256, 256)),
        ("two_npcs.py", ["ada", "ben"], (512, 512)),
        ("multiplayer.py", ["ada"], (768, 128)),
    ],
)
def test_an_example_runs(
    daemon: Any, tmp_path: Path, script: str, characters: list[str], size: tuple[int, int]
) -> None:
    out = tmp_path / "out.png"
    command = [sys.executable, str(EXAMPLES / script), *characters, "--address", daemon.address, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=EXAMPLES.parent.parent)
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    with Image.open(out) as image:
        assert image.size == size


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {
        "lockstep.py",
        "streaming_speech.py",
        "two_npcs.py",
        "multiplayer.py",
    }
