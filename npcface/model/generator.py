"""The generator: a drawn head with its labels in, corrections and a blend mask out.

Two layers after Zakharov et al. 2020 (*Fast Bi-layer Neural Synthesis*): what the warp knows passes through, the
network adds the rest. Conditioning after Zakharov et al. 2019: landmark map as picture, identity as AdaIN. It works at
half the picture's resolution on folded pixels, because dense 3 × 3 convolutions at full size are what costs.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.blocks import AdaInBlock, down
from npcface.model.layout import ATLAS_CHANNELS, STATE

WIDTHS = (24, 48, 96, 160)
"""Channels at ½, ¼, ⅛ and ¹⁄₁₆ of the picture's side."""

MAPS = 3
EYE = 2
"""Channels of ``Conditions.maps``: share of the face, opening of the mouth, opening of an eye; number of the last."""

FOLD = 2


class Conditions(NamedTuple):
    """What the generator sees. h, w: half the picture's height and width, multiples of 8.

    Attributes:
        head: [N, 4, 2h, 2w] premultiplied RGBA 0..1; zeros when it has to do with landmarks alone.
        maps: [N, 3, h, w] 0..1. atlas: [N, ATLAS_CHANNELS, h, w] −1..1, the feature atlas under each pixel.
        states: [N, 2 · STATE] the wanted state, then the portrait's own.
        style: [N, S] AdaIN parameters of the character.
    """

    head: Tensor
    maps: Tensor
    atlas: Tensor
    states: Tensor
    style: Tensor


class Generator(nn.Module):
    """See the module docstring. 1.3 GMAC for 256²."""

    def __init__(self, widths: tuple[int, int, int, int] = WIDTHS) -> None:
        super().__init__()
        w0, w1, w2, w3 = widths
        inputs = 4 * FOLD**2 + MAPS + ATLAS_CHANNELS
        self.stem = nn.Sequential(nn.Conv2d(inputs, w0, 3, padding=1), nn.ReLU())
        self.down1, self.down2, self.down3 = down(w0, w1), down(w1, w2), down(w2, w3)
        self.blocks = nn.ModuleList([AdaInBlock(w) for w in (w1, w2, w3, w3, w2, w1)])
        self.up3, self.up2, self.up1 = nn.Conv2d(w3, w2, 1), nn.Conv2d(w2, w1, 1), nn.Conv2d(w1, w0, 1)
        self.last = nn.Sequential(nn.Conv2d(w0, w0, 3, padding=1), nn.ReLU())
        self.out = nn.Conv2d(w0, 5 * FOLD**2, 3, padding=1)
        for parameter in self.out.parameters():  # nearly nothing: it begins by letting the warp through
            nn.init.normal_(parameter, std=1e-3)
        answer = nn.Linear(64, self.style_size)
        nn.init.normal_(answer.weight, std=1e-3)
        nn.init.constant_(answer.bias, 0.0)
        self.react = nn.Sequential(nn.Linear(2 * STATE, 64), nn.ReLU(), answer)

    @property
    def style_size(self) -> int:
        """S, how many AdaIN parameters a character has."""
        return sum(block.parameters_wanted for block in self._ordered())

    def _ordered(self) -> list[AdaInBlock]:
        return [block for block in self.blocks if isinstance(block, AdaInBlock)]

    def forward(self, given: Conditions) -> Tensor:
        """[N, 5, 2h, 2w]: RGB and alpha to add, nothing within an eye, and the blend mask before its sigmoid."""
        x = torch.cat([F.pixel_unshuffle(given.head, FOLD) * 2 - 1, given.maps, given.atlas], dim=1)
        return F.pixel_shuffle(torch.cat(self.folded(x, given.states, given.style), dim=1), FOLD)

    def folded(self, x: Tensor, states: Tensor, style: Tensor) -> tuple[Tensor, Tensor]:
        """The network on folded pixels.

        Args:
            x: [N, 16 + MAPS + ATLAS_CHANNELS, h, w] folded head −1..1, then maps and atlas.
            states, style: as in ``Conditions``.

        Returns:
            [N, 16, h, w] folded RGBA to add, nothing within an eye, and [N, 4, h, w] folded mask before its sigmoid.
        """
        return within_eyes_nothing(self.answer(x, states, style), x)

    def answer(self, x: Tensor, states: Tensor, style: Tensor) -> Tensor:
        """[N, 20, h, w] what the last convolution says: 16 channels of folded RGBA, 4 of folded mask."""
        styles = (style + self.react(states)).split([b.parameters_wanted for b in self._ordered()], dim=1)
        half = self.stem(x)
        quarter = self.blocks[0](self.down1(half), styles[0])
        eighth = self.blocks[1](self.down2(quarter), styles[1])
        least = self.blocks[3](self.blocks[2](self.down3(eighth), styles[2]), styles[3])
        eighth = self.blocks[4](F.relu(twice(self.up3(least)) + eighth), styles[4])
        quarter = self.blocks[5](F.relu(twice(self.up2(eighth)) + quarter), styles[5])
        return self.out(self.last(F.relu(twice(self.up1(quarter)) + half)))


def within_eyes_nothing(answer: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """``Generator.answer`` to ``x`` as colour and mask, the colour 0 in eyes.

    Where one looks the rig knows, while the network guesses.
    """
    colour, mask = answer[:, : 4 * FOLD**2], answer[:, 4 * FOLD**2 :]
    return colour * (1 - x[:, 4 * FOLD**2 + EYE, None]), mask


class FoldedGenerator(nn.Module):
    """The generator between two halves of the compiled renderer: folded pixels in, masked folded changes out.

    Takes one face at a time, and the generator for its own.

    Args:
        low, high: [20] ranges of the last convolution's channels. It is made to give −1..1 for them, and the ranges are
            put back behind it: in 8 bits a colour then does not get the steps that the mask's logits need.
    """

    centre: Tensor
    reach: Tensor

    def __init__(self, generator: Generator, low: Tensor, high: Tensor) -> None:
        super().__init__()
        self.generator = generator
        for block in generator.blocks:
            block.alone = True  # type: ignore[assignment]  # a plain flag, not a module
        centre, reach = (high + low) / 2, (high - low) / 2
        out = generator.out
        assert out.bias is not None
        with torch.no_grad():
            out.weight /= reach[:, None, None, None]
            out.bias.copy_((out.bias - centre) / reach)
        self.register_buffer("centre", centre[None, :, None, None])
        self.register_buffer("reach", reach[None, :, None, None])

    def forward(self, x: Tensor, states: Tensor, style: Tensor) -> Tensor:
        """[1, 16, h, w] RGBA changes, already times the blend mask. Arguments as ``Generator.folded``."""
        answer = self.generator.answer(x, states, style) * self.reach + self.centre
        colour, mask = within_eyes_nothing(answer, x)
        return colour * torch.sigmoid(mask).repeat(1, 4, 1, 1)


def twice(x: Tensor) -> Tensor:
    """[N, C, H, W] → [N, C, 2H, 2W], each value repeated."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def smooth(x: Tensor) -> Tensor:
    """[N, 4, H, W] under a 3 × 3 binomial filter.

    It is blind to what changes from one pixel to the next, which is all that unfolding pixels from channels can get
    wrong: without it, a mouth's dark shows the weave of the fold.
    """
    row = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype, device=x.device)
    kernel = (row[:, None] * row[None, :]).expand(4, 1, 3, 3)
    return F.conv2d(x, kernel, padding=1, groups=4)


def blend(head: Tensor, change: Tensor, least_alpha: float = 0.0) -> tuple[Tensor, Tensor]:
    """Put the generator's answer onto the drawn head.

    Args:
        head: [N, 4, H, W] premultiplied RGBA 0..1. change: [N, 5, H, W] from ``Generator.forward``.
        least_alpha: changes of alpha lose this much; ``LEAST_ALPHA`` (npcface.render.layout) for rendering.

    Returns:
        [N, 4, H, W] premultiplied RGBA 0..1, and the mask [N, 1, H, W] 0..1: 0 where the head passes through.
    """
    mask = torch.sigmoid(change[:, 4:])
    step = smooth(change[:, :4] * mask)
    more = step[:, 3:]
    if least_alpha > 0:
        more = more - torch.clamp(more, -least_alpha, least_alpha)
    alpha = torch.clamp(head[:, 3:] + more, 0.0, 1.0)
    colour = torch.clamp(head[:, :3] + step[:, :3], min=0.0)
    return torch.cat([torch.minimum(colour, alpha), alpha], dim=1), mask
