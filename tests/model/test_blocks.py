"""AdaIN, against a reference that does one sample and one channel at a time."""

from __future__ import annotations

import numpy as np
import torch

from npcface.model.blocks import AdaInBlock, adain


def slowly(x: np.ndarray, scale: np.ndarray, shift: np.ndarray, epsilon: float) -> np.ndarray:
    out = np.empty_like(x)
    for sample in range(x.shape[0]):
        for channel in range(x.shape[1]):
            plane = x[sample, channel]
            unit = (plane - plane.mean()) / np.sqrt(plane.var() + epsilon)
            out[sample, channel] = unit * (1 + scale[sample, channel]) + shift[sample, channel]
    return out


def test_adain_agrees_with_the_slow_reference() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(3.0, 2.0, (2, 5, 7, 4)) * rng.uniform(0.01, 4, (2, 5, 1, 1))
    scale, shift = rng.normal(0, 1, (2, 2, 5))
    found = adain(torch.from_numpy(x), torch.from_numpy(scale), torch.from_numpy(shift))
    assert np.allclose(found.numpy(), slowly(x, scale, shift, 1e-4), atol=1e-9)


def test_adain_at_zero_leaves_zero_mean_and_unit_variance() -> None:
    x = torch.randn(1, 3, 32, 32) * 7 + 5
    found = adain(x, torch.zeros(1, 3), torch.zeros(1, 3))
    assert found.mean((2, 3)).abs().max() < 1e-5
    assert (found.var((2, 3), correction=0) - 1).abs().max() < 1e-3


def test_a_flat_channel_is_no_division_by_zero() -> None:
    shift = torch.tensor([[0.5]])
    assert torch.equal(adain(torch.full((1, 1, 4, 4), 9.0), torch.ones(1, 1), shift), torch.full((1, 1, 4, 4), 0.5))


def test_a_block_takes_a_scale_and_a_shift_a_channel_and_adds_to_its_input() -> None:
    block = AdaInBlock(6)
    x, style = torch.randn(2, 6, 8, 8), torch.randn(2, block.parameters_wanted)
    assert block.parameters_wanted == 12
    scale, shift = style[:, :6], style[:, 6:]
    expected = x + block.second(torch.relu(adain(block.first(x), scale, shift)))
    assert torch.allclose(block(x, style), expected)
