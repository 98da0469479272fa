"""Pictures and clips made here: a public-domain portrait that moves in a known way, encoded to a real video file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest


@dataclass(frozen=True)
class Studio:
    """Makes clips; ``shift`` is how many pixels the picture of ``moving_clip`` glides to the right in all."""

    portrait: np.ndarray
    side: int = 400
    frames: int = 40
    shift: float = 24.0

    def moved(self, shift: float, scale: float = 1.0) -> np.ndarray:
        """The astronaut's head and shoulders, shifted to the right and scaled about the face."""
        import cv2

        centre = np.array([self.side / 2 - self.shift / 2 + shift, self.side / 2 - 30])
        matrix = np.column_stack([scale * np.eye(2), centre - scale * np.array([224.0, 116.0])])
        size = (self.side, self.side)
        return np.asarray(cv2.warpAffine(self.portrait, matrix, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def write(self, path: Path, frames: Sequence[np.ndarray], fps: int = 25) -> Path:
        """Encode uint8 RGB [H, W, 3] frames at high quality with a codec every FFmpeg has."""
        import av

        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=Fraction(fps))
            stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], frames[0].shape[0], "yuv420p"
            stream.bit_rate = 8_000_000
            for frame in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
            container.mux(stream.encode())
        return path

    def write_grey(self, path: Path) -> Path:
        """Four frames without a face."""
        return self.write(path, [np.full((96, 96, 3), 90 + k, np.uint8) for k in range(4)])


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """NASA's portrait of Eileen Collins, uint8 [512, 512, 3]."""
    from skimage import data

    return np.asarray(data.astronaut(), np.uint8)


@pytest.fixture(scope="session")
def people() -> list[np.ndarray]:
    """Studio portraits of two AI-made people (openpeople, MIT), uint8 [512, 512, 3]."""
    from PIL import Image

    spec = find_spec("openpeople")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "data" / "curated"
    pictures = [Image.open(folder / f"P00{k}" / "assets" / "studio_portrait.jpg") for k in (1, 4)]
    return [np.asarray(picture.convert("RGB").resize((512, 512)), np.uint8) for picture in pictures]


@pytest.fixture(scope="session")
def studio(astronaut: np.ndarray) -> Studio:
    return Studio(astronaut)


@pytest.fixture(scope="session")
def moving_clip(tmp_path_factory: pytest.TempPathFactory, studio: Studio) -> Path:
    """40 frames at 25 fps; the face glides to the right at constant speed, nothing else changes."""
    frames = [studio.moved(studio.shift * k / (studio.frames - 1)) for k in range(studio.frames)]
    return studio.write(tmp_path_factory.mktemp("clips") / "gliding.mp4", frames)
