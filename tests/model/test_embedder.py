"""Several portraits of one person make one embedding, their mean."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from npcface.character import Character
from npcface.model.layout import EMBEDDING, NEURAL_CHANNELS, STATE
from npcface.model.oneshot import OneShot


@pytest.fixture(scope="module")
def model() -> OneShot:
    torch.manual_seed(5)
    return OneShot().eval()


def test_the_embedding_is_the_mean_over_portraits(model: OneShot) -> None:
    portraits, marks, states = torch.rand(2, 3, 3, 32, 32), torch.rand(2, 3, 3, 32, 32), torch.rand(2, 3, STATE)
    with torch.no_grad():
        found = model.embed(portraits, marks, states)
        single = [model.embedder(portraits[:, k], marks[:, k], states[:, k]) for k in range(3)]
        turned = model.embed(portraits.flip(1), marks.flip(1), states.flip(1))
    assert found.shape == (2, EMBEDDING)
    assert torch.allclose(found, torch.stack(single).mean(0), atol=1e-6)
    assert torch.allclose(found, turned, atol=1e-6)
    assert not torch.allclose(single[0], single[1], atol=1e-4)


def test_portrait_landmark_map_and_state_all_count(model: OneShot) -> None:
    given = [torch.rand(1, 3, 32, 32), torch.rand(1, 3, 32, 32), torch.rand(1, STATE)]
    with torch.no_grad():
        found = model.embedder(*given)
        for index in range(3):
            other = [1 - value if k == index else value for k, value in enumerate(given)]
            assert not torch.allclose(model.embedder(*other), found, atol=1e-5)


def test_embedder_generator_and_characters_agree_on_the_style(model: OneShot, character: Character) -> None:
    with torch.no_grad():
        assert model.embedder.style(torch.rand(2, EMBEDDING)).shape == (2, model.generator.style_size)
    assert character.tensors["style"].shape == (model.generator.style_size,)
    assert character.tensors["embedding"].shape == (EMBEDDING,)


def test_the_neural_texture_has_its_channels_within_their_range(model: OneShot) -> None:
    with torch.no_grad():
        found = model.texture(torch.rand(1, 3, 24, 24), torch.rand(1, 1, 24, 24)).numpy()
    assert found.shape == (1, NEURAL_CHANNELS, 24, 24)
    assert np.abs(found).max() <= 1
