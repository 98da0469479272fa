"""A renderer, two people, and people whose eyes or mouths are dyed so that a picture shows exactly where they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.character import Character
from npcface.render import Renderer
from npcface.state import FaceState

Mask = NDArray[np.bool_]
Visible = Callable[[Character, str, FaceState], Mask]

EXPRESSIONS = {
    "neutral": FaceState(),
    "talk": FaceState.of({"jawOpen": 0.5, "mouthFunnel": 0.3, "tongueOut": 0.2}, gaze=(10, -5)),
    "turned": FaceState.of(head=(25, -10, 12), translation=(0.05, 0.03), scale=0.9),
    "blink": FaceState.of({"eyeBlinkLeft": 1.0, "eyeBlinkRight": 0.4, "browDownLeft": 0.8}, head=(-15, 8, -6)),
    "smile": FaceState.of({"mouthSmileLeft": 0.9, "mouthSmileRight": 0.7, "cheekSquintLeft": 0.6}, gaze=(-20, 10)),
}


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer(provider="cpu")


@pytest.fixture(scope="session")
def people(character_store: Path) -> list[Character]:
    """``ada`` and ``ben``."""
    return [Character.load(character_store / name) for name in ("ada", "ben")]


def _dyed(character: Character, part: str, level: int) -> Character:
    """A character whose eyes, irises or mouth's inside have one flat colour."""
    tensors: dict[str, Any] = dict(character.tensors)
    if part == "mouth":
        tensors["mouth_tint"] = np.full((4, 3), level / 255, np.float32)
    else:
        eyes = tensors["eye_textures"].copy()
        eyes[:, (slice(0, 6) if part == "eyes" else slice(3, 6))] = level
        tensors["eye_textures"] = eyes
    return replace(character, tensors=tensors)


@pytest.fixture(scope="session")
def visible(renderer: Renderer) -> Visible:
    """``visible(character, "eyes" | "irises" | "mouth", state)``: [512, 512] where that part shows.

    The part is dyed black and white in turn; where the picture changes, it is seen.
    """
    dyed: dict[tuple[str, str], list[Character]] = {}

    def find(character: Character, part: str, state: FaceState) -> Mask:
        key = (character.id, part)
        if key not in dyed:
            dyed[key] = [_dyed(character, part, level) for level in (0, 255)]
        dark, light = renderer.render(dyed[key], [state, state], 512, quality="warp").astype(np.int16)
        return np.asarray(np.abs(light - dark)[..., :3].max(axis=-1) > 12)

    return find


def centre(mask: Mask) -> NDArray[np.float64]:
    """[2] x, y of a mask's centre in px."""
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean(), rows.mean()])
