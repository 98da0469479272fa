"""What labels and content credentials cost: ``python -m npcface.bench.trust``.

Medians of processor time, which a busy machine lengthens least; no face is drawn and none is served.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from npcface.character import Manifest, Rights
from npcface.credentials import attach, credit_of
from npcface.serve import label

ROUNDS = 40


def timed_ms(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median of so many calls, after one that does not count; milliseconds of processor time."""
    took = []
    for _ in range(rounds + 1):
        began = time.process_time()
        job()
        took.append((time.process_time() - began) * 1000.0)
    return median(took[1:])


def main() -> None:
    """Print a line a measure."""
    noise = np.random.default_rng(1)
    for size in (64, 128, 256, 512):
        face = noise.integers(0, 255, (size, size, 4), np.uint8)
        cut_out, solid = face.copy(), face.copy()
        solid[..., 3] = 255
        opaque_ms = timed_ms(lambda picture=solid: label.draw(picture, 1.0, straight=True))  # type: ignore[misc]
        clear_ms = timed_ms(lambda picture=cut_out: label.draw(picture, 1.0, straight=True))  # type: ignore[misc]
        print(
            f"label over {size} px: {opaque_ms:.2f} ms a frame, {clear_ms:.2f} ms where the background is transparent"
        )
    manifest = Manifest(
        id="mira", name="Mira", license="CC0-1.0", consent="Nobody real.", portrait_sha256="ab" * 32,
        rights=Rights(ground="invented"),
    )  # fmt: skip
    credit = credit_of([manifest], "neural")
    if credit is None:
        print("credentials: not measured, npcface[credentials] is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        for side, kind in ((256, "png"), (512, "png"), (256, "jpg"), (256, "webp")):
            place = Path(folder) / f"still.{kind}"
            smooth = Image.fromarray(noise.integers(0, 255, (16, 16, 3), np.uint8)).resize((side, side))

            took = []
            for _ in range(ROUNDS):
                smooth.save(place)
                before, began = place.stat().st_size, time.process_time()
                attach(place, credit)
                took.append((time.process_time() - began) * 1000.0)
            added = place.stat().st_size - before
            print(f"credentials of a {kind} of {side} px: {median(took):.1f} ms, {added} bytes")


if __name__ == "__main__":
    main()
