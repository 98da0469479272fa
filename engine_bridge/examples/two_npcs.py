"""Two characters talk in turn while the other one listens; the daemon renders both in one batch.

npcface serve &
python two_npcs.py ada ben
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from npcface.client import Client

LINES = (
    (0, "happy", (("HH", 0.0), ("EH", 0.07), ("L", 0.16), ("OW", 0.24, 0.5))),
    (1, "surprised", (("HH", 0.0), ("UW", 0.08), ("Z", 0.22), ("DH", 0.34), ("EH", 0.42), ("R", 0.55, 0.75))),
)
"""Who speaks, how it feels, ARPAbet symbols with start (and end) in seconds."""


def main() -> None:
    """Play the dialogue and save both faces side by side, one row for each line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("characters", nargs=2, help="two ids in the daemon's store")
    parser.add_argument("--address", default="tcp://127.0.0.1:5747")
    parser.add_argument("--out", type=Path, default=Path("two_npcs.png"))
    options = parser.parse_args()

    rows = []
    with Client(options.address) as client:
        streams = [client.open(name, size=256, fps=25) for name in options.characters]
        idling = [stream.idle(seed=number) for number, stream in enumerate(streams)]
        shown = [next(frames) for frames in idling]
        for speaker, emotion, phonemes in LINES:
            stream, listener = streams[speaker], 1 - speaker
            stream.emotion(emotion, 0.4)
            for frame in stream.stream_speech(phonemes, alphabet="arpabet", seed=speaker):
                shown[speaker] = frame
                shown[listener] = next(idling[listener])
                if frame.time_s <= 0.3:
                    row = np.hstack([shown[0].pixels, shown[1].pixels])
            rows.append(row)
            idling[speaker] = stream.idle(seed=speaker)
        batches = client.stats().batches
    Image.fromarray(np.vstack(rows)).save(options.out)
    print(f"batch size: how often {batches}, {options.out}")


if __name__ == "__main__":
    main()
