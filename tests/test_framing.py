"""Pasting a texture back: right size, right place to the pixel, nothing moved, seams only where portrait goes on."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npcface.character import Character, Framing, Manifest
from npcface.character.icon import make_icon
from npcface.framing import Canvas


def smooth_portrait(width: int, height: int) -> Image.Image:
    """Slow waves: resampling them in one or two steps gives the same colours."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = [np.sin(x / 23.0 + k) * np.cos(y / 31.0 - k) for k in range(3)]
    return Image.fromarray(np.rint(127 + 100 * np.stack(waves, -1)).astype(np.uint8))


def character_with(portrait: Image.Image, framing: Framing | None) -> Character:
    stream = io.BytesIO()
    portrait.save(stream, "PNG")
    png = stream.getvalue()
    manifest = Manifest(id="test", name="Test", license="CC0-1.0", consent="Nobody real is shown.", framing=framing)
    return Character(manifest, png, make_icon(png, framing), {})


def texture_of(portrait: Image.Image, framing: Framing, size: int) -> np.ndarray:
    """What a perfect renderer returns for the portrait's own state: the framed square itself."""
    scale = framing.side / size
    data = (scale, 0, framing.left, 0, scale, framing.top)
    cut = portrait.transform((size, size), Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)
    return np.dstack([np.asarray(cut), np.full((size, size), 255, np.uint8)])


@pytest.mark.parametrize("framing", [None, Framing(left=0, top=0, side=300)])
def test_a_square_that_is_the_whole_portrait_is_returned_as_it_is(framing: Framing | None) -> None:
    texture = np.random.default_rng(0).integers(0, 255, (128, 128, 4), np.uint8)
    canvas = Canvas(character_with(smooth_portrait(300, 300), framing), 128)
    assert canvas.put(texture) is texture


@pytest.mark.parametrize(
    ("framing", "size", "expected"),
    [
        (Framing(left=40, top=100, side=200), 200, (500, 320)),  # one to one
        (Framing(left=40.6, top=100.3, side=200), 128, (319, 203)),  # smaller, off the pixel grid
        (Framing(left=0, top=0, side=320), 256, (400, 256)),  # touches three borders
    ],
)
def test_a_perfect_texture_falls_exactly_into_its_place(framing: Framing, size: int, expected: tuple[int, int]) -> None:
    portrait = smooth_portrait(320, 500)
    picture = Canvas(character_with(portrait, framing), size).put(texture_of(portrait, framing, size))
    assert picture.dtype == np.uint8
    assert picture.shape == (*expected, 4)
    assert (picture[..., 3] == 255).all()
    scale = size / framing.side
    left, top = framing.left - int(framing.left * scale) / scale, framing.top - int(framing.top * scale) / scale
    data = (1 / scale, 0, left, 0, 1 / scale, top)
    whole = portrait.transform(expected[::-1], Image.Transform.AFFINE, data, Image.Resampling.BICUBIC)
    error = np.abs(picture[..., :3].astype(int) - np.asarray(whole).astype(int))[2:-2, 2:-2]
    assert error.max() <= 6  # a shift by half a pixel would be four times that at this scale
    assert error.mean() < 1.0


def test_the_texture_covers_its_square_but_for_a_thin_seam() -> None:
    framing = Framing(left=64, top=0, side=128)
    texture = np.full((128, 128, 4), 255, np.uint8)
    picture = Canvas(character_with(Image.new("RGB", (256, 192)), framing), 128).put(texture)
    assert (picture[:124, 68:188, :3] == 255).all()  # up to the portrait's own border there is no seam
    assert (picture[:, :64, :3] == 0).all() and (picture[128:, :, :3] == 0).all()


def test_a_square_that_reaches_past_the_portrait_is_cut_to_it() -> None:
    framing = Framing(left=-30, top=-10, side=160)
    texture = np.zeros((160, 160, 4), np.uint8)
    texture[10:110, 30:130, :3] = 200
    picture = Canvas(character_with(Image.new("RGB", (100, 100)), framing), 160).put(texture)
    assert picture.shape == (100, 100, 4)
    assert (picture[..., :3] == 200).all()


def test_it_reads_what_a_saved_character_holds(tmp_path: Path) -> None:
    framing = Framing(left=10, top=20, side=64)
    saved = character_with(smooth_portrait(120, 90), framing).save(tmp_path / "test")
    assert Canvas(saved, 64).put(np.zeros((64, 64, 4), np.uint8)).shape == (90, 120, 4)
