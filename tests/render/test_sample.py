"""The renderer's own texture look-up is PyTorch's grid_sample."""

from __future__ import annotations

import pytest
import torch

from npcface.render.sample import across, sample


@pytest.mark.parametrize(("height", "width", "channels"), [(7, 7, 4), (64, 48, 3), (2, 5, 1)])
def test_sample_is_grid_sample(height: int, width: int, channels: int) -> None:
    generator = torch.Generator().manual_seed(0)
    texture = torch.rand((2, height, width, channels), generator=generator)
    coords = torch.rand((2, 9, 11, 2), generator=generator) * 2.6 - 1.3  # past the border, too
    expected = torch.nn.functional.grid_sample(
        texture.permute(0, 3, 1, 2), coords, mode="bilinear", padding_mode="border", align_corners=False
    )
    found = sample(texture, coords).reshape(2, 9, 11, channels).permute(0, 3, 1, 2)
    assert torch.allclose(found, expected, atol=1e-5)


def test_texel_centres_and_border_are_exact() -> None:
    texture = torch.arange(24.0).reshape(1, 3, 4, 2)
    axis_x, axis_y = (torch.arange(4) + 0.5) / 2 - 1, (torch.arange(3) + 0.5) / 1.5 - 1
    grid = torch.stack(torch.meshgrid(axis_x, axis_y, indexing="xy"), dim=-1)[None]
    assert torch.allclose(sample(texture, grid).reshape(texture.shape), texture, atol=1e-4)
    far = torch.tensor([[[-9.0, -9.0], [9.0, 9.0]]])
    assert torch.equal(sample(texture, far)[0], texture[0, [0, 2], [0, 3]])


def test_across_repeats_a_column() -> None:
    column = torch.rand((5, 1))
    assert torch.equal(across(column, 3), column.expand(5, 3))


def test_bytes_count_as_numbers() -> None:
    texture = torch.randint(0, 256, (1, 5, 6, 4), dtype=torch.uint8)
    coords = torch.rand((1, 20, 2)) * 2 - 1
    assert torch.equal(sample(texture, coords), sample(texture.float(), coords))
