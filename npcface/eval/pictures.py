"""Pictures of what was measured, one file per clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.eval.report import STILL
from npcface.eval.sample import ClipSample

Image = NDArray[np.uint8]


def strip_writer(folder: Path) -> Callable[[ClipSample, Mapping[str, Image]], None]:
    """A ``keep`` for ``evaluate_clips``: writes ``<clip>.png``, the clip's frames in the first row, each method below.

    Raises:
        OSError: the folder cannot be made.
    """
    from PIL import Image as Pillow

    folder.mkdir(parents=True, exist_ok=True)

    def keep(sample: ClipSample, outputs: Mapping[str, Image]) -> None:
        columns = [0, *sample.targets.tolist()]
        rows = [sample.frames, *(pictures for name, pictures in outputs.items() if name != STILL)]
        sheet = np.concatenate([np.concatenate(list(pictures[columns]), axis=1) for pictures in rows], axis=0)
        Pillow.fromarray(sheet).save(folder / f"{Path(sample.name).stem}.png")

    return keep
