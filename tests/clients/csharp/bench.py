"""What a 256² frame costs the C# client: ``python -m tests.clients.csharp.bench ADDRESS`` against a running daemon."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.clients.csharp.build import build
from tests.clients.csharp.toolchain import set_up


def main() -> None:
    """Print medians."""
    with tempfile.TemporaryDirectory() as folder:
        print(build(set_up(), Path(folder)).run("Npcface.Tests", "bench", sys.argv[1], "500", timeout_s=300), end="")


if __name__ == "__main__":
    main()
