"""Projection discriminator with a column per identity (Zakharov et al. 2019, section 3; Miyato and Koyama 2018)."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.layout import EMBEDDING


class Discriminator(nn.Module):
    """Is this a real picture of this person with these landmarks?

    Score = patches' mean + φ · (W_i + w₀), φ the picture's pooled features. The column W_i stands for training identity
    i; the match loss pulls it and the embedder's vector together.
    """

    def __init__(self, identities: int, widths: tuple[int, int, int, int] = (32, 64, 96, EMBEDDING)) -> None:
        super().__init__()
        sizes = [3 * 4 + 3, *widths]
        self.layers = nn.ModuleList(
            [
                nn.utils.parametrizations.spectral_norm(nn.Conv2d(a, b, 4, stride=2, padding=1))
                for a, b in pairwise(sizes)
            ]
        )
        self.patches = nn.ModuleList([nn.Conv2d(w, 1, 1) for w in widths[1:]])
        self.columns = nn.Embedding(identities, EMBEDDING)
        self.common = nn.Parameter(torch.zeros(EMBEDDING))
        nn.init.normal_(self.columns.weight, std=0.02)

    def forward(self, picture: Tensor, marks: Tensor, identity: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Judge.

        Args:
            picture: [N, 3, 2h, 2w] 0..1. marks: [N, 3, h, w] −1..1. identity: [N] int64.

        Returns:
            [N] scores, and the layers' features for the matching loss.
        """
        x = torch.cat([F.pixel_unshuffle(picture, 2) * 2 - 1, marks], dim=1)
        features: list[Tensor] = []
        score = torch.zeros(len(picture), device=picture.device)
        for index, layer in enumerate(self.layers):
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
            if index > 0:
                score = score + self.patches[index - 1](x).mean((1, 2, 3))
        pooled = x.mean((2, 3))
        return score + (pooled * (self.columns(identity) + self.common)).sum(1), features
