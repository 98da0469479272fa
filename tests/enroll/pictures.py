"""Portraits that come inside PyPI packages, found without importing them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None, f"the tests need the package {name}"
    return Path(spec.origin).parent


def openpeople(person: str, picture: str) -> Path:
    """A file of one of openpeople's synthetic people: studio_portrait, amateur_posture, character_sheet …"""
    return _package("openpeople") / "data" / "curated" / person / "assets" / f"{picture}.jpg"


def portrait(person: str, side: int) -> Pixels:
    """[side, side, 3] uint8: a studio portrait, scaled."""
    with Image.open(openpeople(person, "studio_portrait")) as image:
        return np.array(image.convert("RGB").resize((side, side), Image.Resampling.BOX), np.uint8)


def astronaut() -> Pixels:
    """[512, 512, 3] uint8: the NASA photograph of scikit-image."""
    with Image.open(_package("skimage") / "data" / "astronaut.png") as image:
        return np.array(image.convert("RGB"), np.uint8)


def profile(person: str) -> Pixels:
    """The "Left View" of a character sheet: a head turned to the viewer's right by far more than 35°."""
    with Image.open(openpeople(person, "character_sheet")) as image:
        width, height = image.size
        box = (int(0.2755 * width), int(0.078 * height), int(0.4775 * width), int(0.358 * height))
        return np.array(image.convert("RGB").crop(box), np.uint8)
