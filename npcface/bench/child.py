"""One turn of ``against``: this file's bench measures the npcface that ``PYTHONPATH`` names, which may be another's.

Run by path, with ``-P``. Reads what to do as JSON from stdin, prints the measures as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Put this bench in the place of the other npcface's, and measure."""
    package = importlib.import_module("npcface.bench")
    package.__path__[:] = [str(Path(__file__).parent)]
    setting: Any = importlib.import_module("npcface.bench.setting")
    registry: Any = importlib.import_module("npcface.bench.registry")
    asked = json.load(sys.stdin)
    with setting.Setting(store=Path(asked["store"]), **asked["setting"]) as own:
        json.dump({name: registry.MEASURES[name].run(own) for name in asked["measures"]}, sys.stdout)


if __name__ == "__main__":
    main()
