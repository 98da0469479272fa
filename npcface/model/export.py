"""Write the embedder as ONNX, so that enrolment needs no torch (called by ``npcface.render.export``)."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from npcface.model.layout import FEATURES_PX, PORTRAIT_PX, STATE
from npcface.model.oneshot import OneShot

EMBEDDER_FILE = Path(__file__).parent / "data" / "embedder.onnx"


class _Enrolment(nn.Module):
    """K portraits of one person → what its character keeps."""

    def __init__(self, model: OneShot) -> None:
        super().__init__()
        self.embedder, self.texture = model.embedder, model.texture

    def forward(
        self, portrait: Tensor, marks: Tensor, state: Tensor, texture: Tensor, trust: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """uint8 [K, P, P, 3] twice, [K, STATE], uint8 [K, A, A, 3], [K, A, A] → [E], [S], uint8 [A, A, C] (first)."""
        pictures = portrait.permute(0, 3, 1, 2) / 255.0
        each = self.embedder(pictures, marks.permute(0, 3, 1, 2) / 255.0, state)
        embedding = each.mean(0)
        neural = self.texture(texture[:1].permute(0, 3, 1, 2) / 255.0, trust[:1, None] / 255.0)
        stored = ((neural[0].permute(1, 2, 0) + 1) * 127.5 + 0.5).to(torch.uint8)
        return embedding, self.embedder.style(embedding[None])[0], stored


def export_embedder(model: OneShot) -> None:
    """Trace and save."""
    from npcface.render.export import write_onnx

    example = (
        torch.zeros(2, PORTRAIT_PX, PORTRAIT_PX, 3, dtype=torch.uint8),
        torch.zeros(2, PORTRAIT_PX, PORTRAIT_PX, 3, dtype=torch.uint8),
        torch.zeros(2, STATE),
        torch.zeros(2, FEATURES_PX, FEATURES_PX, 3, dtype=torch.uint8),
        torch.zeros(2, FEATURES_PX, FEATURES_PX, dtype=torch.uint8),
    )
    shots = torch.export.Dim("shots", min=1, max=32)
    names = ("portrait", "marks", "state", "texture", "trust")
    shapes = tuple({0: shots} for _ in names)
    write_onnx(_Enrolment(model).eval(), example, names, ("embedding", "style", "neural"), shapes, EMBEDDER_FILE)
