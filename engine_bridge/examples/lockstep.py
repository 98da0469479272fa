"""A game loop in lock-step: every tick sends a state and gets the texture that shows it.

npcface serve &
python lockstep.py ada
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from PIL import Image

from npcface.client import Client
from npcface.state import FaceState


def main() -> None:
    """Open and shut the mouth while the head turns; save the last texture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("character", help="id in the daemon's store")
    parser.add_argument("--address", default="tcp://127.0.0.1:5747")
    parser.add_argument("--frames", type=int, default=120)
    parser.add_argument("--out", type=Path, default=Path("lockstep.png"))
    options = parser.parse_args()

    with Client(options.address) as client, client.open(options.character, size=256) as stream:
        for tick in range(options.frames):
            phase = 2.0 * math.pi * tick / 60.0
            state = FaceState.of(
                {"jawOpen": 0.5 - 0.5 * math.cos(phase)}, head=(12.0 * math.sin(phase / 2.0), 0.0, 0.0)
            )
            frame = stream.render(state)  # in an engine: upload frame.pixels to the texture
        Image.fromarray(frame.pixels).save(options.out)
        figures = client.stats()
    print(
        f"{options.frames} frames, p50 {figures.frame_ms_p50:.1f} ms, p99 {figures.frame_ms_p99:.1f} ms, {options.out}"
    )


if __name__ == "__main__":
    main()
