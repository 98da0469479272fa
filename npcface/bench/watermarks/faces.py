"""The faces that are marked, and the pictures that never were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from npcface.bench.lockstep import performance
from npcface.render import Renderer

if TYPE_CHECKING:
    from npcface.character import Character

Pixels = NDArray[np.uint8]
SIDE_PX = 256
_GROUNDS = ("portrait", (168, 180, 196))


def drawn(people: Sequence[Character], count: int, size: int = SIDE_PX) -> list[tuple[str, Pixels]]:
    """Id and texture [size, size, 3]: all people in turn, in other states and both qualities, one in ten over a plain
    colour."""
    renderer = Renderer("cpu")
    found = []
    for index in range(count):
        person = people[index % len(people)]
        ground = _GROUNDS[index % 10 == 9]
        quality = "neural" if index % 2 else "warp"
        picture = renderer.render([person], [performance(7 * index)], size, ground, quality=quality)[0]  # type: ignore[arg-type]
        found.append((person.id, np.ascontiguousarray(picture[..., :3])))
    return found


def natural() -> Iterator[tuple[str, Pixels]]:
    """Pictures of ``openpeople`` and scikit-image, by name, as they are but at most 640 px long."""
    roots = [("openpeople", ("data",)), ("skimage", ("data",))]
    for package, inside in roots:
        try:
            root = Path(str(files(package).joinpath(*inside)))
        except ModuleNotFoundError:
            continue
        for file in sorted(root.rglob("*")):
            if file.suffix.lower() in (".png", ".jpg", ".jpeg"):
                with Image.open(file) as image:
                    image.thumbnail((640, 640), Image.Resampling.LANCZOS)
                    yield file.name, np.asarray(image.convert("RGB"))


def synthetic() -> Iterator[tuple[str, Pixels]]:
    """Noise, gradients, stripes, checks and print, 256 px."""
    rng = np.random.default_rng(11)
    axis = np.arange(SIDE_PX)
    for number in range(4):
        yield f"noise {number}", rng.integers(0, 256, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
        soft = rng.normal(0, 1, (SIDE_PX // 4, SIDE_PX // 4)).astype(np.float32)
        smooth = np.asarray(Image.fromarray(soft).resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC))
        yield f"clouds {number}", _grey(128 + 30 * smooth)
        slope = axis[:, None] * (number + 1) / 6 + axis[None, :] * (4 - number) / 6
        yield f"gradient {number}", _grey(slope)
    for period in (5, 8, 11, 16):
        yield f"checks {period}", _grey(255.0 * ((axis[:, None] // period + axis[None, :] // period) % 2))
        yield f"stripes {period}", _grey(128 + 100 * np.sin(2 * np.pi * (axis[None, :] + 0.3 * axis[:, None]) / period))
    for size in (9, 14, 22):
        page = Image.new("RGB", (SIDE_PX, SIDE_PX), (240, 240, 235))
        draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
        for line in range(SIDE_PX // (size + 3)):
            draw.text((4, line * (size + 3)), f"The quick brown fox {line} jumps over", (20, 20, 24), font)
        yield f"print {size}", np.asarray(page)


def _grey(values: NDArray[np.floating]) -> Pixels:
    return np.repeat(np.clip(np.rint(values), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
