"""Bring any decoded picture to 8-bit sRGB plus alpha: palettes, grey, CMYK, 16 bits, embedded colour profiles."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Pixels = NDArray[np.uint8]
_PROFILE_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
_MAX_PROFILE_BYTES = 4 * 1024 * 1024


def split_srgb(image: Image.Image, size: tuple[int, int], notes: list[str]) -> tuple[Pixels, Pixels | None]:
    """Scale and convert a decoded picture.

    Args:
        image: decoded, upright; any Pillow mode.
        size: wanted width and height, not larger than the image's (area averaging).
        notes: gets a sentence for everything that had to be guessed.

    Returns:
        rgb [H, W, 3] uint8 sRGB, alpha [H, W] uint8 or None if everything is opaque.
    """
    profile = image.info.get("icc_profile")
    image = _plain(image, notes)
    if image.size != size:  # Pillow multiplies by alpha around the resize itself, so edges do not bleed
        image = image.resize(size, Image.Resampling.BOX)
    alpha: Pixels | None = None
    if image.mode in ("RGBA", "LA"):
        alpha = np.asarray(image.getchannel("A"), np.uint8)
        alpha = None if alpha.min() == 255 else alpha.copy()
        image = image.convert("RGB" if image.mode == "RGBA" else "L") if alpha is None else _drop_alpha(image)
    rgb = _to_srgb(image, profile, notes) if profile else image
    if rgb.mode == "CMYK":
        notes.append("CMYK without a usable colour profile; colours are approximate.")
    return np.array(rgb.convert("RGB"), np.uint8), alpha


def _drop_alpha(image: Image.Image) -> Image.Image:
    """Colour channels as they are stored: ``convert`` would do the same today but does not promise it."""
    bands = image.split()[:-1]
    return bands[0] if len(bands) == 1 else Image.merge("RGB", bands)


def _plain(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture as L, LA, RGB, RGBA or CMYK of 8 bits."""
    if image.mode.startswith("I") or image.mode == "F":  # 16-bit grey PNG arrives as I;16 or I
        notes.append("16-bit picture reduced to 8 bits.")
        deep = np.asarray(image, np.float64)
        return Image.fromarray(np.clip(np.rint(deep / 257.0), 0, 255).astype(np.uint8))
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGBA" if "a" in image.mode.lower() else "RGB")


def _to_srgb(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        if len(profile) > _MAX_PROFILE_BYTES:
            raise ValueError("profile is too large")
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = str(source.profile.xcolor_space)
        if space != _PROFILE_SPACES[image.mode]:
            raise ValueError(f"profile is for {space.strip()}, picture is {image.mode}")
        srgb = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError, OSError) as error:
        notes.append(f"Colour profile ignored ({error}); colours are taken as sRGB.")
        return image
    return converted if converted is not None else image
