"""Faces that come inside PyPI packages and that everybody may look at: AI-made people and an astronaut."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from npcface.character.rights import Rights
from npcface.errors import DependencyError

OPENPEOPLE = "https://github.com/Prompt-Haus/OpenPeople"
AI_CONSENT = "Nobody real is shown: the portrait was made by an image generator."


@dataclass(frozen=True, slots=True)
class Person:
    """A portrait with everything its manifest needs."""

    id: str
    name: str
    image: bytes
    authors: tuple[str, ...]
    license: str
    consent: str
    rights: Rights


def ai_person(number: int) -> Person:
    """Studio portrait of one of the ten people of ``openpeople`` (MIT).

    Args:
        number: 1 to 10.

    Raises:
        DependencyError: openpeople is not installed.
    """
    from importlib.resources import files

    try:
        folder = files("openpeople")
    except ModuleNotFoundError as error:
        raise DependencyError("The package openpeople is not installed.", "pip install 'npcface[demo]'") from error
    image = (folder / f"data/curated/P{number:03d}/assets/studio_portrait.jpg").read_bytes()
    name = NAMES[number - 1]
    rights = Rights(ground="invented", holder="Prompt Haus", use=["anything"], evidence=OPENPEOPLE)
    return Person(name.lower(), name, image, ("openpeople",), "MIT", AI_CONSENT, rights)


NAMES = ("Amara", "Bruna", "Clara", "Dina", "Emil", "Farah", "Gil", "Hale", "Imani", "Juna")
"""Names for the ten; the package has none."""


def astronaut() -> Person:
    """NASA's portrait of Eileen Collins, as scikit-image ships it.

    Raises:
        DependencyError: scikit-image is not installed.
    """
    from PIL import Image

    data: Any
    try:
        from skimage import data
    except ImportError as error:
        raise DependencyError("The package scikit-image is not installed.", "pip install 'npcface[demo]'") from error
    stream = io.BytesIO()
    Image.fromarray(data.astronaut()).save(stream, "PNG")
    return Person(
        "astronaut",
        "Astronaut",
        stream.getvalue(),
        ("NASA",),
        "Public domain (NASA)",
        "An official portrait in the public domain; shown as a demonstration, not as an endorsement.",
        Rights(
            ground="public-domain",
            holder="NASA",
            use=["demonstration, not endorsement"],
            evidence="https://flic.kr/p/r9qvLn",
        ),
    )
