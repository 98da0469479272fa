"""The neural quality: the drawn head, its far side and its labels go through the generator before they are composed.

drive, looks ─▶ RenderGraph.layers ─▶ head, face map ─┐
feature atlas (neural texture, trust, landmark map) ──┼─▶ generator ─▶ blend ─▶ over the plate ─▶ RGBA
state, portrait's state, AdaIN parameters ────────────┘
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.generator import Conditions, Generator, blend
from npcface.model.layout import ATLAS_CHANNELS, NEURAL_CHANNELS, TRUST
from npcface.render.composite import over
from npcface.render.graph import Drive, FarSide, Layers, Looks, RenderGraph
from npcface.render.layout import LEAST_ALPHA, TURN
from npcface.render.sample import sample


class NeuralLooks(NamedTuple):
    """Per-character inputs beyond ``Looks``, one row a face.

    Attributes:
        far_texture: [N, T, T, 4] uint8 and far_field: [N, 10, S, S], the shell's far side (see ``farside``).
        features: [N, A, A, ATLAS_CHANNELS] uint8, 0..255 for −1..1.
        state: [N, STATE] the portrait's own state. style: [N, S] AdaIN parameters.
        drawn: [N] 1, or 0 for a face made of landmark map and embedding alone.
    """

    far_texture: Tensor
    far_field: Tensor
    features: Tensor
    state: Tensor
    style: Tensor
    drawn: Tensor


class Drawn(NamedTuple):
    """What rendering leaves for the generator; also what the training bank stores. h, w: half the picture's sides.

    Attributes:
        head: [N, 4, 2h, 2w] premultiplied RGBA 0..1.
        maps: [N, 3, h, w] 0..1 share of the face, opening of the mouth, opening of an eye.
        coords: [N, h, w, 2] face chart points −1..1.
    """

    head: Tensor
    maps: Tensor
    coords: Tensor


class NeuralGraph(nn.Module):
    """Output as ``RenderGraph``'s: [N, H, W, 4] premultiplied RGBA 0..255 float, ½ added. H and W: multiples of 16."""

    def __init__(self, graph: RenderGraph, generator: Generator, *, half: bool = False) -> None:
        """Take the parts. With ``half`` the generator's weights and arithmetic become float16, for GPUs."""
        super().__init__()
        self.renderer = graph
        self.generator = generator.half() if half else generator
        self._arithmetic = torch.float16 if half else torch.float32

    def forward(self, drive: Drive, looks: Looks, more: NeuralLooks) -> Tensor:
        """Render one batch."""
        height, width = looks.plate.shape[1:3]
        far = FarSide(more.far_texture, more.far_field, turned(state_of(drive), more.state))
        drawn = drawn_of(self.renderer.layers(drive, looks, far), height, width)
        keep = more.drawn[:, None, None, None]
        atlas = atlas_under(more.features, drawn)
        atlas = torch.cat([atlas[:, : TRUST + 1] * keep, atlas[:, TRUST + 1 :]], dim=1)
        states = torch.cat([state_of(drive), more.state], dim=1)
        head = drawn.head * keep
        maps = drawn.maps * keep
        given = Conditions(*(value.to(self._arithmetic) for value in (head, maps, atlas, states, more.style)))
        changed, _ = blend(head, self.generator(given).to(head.dtype), LEAST_ALPHA)
        flat = (changed * 255).permute(0, 2, 3, 1).reshape(-1, 4)
        image = over(flat, looks.plate.reshape(-1, 4).to(flat.dtype))
        return torch.clamp(image + 0.5, 0.0, 255.0).reshape(-1, height, width, 4)


def drawn_of(layers: Layers, height: int, width: int) -> Drawn:
    """Layers as the generator takes them."""
    count = layers.coords.shape[0]  # not −1: the exporter to ONNX cannot count elements
    head = layers.head.reshape(count, height, width, 4).permute(0, 3, 1, 2) / 255
    rim, opening = layers.rim, layers.opening * layers.rim
    above = layers.above[:, None].to(rim.dtype)
    maps = F.avg_pool2d(torch.cat([rim, opening * (1 - above), opening * above], dim=1), 2)
    pairs = layers.coords.reshape(count, height // 2, 2, width // 2, 2, 2)
    return Drawn(head, maps, pairs[:, :, 0, :, 0])


def atlas_under(features: Tensor, drawn: Drawn) -> Tensor:
    """[N, ATLAS_CHANNELS, h, w] −1..1, 0 off the face. ``features``: [N, A, A, ATLAS_CHANNELS] uint8."""
    count, height, width, _ = drawn.coords.shape
    found = sample(features, drawn.coords).reshape(count, height, width, ATLAS_CHANNELS).permute(0, 3, 1, 2)
    return (found / 127.5 - 1) * drawn.maps[:, :1]


def state_of(drive: Drive) -> Tensor:
    """[N, STATE] ARKit weights and the head's rotation, row by row, as ``enroll.identify.state_vector`` has them."""
    unit = torch.linalg.vector_norm(drive.pose[:, :1], dim=2, keepdim=True)
    turn = drive.pose / unit
    turn = torch.cat([turn[:, :1], -turn[:, 1:2], turn[:, 2:]], dim=1)  # texture y runs down
    return torch.cat([drive.weights, turn.reshape(-1, 9)], dim=1)


def turned(state: Tensor, portrait: Tensor) -> Tensor:
    """[N] 0..1 whether the head is turned so far from the portrait's own pose that its far side comes into view.

    Near that pose nothing is missing, and a mirrored lock of hair that sticks out could only do harm.

    Args:
        state, portrait: [N, STATE].
    """
    sideways = 52 + 2  # first row, last column of the rotation: the sine of the yaw
    return torch.clamp(((state[:, sideways] - portrait[:, sideways]).abs() - TURN[0]) / (TURN[1] - TURN[0]), 0.0, 1.0)


assert TRUST == NEURAL_CHANNELS  # the atlas's neural channels and trust are switched off together
