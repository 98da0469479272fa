"""The small landmark finder: exact where a heat map peaks, and able to learn."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from npcface.model.landmarker import POINTS, Landmarker

CELLS = 32


class Planted(nn.Module):
    """A heat map with one sharp peak a landmark."""

    def __init__(self, columns: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows

    def forward(self, picture: Tensor) -> Tensor:
        heat = torch.zeros(len(picture), len(POINTS), CELLS, CELLS)
        heat[:, torch.arange(len(POINTS)), self.rows, self.columns] = 50.0
        return heat


def test_a_peak_is_found_where_it_is() -> None:
    torch.manual_seed(1)
    columns, rows = torch.randint(CELLS, (2, len(POINTS)))
    finder = Landmarker()
    finder.layers = nn.Sequential(Planted(columns, rows))
    found = finder(torch.rand(2, 3, 64, 64))
    expected = (torch.stack([columns, rows], dim=1) + 0.5) / CELLS
    assert torch.allclose(found, expected.expand(2, -1, -1), atol=1e-6)


def test_it_learns_to_find_bright_dots() -> None:
    torch.manual_seed(2)
    finder = Landmarker(width=24)
    optimiser = torch.optim.Adam(finder.parameters(), 5e-3)
    axis = (torch.arange(128) + 0.5) / 128
    place = torch.rand(4, 1, 2) * 0.7 + 0.15
    away = (axis[None, None, :] - place[..., :1]) ** 2 + (axis[None, :, None] - place[..., 1:]) ** 2
    picture = torch.exp(-away / 0.05**2)[:, None].expand(-1, 3, -1, -1)
    errors = []
    for _ in range(25):
        error = (finder(picture) - place).abs().mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(float(error.detach()))
    assert errors[-1] < 0.5 * errors[0]
