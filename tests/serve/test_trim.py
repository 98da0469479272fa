"""What was freed is given back, though something above it is still in use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from npcface.serve.trim import EVERY_S, Trim, give_back

FREED = """
from npcface.bench.facts import resident_mb
from npcface.serve.trim import give_back
import os
many = [bytes(100_000) for _ in range(2000)]
top = many[-1]
del many
before = resident_mb(os.getpid())
give_back()
print(before - resident_mb(os.getpid()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's allocator")
def test_pages_that_nobody_needs_go_back() -> None:
    done = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) > 100.0, "of 200 MB"


def test_it_is_done_now_and_then() -> None:
    jobs: list[Callable[[], Any]] = []
    trim = Trim(lambda job, then: jobs.append(job))
    for second in range(65):
        trim.tick(1000.0 + second)
    assert jobs == [give_back] * (1 + int(64 / EVERY_S))
