"""A pack whose sides the graphs were not made for is the pack's fault, not the device's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from npcface.errors import CharacterError
from npcface.render import Renderer
from npcface.render.native import library
from npcface.state import FaceState


@pytest.mark.parametrize("name", ["shell_field", "eye_textures"])
def test_other_sides_are_refused_and_nothing_falls_back(
    character: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "available", lambda: False)  # as on a GPU: the graphs draw
    renderer = Renderer(threads=1)
    odd = np.ascontiguousarray(character.tensors[name][..., ::2, ::2])
    other = replace(character, tensors={**character.tensors, name: odd})
    with pytest.raises(CharacterError, match=rf"Its {name} is"):
        renderer.render([other], [FaceState()], size=64, quality="warp")
    assert renderer.render([character], [FaceState()], size=64, quality="warp").shape == (1, 64, 64, 4)
    assert not renderer.troubles
