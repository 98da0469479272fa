"""What happens to pictures on their way: recompression, scaling, cropping, light, noise, films and texture blocks."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from npcface.output import mp4
from npcface.render.blocks import encode
from npcface.watermark.files import frames_of

Pixels = NDArray[np.uint8]
Attack = Callable[[Pixels], Pixels]


def jpeg(quality: int) -> Attack:
    """Pillow's encoder, chroma at half size as usual."""
    return lambda picture: _through(picture, "JPEG", quality)


def webp(quality: int) -> Attack:
    """Lossy."""
    return lambda picture: _through(picture, "WEBP", quality)


def scaled(factor: float) -> Attack:
    """Lanczos."""

    def attack(picture: Pixels) -> Pixels:
        size = round(picture.shape[1] * factor), round(picture.shape[0] * factor)
        return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))

    return attack


def cropped(share: float, at: float = 0.37) -> Attack:
    """What is left is ``share`` of both sides."""

    def attack(picture: Pixels) -> Pixels:
        height, width = picture.shape[:2]
        down, across = round(height * share), round(width * share)
        y, x = round((height - down) * at), round((width - across) * (1.0 - at))
        return np.ascontiguousarray(picture[y : y + down, x : x + across])

    return attack


def lit(gain: float, offset: float, gamma: float) -> Attack:
    """Contrast around the middle, brightness in grey levels, gamma."""

    def attack(picture: Pixels) -> Pixels:
        value = np.clip(((picture / 255.0 - 0.5) * gain + 0.5) + offset / 255.0, 0.0, 1.0) ** gamma
        return np.rint(value * 255.0).astype(np.uint8)

    return attack


def noise(deviation: float) -> Attack:
    """Normal, in every channel by itself; the same every time."""

    def attack(picture: Pixels) -> Pixels:
        rng = np.random.default_rng(7)
        return np.clip(np.rint(picture + rng.normal(0.0, deviation, picture.shape)), 0, 255).astype(np.uint8)

    return attack


def bc1(picture: Pixels) -> Pixels:
    """Texture blocks and back."""
    opaque = np.dstack([picture[..., :3], np.full(picture.shape[:2], 255, np.uint8)])
    return decoded_bc1(encode(np.ascontiguousarray(opaque), "bc1"))


def decoded_bc1(blocks: Pixels) -> Pixels:
    """[H / 4, W / 4, 8] → [H, W, 3], as the format says (four colours, no transparency)."""
    rows, columns = blocks.shape[:2]
    ends = blocks[..., :4].copy().view("<u2").astype(np.int64)  # [rows, columns, 2]
    red, green, blue = ends >> 11, ends >> 5 & 63, ends & 31
    full = np.stack([red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2], axis=-1).astype(np.float64)
    share = np.array([0.0, 1.0, 1.0 / 3.0, 2.0 / 3.0])[:, None]
    palette = full[..., :1, :] * (1.0 - share) + full[..., 1:, :] * share
    index = (blocks[..., 4:].copy().view("<u4") >> (2 * np.arange(16, dtype=np.uint32))) & 3
    pixels = np.take_along_axis(palette, index[..., None].astype(np.int64), axis=2)
    tiles = pixels.reshape(rows, columns, 4, 4, 3).swapaxes(1, 2)
    return np.rint(tiles.reshape(rows * 4, columns * 4, 3)).astype(np.uint8)


def film(pictures: Sequence[Pixels], crf: int = 17) -> list[Pixels]:
    """Through the exporter's H.264 and back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with mp4(path, 30.0, quality=crf) as writer:
            for picture in pictures:
                writer.add(picture)
        return frames_of(path)


def chained(*attacks: Attack) -> Attack:
    """One after the other."""

    def attack(picture: Pixels) -> Pixels:
        for one in attacks:
            picture = one(picture)
        return picture

    return attack


EXPORT: dict[str, Attack] = {
    "PNG": lambda picture: picture,
    "JPEG q60": jpeg(60),
    "JPEG q40": jpeg(40),
    "WebP q80": webp(80),
    "scale 0.5": scaled(0.5),
    "scale 0.75": scaled(0.75),
    "scale 1.31": scaled(1.31),
    "scale 1.5": scaled(1.5),
    "crop, a quarter off": cropped(0.866),
    "crop, a quarter left": cropped(0.5),
    "brightness +20, contrast 1.15": lit(1.15, 20.0, 1.0),
    "brightness -20, contrast 0.85": lit(0.85, -20.0, 1.0),
    "gamma 1.3": lit(1.0, 0.0, 1.3),
    "gamma 0.75": lit(1.0, 0.0, 0.75),
    "RGB noise, deviation 8": noise(8.0),
    "scale 0.75, JPEG q60": chained(scaled(0.75), jpeg(60)),
    "quarter left, JPEG q60": chained(cropped(0.5), jpeg(60)),
    "scale 0.5, JPEG q60": chained(scaled(0.5), jpeg(60)),
}

LIVE: dict[str, Attack] = {
    "RGBA": lambda picture: picture,
    "BC1": bc1,
    "JPEG q60": jpeg(60),
    "scale 0.75": scaled(0.75),
    "scale 0.5": scaled(0.5),
    "BC1, scale 0.75": chained(bc1, scaled(0.75)),
    "BC1, JPEG q60": chained(bc1, jpeg(60)),
    "scale 0.75, JPEG q60": chained(scaled(0.75), jpeg(60)),
    "BC1, scale 0.75, JPEG q60": chained(bc1, scaled(0.75), jpeg(60)),
    "quarter left": cropped(0.5),
}


def _through(picture: Pixels, format: str, quality: int) -> Pixels:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format, quality=quality)
    stream.seek(0)
    return np.asarray(Image.open(stream).convert("RGB"))
