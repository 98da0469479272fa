"""The embedder: portraits and their landmark maps → identity embedding → AdaIN parameters; atlas → neural texture.

Zakharov et al. 2019, section 3: one vector a portrait, averaged over 1..K portraits of one person. Fast Bi-layer
(2020): a second head makes a texture once, so that what costs is paid at enrolment and not per frame.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.blocks import down
from npcface.model.layout import EMBEDDING, NEURAL_CHANNELS, STATE


class Embedder(nn.Module):
    """Portraits → embedding [N, EMBEDDING] → AdaIN parameters [N, S]."""

    def __init__(self, style_size: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(down(6, 24), down(24, 48), down(48, 96), down(96, 128))
        self.vector = nn.Linear(128 + STATE, EMBEDDING)
        self.project = nn.Linear(EMBEDDING, style_size)
        nn.init.normal_(self.project.weight, std=0.02)
        nn.init.zeros_(self.project.bias)

    def forward(self, portrait: Tensor, marks: Tensor, state: Tensor) -> Tensor:
        """One embedding a portrait.

        Args:
            portrait: [N, 3, P, P] 0..1. marks: [N, 3, P, P] 0..1, its landmark map. state: [N, STATE] its state.

        Returns:
            [N, EMBEDDING]; for K portraits of one person take the mean.
        """
        x = self.layers(torch.cat([portrait * 2 - 1, marks], dim=1)).mean((2, 3))
        return self.vector(torch.cat([x, state], dim=1))

    def style(self, embedding: Tensor) -> Tensor:
        """[N, EMBEDDING] → [N, S]."""
        return self.project(embedding)


class TextureNet(nn.Module):
    """Face texture → neural texture, both on the face chart."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.first = nn.Conv2d(4, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=2, dilation=2)
        self.third = nn.Conv2d(width, width, 3, padding=4, dilation=4)
        self.out = nn.Conv2d(width, NEURAL_CHANNELS, 3, padding=1)

    def forward(self, texture: Tensor, trust: Tensor) -> Tensor:
        """[N, 3, A, A] 0..1 and [N, 1, A, A] 0..1 → [N, NEURAL_CHANNELS, A, A] −1..1."""
        x = F.relu(self.first(torch.cat([texture * 2 - 1, trust], dim=1)))
        x = x + F.relu(self.second(x))
        x = x + F.relu(self.third(x))
        return torch.tanh(self.out(x))
