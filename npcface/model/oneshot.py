"""The one-shot model: embedder, neural texture and generator as they work together on a batch of episodes.

In a game these parts run at different times (embedder at enrolment, generator every frame); training runs them in one
pass so that gradients reach all of them.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.embedder import Embedder, TextureNet
from npcface.model.generator import Conditions, Generator, blend
from npcface.model.landmark_map import chart_map
from npcface.rig.rig import load_rig


class Given(NamedTuple):
    """One batch. See ``npcface.train.meta.episodes.Episodes`` for shapes."""

    head: Tensor
    maps: Tensor
    coords: Tensor
    wanted: Tensor
    own: Tensor
    plate: Tensor
    drawn: Tensor


class Made(NamedTuple):
    """What came out.

    Attributes:
        picture: [N, 3, P, P] 0..1 over the plate. mask: [N, 1, P, P] 0..1. alpha: [N, 1, P, P] 0..1.
        marks: [N, 3, h, w] −1..1 the landmark map under each pixel.
    """

    picture: Tensor
    mask: Tensor
    alpha: Tensor
    marks: Tensor


class OneShot(nn.Module):
    """Embedder, texture network and generator."""

    chart_marks: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.generator = Generator()
        self.embedder = Embedder(self.generator.style_size)
        self.texture = TextureNet()
        marks = torch.from_numpy(chart_map(load_rig())).permute(2, 0, 1)[None].float() / 127.5 - 1
        self.register_buffer("chart_marks", marks, persistent=False)

    def embed(self, portraits: Tensor, marks: Tensor, states: Tensor) -> Tensor:
        """[N, K, 3, p, p], [N, K, 3, p, p], [N, K, STATE] → [N, EMBEDDING], the mean over K portraits."""
        count, shots = portraits.shape[:2]
        flat = self.embedder(portraits.flatten(0, 1), marks.flatten(0, 1), states.flatten(0, 1))
        return flat.reshape(count, shots, -1).mean(1)

    def forward(
        self, given: Given, portraits: Tensor, marks: Tensor, states: Tensor, texture: Tensor, trust: Tensor
    ) -> tuple[Made, Tensor]:
        """Pictures and embeddings [N, EMBEDDING] of a batch."""
        embedding = self.embed(portraits, marks, states)
        neural = self.texture(texture, trust)
        return self.make(given, self.embedder.style(embedding), neural, trust), embedding

    def make(self, given: Given, style: Tensor, neural: Tensor, trust: Tensor) -> Made:
        """Pictures from per-character tensors: style [N, S], neural texture [N, C, A, A] −1..1, trust 0..1."""
        keep = given.drawn[:, None, None, None]
        count = len(neural)
        features = torch.cat([neural, trust * 2 - 1, self.chart_marks.expand(count, -1, -1, -1)], dim=1)
        found = F.grid_sample(features, given.coords, mode="bilinear", padding_mode="border", align_corners=False)
        atlas = found * given.maps[:, :1]
        labels = atlas.shape[1] - 3
        head = given.head * keep
        conditions = Conditions(
            head,
            given.maps * keep,
            torch.cat([atlas[:, :labels] * keep, atlas[:, labels:]], dim=1),
            torch.cat([given.wanted, given.own], dim=1),
            style,
        )
        changed, mask = blend(head, self.generator(conditions))
        picture = changed[:, :3] + given.plate * (1 - changed[:, 3:])
        return Made(picture, mask, changed[:, 3:], atlas[:, labels:])
