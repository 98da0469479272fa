"""The cost by part is measured on the shipped graphs, by the command that the documentation names."""

from __future__ import annotations

import re
import subprocess
import sys


def test_the_command_tells_every_part() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "npcface.bench.parts"], capture_output=True, text=True, check=True, timeout=240
    ).stdout
    parts = re.search(r"warp ([\d.]+) ms, generator ([\d.]+) ms, far side and blending (-?[\d.]+) ms", told)
    whole = re.search(r"neural in all ([\d.]+) ms", told)
    assert parts is not None and whole is not None, told
    assert abs(sum(map(float, parts.groups())) - float(whole[1])) < 0.3  # rounding
