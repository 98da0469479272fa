"""C# is compiled once a session."""

from __future__ import annotations

import pytest

from tests.clients.csharp.build import Build, build
from tests.clients.csharp.toolchain import toolchain


@pytest.fixture(scope="session")
def csharp(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Everything compiled; skipped loudly where there is no compiler, except under CI."""
    return build(toolchain(), tmp_path_factory.mktemp("csharp"))
