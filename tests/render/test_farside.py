"""What a head's far side borrows from the side that is shown: hair, but no collar and nothing beside the neck."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.character import Character
from npcface.render.farside import LOW, far_shell
from npcface.render.resample import resize

Parts = tuple[dict[str, Any], Callable[[np.ndarray], np.ndarray]]


@pytest.fixture
def ada(character_store: Path) -> Parts:
    """Tensors of a person seen from the front, and what makes a shell's texture of its colours."""
    tensors = dict(Character.load(character_store / "ada").tensors)

    def texture(rgb: np.ndarray) -> np.ndarray:
        alpha = tensors["shell_alpha"][..., None]
        return np.concatenate([np.round(rgb * (alpha / 255.0)), alpha], 2).astype(np.uint8)

    return tensors, texture


def height(field: np.ndarray, size: int) -> np.ndarray:
    """[size, size] of each texel, in the rig's centimetres."""
    return resize(field[1][..., None], size, size)[..., 0]


def test_hair_is_mirrored_and_what_is_low_is_not(ada: Parts) -> None:
    tensors, texture = ada
    behind, field = far_shell(tensors, texture(tensors["shell_rgb"]))
    low = height(field, behind.shape[0]) < LOW[0] - 1.0
    high = height(field, behind.shape[0]) > LOW[1] + 1.0
    assert behind[..., 3][high].mean() > 60
    assert behind[..., 3][low].max() == 0


def test_what_only_one_side_has_is_not_mirrored(ada: Parts) -> None:
    tensors, texture = ada
    rgb = tensors["shell_rgb"].copy()
    size = rgb.shape[0]
    whole, _field = far_shell(tensors, texture(rgb))
    y, x = np.mgrid[:size, :size] / size
    pole = (np.abs(x - 0.25) < 0.08) & (y < 0.6)  # something green to the left of the head
    rgb[pole] = (20, 230, 40)
    assert tensors["shell_alpha"][pole].max() == 255
    found, _ = far_shell({**tensors, "shell_rgb": rgb}, texture(rgb))
    twin = pole[:, ::-1] & (whole[..., 3] > 200)
    assert twin.sum() > 200, "there is far side to lose"
    assert found[..., 3][twin].mean() < 0.1 * whole[..., 3][twin].mean()
