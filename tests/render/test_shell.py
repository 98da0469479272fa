"""The shell's flow is the inverse of its motion."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from npcface.render.shell import shell_flow

NODES, SIZE = 64, 96
STILL = torch.zeros((1, 2))


def grid(size: int) -> Any:
    """[1, 2, size, size] x, y in 0..1 at cell centres."""
    axis = (torch.arange(size) + 0.5) / size
    return torch.stack([axis[None].expand(size, size), axis[:, None].expand(size, size)])[None]


def inner(flow: Any, margin: int = 12) -> Any:
    return flow[:, margin:-margin, margin:-margin]


def test_a_still_shell_stays() -> None:
    flow = shell_flow(grid(NODES), STILL, SIZE, SIZE)
    assert flow.shape == (1, SIZE, SIZE, 2)
    assert torch.allclose(inner(flow), inner(grid(SIZE).permute(0, 2, 3, 1) * 2 - 1), atol=2e-3)


@pytest.mark.parametrize(
    ("scale", "degrees", "shift"), [(1.0, 0.0, (0.1, -0.05)), (1.2, 0.0, (0.0, 0.0)), (0.9, 20.0, (0.05, 0.03))]
)
def test_flow_undoes_a_turn_a_scale_and_a_shift(scale: float, degrees: float, shift: tuple[float, float]) -> None:
    angle = np.deg2rad(degrees)
    matrix = (
        torch.tensor([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], dtype=torch.float32) * scale
    )
    move = torch.tensor(shift)[None, :, None, None]
    target = torch.einsum("ij,njhw->nihw", matrix, grid(NODES) - 0.5) + 0.5 + move
    wanted = torch.einsum("ij,njhw->nihw", torch.linalg.inv(matrix), grid(SIZE) - 0.5 - move) + 0.5
    start = torch.tensor([shift])
    flow = (shell_flow(target, start, SIZE, SIZE).permute(0, 3, 1, 2) + 1) / 2
    known = ((wanted > 0.06) & (wanted < 0.94)).all(dim=1, keepdim=True)  # within the portrait
    assert known.float().mean() > 0.5
    assert ((flow - wanted).abs() * known).max() < 0.004, "texture widths"


def test_flow_undoes_a_smooth_bulge() -> None:
    home = grid(NODES)
    bump = torch.exp(-((home - 0.5) ** 2).sum(1, keepdim=True) / 0.03)
    target = home + bump * torch.tensor([0.04, -0.03])[None, :, None, None]
    flow = shell_flow(target, STILL, SIZE, SIZE)
    back = torch.nn.functional.grid_sample(target, flow, align_corners=False, padding_mode="border")
    assert inner((back - grid(SIZE)).permute(0, 2, 3, 1)).abs().max() < 0.003


@pytest.mark.parametrize("shift", [0.005, -0.02])
def test_flow_is_exact_up_to_the_border(shift: float) -> None:
    flow = (shell_flow(grid(NODES) + shift, STILL, NODES, NODES).permute(0, 3, 1, 2) + 1) / 2
    assert (flow - (grid(NODES) - shift)).abs().max() < 0.001


def test_a_folded_shell_still_gives_finite_coordinates() -> None:
    target = grid(NODES).clone()
    target[:, 0] = 1 - target[:, 0]  # mirrored: no inverse that keeps its orientation
    target[:, 1, 20:40] = 0.5
    assert torch.isfinite(shell_flow(target, STILL, SIZE, SIZE)).all()


def test_batches_do_not_mix() -> None:
    two = torch.cat([grid(NODES), grid(NODES) + 0.05])
    together = shell_flow(two, torch.zeros((2, 2)), SIZE, SIZE)
    assert torch.allclose(together[1:], shell_flow(two[1:], STILL, SIZE, SIZE), atol=1e-6)
