"""The player's command line, run from source."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("options", [(), ("--debug",)])
def test_debug_may_stand_before_a_verb(options: tuple[str, ...]) -> None:
    program = "from npcface.cli.player import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *options, "version"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "npcface" in done.stdout
