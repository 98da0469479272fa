"""The small landmark finder: exact where a heat map peaks, able to learn, and the same for both eyes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from npcface.model.landmarker import HEAT_PX, LEFT_EYE, LIPS, RIGHT_EYE, FaceLandmarker, Landmarker
from npcface.rig import landmarks as lm

POINTS = 7


class Planted(nn.Module):
    """A heat map with one sharp peak a landmark."""

    def __init__(self, columns: Tensor, rows: Tensor) -> None:
        super().__init__()
        self.columns, self.rows = columns, rows

    def forward(self, picture: Tensor) -> Tensor:
        heat = torch.zeros(len(picture), POINTS, HEAT_PX, HEAT_PX)
        heat[:, torch.arange(POINTS), self.rows, self.columns] = 50.0
        return heat


def test_a_peak_is_found_where_it_is() -> None:
    torch.manual_seed(1)
    columns, rows = torch.randint(HEAT_PX, (2, POINTS))
    finder = Landmarker(POINTS)
    finder.layers = nn.Sequential(Planted(columns, rows))
    found = finder(torch.rand(2, 3, 64, 64))
    expected = (torch.stack([columns, rows], dim=1) + 0.5) / HEAT_PX
    assert torch.allclose(found, expected.expand(2, -1, -1), atol=1e-6)


def test_it_learns_to_find_bright_dots() -> None:
    torch.manual_seed(2)
    finder = Landmarker(POINTS, width=24)
    optimiser = torch.optim.Adam(finder.parameters(), 5e-3)
    axis = (torch.arange(64) + 0.5) / 64
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


def test_a_right_eye_is_a_left_eye_in_a_mirror() -> None:
    torch.manual_seed(3)
    finder = FaceLandmarker()
    mouths, eye = torch.rand(2, 3, 64, 64), torch.rand(2, 3, 64, 64)
    found = finder(mouths, torch.cat([eye, eye.flip(3)]))
    assert found.shape == (2, len(LIPS) + 2 * len(LEFT_EYE), 2)
    left, right = found[:, len(LIPS) :].chunk(2, dim=1)
    assert torch.allclose(right[..., 0], 1 - left[..., 0], atol=1e-5)
    assert torch.allclose(right[..., 1], left[..., 1], atol=1e-5)


def test_the_right_eyes_landmarks_are_the_left_eyes_in_a_mirror() -> None:
    assert set(LEFT_EYE) == {*lm.LEFT_EYE_RING, *lm.LEFT_IRIS}
    assert set(RIGHT_EYE) == {*lm.RIGHT_EYE_RING, *lm.RIGHT_IRIS}
    # MediaPipe: 469 and 474 lie on the picture's right of their irises, 471 and 476 on its left
    across = dict(zip(LEFT_EYE, RIGHT_EYE, strict=True))
    assert across[474] == 471 and across[476] == 469 and across[475] == 470 and across[477] == 472
