"""``npcface cluster`` with options that its command line does not have: ``python -m tests.cluster.direct JSON``."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from npcface.cluster.config import ClusterConfig
from npcface.cluster.run import run

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    given = json.loads(sys.argv[1])
    sys.exit(run(ClusterConfig(**{**given, "characters": Path(given["characters"])})))
