"""Speech that arrives bit by bit, as from a text-to-speech service: the face speaks while the line is not known yet.

npcface serve &
python streaming_speech.py ada
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from npcface.client import Client

HELLO_TRAVELLER = (
    ("HH", 0.00, 0.06), ("AH", 0.06, 0.13), ("L", 0.13, 0.20), ("OW", 0.20, 0.42),
    ("T", 0.50, 0.56), ("R", 0.56, 0.62), ("AE", 0.62, 0.74), ("V", 0.74, 0.81), ("L", 0.81, 0.87), ("ER", 0.87, 1.10),
)  # fmt: skip
"""ARPAbet symbol, start and end in seconds."""


def arriving() -> Iterator[tuple[str, float, float]]:
    """Stand in for the service: one sound at a time."""
    yield from HELLO_TRAVELLER


def main() -> None:
    """Speak, report gaps, save a texture from the middle of the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("character", help="id in the daemon's store")
    parser.add_argument("--address", default="tcp://127.0.0.1:5747")
    parser.add_argument("--emotion", default="happy")
    parser.add_argument("--out", type=Path, default=Path("speech.png"))
    options = parser.parse_args()

    with Client(options.address) as client, client.open(options.character, size=256, fps=30) as stream:
        stream.emotion(options.emotion, 0.5)
        frames = 0
        for frame in stream.stream_speech(arriving(), alphabet="arpabet", live=True):
            frames += 1  # start the sound when frame 0 comes; frame.time_s is the time in the line
            if frame.time_s <= 0.66:
                Image.fromarray(frame.pixels).save(options.out)
    print(f"{frames} frames, {frame.sequence + 1 - frames} left out, {options.out}")


if __name__ == "__main__":
    main()
