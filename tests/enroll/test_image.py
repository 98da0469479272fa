"""Reading portraits: every kind of file that is accepted, and every refusal, with real files made here."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from npcface.enroll.image import MAX_BYTES, WORKING_SIDE, read_portrait
from npcface.errors import PortraitError
from npcface.image_header import guess_format, read_header


def picture(width: int = 96, height: int = 80) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom left, grey at the bottom right."""
    pixels = np.full((height, width, 3), 128, np.uint8)
    pixels[: height // 2, : width // 2] = (220, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 200, 30)
    pixels[height // 2 :, : width // 2] = (30, 30, 210)
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corners(rgb: Any) -> list[str]:
    """Names of the colours in the four corners, row by row."""
    names: dict[tuple[int, ...], str] = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (0, 0, 0): "grey"}
    height, width = rgb.shape[:2]
    found = [rgb[y, x].astype(int) for y in (4, height - 5) for x in (4, width - 5)]
    return [names[tuple(int(c) for c in (p > p.min() + 60))] for p in found]


QUARTERS = ["red", "green", "blue", "grey"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 95}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_every_format_gives_the_same_picture(kind: str, options: dict[str, Any], tmp_path: Path) -> None:
    data = encoded(picture(), kind, **options)
    path = tmp_path / "holiday.txt"  # the name says nothing
    path.write_bytes(data)
    for source in (data, path, str(path)):
        portrait = read_portrait(source)
        assert portrait.rgb.shape == (80, 96, 3) and portrait.rgb.dtype == np.uint8
        assert corners(portrait.rgb) == QUARTERS
        assert portrait.alpha is None and portrait.scale == 1.0 and portrait.original_size == (96, 80)
        assert len(portrait.sha256) == 64


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_undone(kind: str, orientation: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that the tag asks to undo
    stored = picture() if orientation == 1 else picture().transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    portrait = read_portrait(encoded(stored, kind, exif=exif.tobytes()))
    assert corners(portrait.rgb) == QUARTERS
    assert portrait.original_size == (96, 80)


def test_unreadable_exif_costs_only_the_rotation() -> None:
    portrait = read_portrait(encoded(picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert corners(portrait.rgb) == QUARTERS


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA"])
def test_modes_of_png(mode: str) -> None:
    portrait = read_portrait(encoded(picture().convert("L" if mode == "1" else "RGB").convert(mode)))
    assert portrait.rgb.shape == (80, 96, 3) and portrait.alpha is None
    if mode in ("P", "RGBA"):
        assert corners(portrait.rgb) == QUARTERS
    else:
        assert (portrait.rgb[..., 0] == portrait.rgb[..., 2]).all()


def test_alpha_is_kept_beside_straight_colour() -> None:
    image = picture().convert("RGBA")
    image.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, 96).astype(np.uint8), (80, 1))))
    portrait = read_portrait(encoded(image))
    assert portrait.alpha is not None and portrait.alpha.shape == (80, 96)
    assert portrait.alpha[0, 0] == 0 and portrait.alpha[0, -1] == 255
    assert corners(portrait.rgb) == QUARTERS
    assert (portrait.over((1, 2, 3))[0, 0] == (1, 2, 3)).all()
    assert np.abs(portrait.over()[0, -1].astype(int) - portrait.rgb[0, -1]).max() == 0


def test_transparent_palette_colour_becomes_alpha() -> None:
    image = Image.new("P", (80, 80), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (40, 0, 80, 80))
    portrait = read_portrait(encoded(image, transparency=1))
    assert portrait.alpha is not None and portrait.alpha[0, 0] == 255 and portrait.alpha[0, -1] == 0


def test_sixteen_bit_grey() -> None:
    values = np.tile(np.linspace(0, 65535, 96).astype(np.uint16), (80, 1))
    portrait = read_portrait(encoded(Image.fromarray(values)))
    assert portrait.rgb[0, 0, 0] == 0 and portrait.rgb[0, -1, 0] == 255
    assert np.abs(portrait.rgb[0, :, 1] - values[0] / 257.0).max() <= 1
    assert any("16-bit" in note for note in portrait.notes)


def test_sixteen_bit_colour() -> None:
    row = b"\0" + struct.pack(">3H", 0xC000, 0x4000, 0x1000) * 64
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 64, 64, 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 64)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    portrait = read_portrait(b"\x89PNG\r\n\x1a\n" + body)
    assert np.abs(portrait.rgb.astype(int) - (0xC0, 0x40, 0x10)).max() <= 1


def test_cmyk_without_profile() -> None:
    portrait = read_portrait(encoded(picture().convert("CMYK"), "JPEG", quality=95))
    assert corners(portrait.rgb) == QUARTERS
    assert any("CMYK" in note for note in portrait.notes)


def test_colour_profile_is_converted_to_srgb() -> None:
    """A profile with red and green exchanged: only a reader that applies it sees the picture's true colours."""
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {
        swapped[at : at + 4].decode(): at for at in range(132, 132 + 12 * int.from_bytes(swapped[128:132], "big"), 12)
    }
    red, green = tags["rXYZ"] + 4, tags["gXYZ"] + 4
    swapped[red : red + 8], swapped[green : green + 8] = swapped[green : green + 8], swapped[red : red + 8]
    portrait = read_portrait(encoded(picture(), icc_profile=bytes(swapped)))
    assert corners(portrait.rgb) == ["green", "red", "blue", "grey"]
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = read_portrait(encoded(picture(), icc_profile=plain)).rgb.astype(int) - np.asarray(picture(), int)
    assert np.abs(same).max() <= 1


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_broken_colour_profile_is_noted(profile: bytes) -> None:
    portrait = read_portrait(encoded(picture(), icc_profile=profile))
    assert corners(portrait.rgb) == QUARTERS
    assert any("profile" in note for note in portrait.notes)


def test_profile_of_another_colour_space_is_noted() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    portrait = read_portrait(encoded(picture().convert("L"), icc_profile=srgb))
    assert any("picture is L" in note for note in portrait.notes)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_pictures_are_scaled_by_area(kind: str) -> None:
    portrait = read_portrait(encoded(picture(6000, 3000), kind))
    assert portrait.size == (WORKING_SIDE, WORKING_SIDE // 2)
    assert portrait.scale == pytest.approx(WORKING_SIDE / 6000) and portrait.original_size == (6000, 3000)
    assert corners(portrait.rgb) == QUARTERS


def test_area_scaling_averages() -> None:
    checker = (np.indices((64, 4096)).sum(axis=0) % 2 * 255).astype(np.uint8)
    portrait = read_portrait(np.repeat(checker, 10, axis=0))
    assert portrait.size == (2048, 320) and np.abs(portrait.rgb.astype(int) - 128).max() <= 2


def test_first_frame_of_an_animation() -> None:
    other = Image.new("RGB", (96, 80), (255, 255, 255))
    portrait = read_portrait(encoded(picture(), "WEBP", save_all=True, append_images=[other], lossless=True))
    assert corners(portrait.rgb) == QUARTERS and any("first frame" in note for note in portrait.notes)


def test_arrays() -> None:
    pixels = np.asarray(picture())
    portrait = read_portrait(pixels)
    assert np.array_equal(portrait.rgb, pixels) and portrait.rgb is not pixels
    assert read_portrait(pixels[..., :1]).rgb.shape == (80, 96, 3)
    cut_out = np.dstack([pixels, np.full((80, 96), 7, np.uint8)])
    alpha = read_portrait(cut_out).alpha
    assert alpha is not None and (alpha == 7).all()
    assert portrait.sha256 != read_portrait(np.ascontiguousarray(pixels[::-1])).sha256
    for wrong in (pixels.astype(np.float32), pixels[..., :2], np.zeros((2, 80, 96, 3), np.uint8)):
        with pytest.raises(PortraitError, match="expected uint8"):
            read_portrait(wrong)


def png_claiming(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def webp_claiming(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<II", 10, 0) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def jpeg_claiming(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\1\x22\0\2\x11\1\3\x11\1"


@pytest.mark.parametrize("claim", [png_claiming, webp_claiming, jpeg_claiming])
def test_bombs_are_refused_before_decoding(claim: Any) -> None:
    """The files hold no pixels at all: a decoder would complain about that, the size check comes first."""
    with pytest.raises(PortraitError, match=r"30000×30000.*not decoded"):
        read_portrait(claim(30000, 30000))
    with pytest.raises(PortraitError, match="damaged or truncated"):
        read_portrait(claim(300, 300))


def test_other_limits(tmp_path: Path) -> None:
    with pytest.raises(PortraitError, match=r"2000×100 .* 8:1"):
        read_portrait(encoded(Image.new("RGB", (2000, 100))))
    with pytest.raises(PortraitError, match="at least 64"):
        read_portrait(encoded(Image.new("RGB", (60, 100))))
    with pytest.raises(PortraitError, match="scans"):
        read_portrait(encoded(picture(), "JPEG") + b"\xff\xda" * 300)
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(PortraitError, match="limit is 64 MiB"):
        read_portrait(huge)
    with pytest.raises(PortraitError, match="fully transparent"):
        read_portrait(encoded(Image.new("RGBA", (80, 80))))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(PortraitError, match="does not exist"):
        read_portrait(tmp_path / "none.png")
    with pytest.raises(PortraitError, match="not a regular file"):
        read_portrait(tmp_path)
    with pytest.raises(PortraitError, match="empty"):
        read_portrait(b"")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"GIF89a" + b"\0" * 40, "GIF"), (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC"),
        (b"\0\0\0\x18ftypavif" + b"\0" * 40, "AVIF"), (b"<!DOCTYPE html><html>", "HTML"), (b"%PDF-1.7", "PDF"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"), (b"\0" * 100, "unknown"),
    ],
)  # fmt: skip
def test_other_formats_are_named(data: bytes, name: str) -> None:
    with pytest.raises(PortraitError, match=name) as caught:
        read_portrait(data)
    assert "JPEG, PNG and WebP" in caught.value.remedy


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.95])
def test_truncated_files(kind: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3)).astype(np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(PortraitError, match=r"damaged|cut off|truncated") as caught:
        read_portrait(data[: int(len(data) * part)])
    assert caught.value.remedy


SEEDS = [encoded(picture(), "JPEG"), encoded(picture()), encoded(picture(), "WEBP"), encoded(picture().convert("P"))]


@given(seed=st.sampled_from(SEEDS), changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=12))
def test_damaged_files_give_a_picture_or_a_portrait_error(seed: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for at, value in changes:
        data[at % len(data)] = value
    try:
        portrait = read_portrait(bytes(data))
    except PortraitError as error:
        assert error.cause and error.remedy
    else:
        assert portrait.rgb.ndim == 3 and max(portrait.size) <= WORKING_SIDE


@given(st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 "]), st.binary(max_size=64))
def test_headers_of_anything(start: bytes, rest: bytes) -> None:
    header = read_header(start + rest)
    assert header is None or (header.width >= 0 and header.height >= 0)
    assert guess_format(start + rest)
