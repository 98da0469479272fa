"""Personalise a character from 1..32 pictures of its person (the fine-tuning of Zakharov et al. 2019, section 3.4).

Only the character's own tensors move: AdaIN parameters and neural texture. The networks stay as they are, so that a
personalised character still renders in one batch with all others. Some pictures are held back; what was learnt is kept
only if the person is met better on those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from npcface.character import Character
from npcface.enroll.detect import Landmarker
from npcface.errors import LimitError, NpcFaceError
from npcface.finetune.views import Picture, Tensors, Views, views_of
from npcface.model.layout import NEURAL_CHANNELS, TRUST
from npcface.model.oneshot import OneShot
from npcface.model.weights import load_model
from npcface.train.bank.draw import Artist
from npcface.train.identity import IdentityNet, identity_distance
from npcface.train.meta import crops, losses
from npcface.train.perceptual import Perceptual

MOST_PICTURES = 32
STEPS = 60
BATCH = 4
RATE = 5e-3
Progress = Callable[[float], None]


class NotBetter(NpcFaceError):
    """Personalisation would not have made held-out pictures better, so it was not kept."""

    code = "not-better"


@dataclass(frozen=True)
class Personalised:
    """What came of it.

    Attributes:
        character: with its tensors moved. before, after: error on held-out pictures (LPIPS of face, mouth and eyes plus
            identity distance, see ``Judge.error``); after is the smaller one.
    """

    character: Character
    before: float
    after: float


def finetune(
    character: Character,
    pictures: Sequence[Picture],
    *,
    steps: int | None = None,
    landmarker: Landmarker | None = None,
    progress: Progress | None = None,
) -> Personalised:
    """Move a character's own tensors towards its person.

    Args:
        character: enrolled from one of the pictures or from another of the same person.
        pictures: 1..32 of the person, uint8 RGB [H, W, 3].
        steps: of the optimiser, default ``STEPS``.
        landmarker: an open one to use again. progress: called with the share of work done.

    Raises:
        LimitError: no picture, or too many. NotBetter: held-out pictures would not be met better, or in none of the
            pictures a face was found; the character given is as good as it gets.
        DependencyError: torch or a judge's weights are missing.
    """
    if not 1 <= len(pictures) <= MOST_PICTURES:
        raise LimitError(f"{len(pictures)} pictures were given.", f"Give 1 to {MOST_PICTURES}.")
    artist = Artist()
    if landmarker is None:
        with Landmarker() as own:
            views = views_of(character.tensors, pictures, artist, own)
    else:
        views = views_of(character.tensors, pictures, artist, landmarker)
    if views is None:
        raise NotBetter("No face was found in any of the pictures.", "Give pictures of the character's person.")
    model, judge = load_model().requires_grad_(False), Judge()
    style, neural, trust = _own(character.tensors)
    learnt, held = _split(len(views))
    error = Trial(model, judge, views.rows(held), trust)
    before = error(style, neural)
    best, after = (style, neural), before
    for share, style_now, neural_now in _learn(
        model, judge, views.rows(learnt), (style, neural, trust), steps or STEPS
    ):
        now = error(style_now, neural_now)
        if now < after:
            best, after = (style_now, neural_now), now
        if progress is not None:
            progress(share)
    if not after < before:
        raise NotBetter(
            f"Held-out pictures are met no better than before ({after:.4f}, before {before:.4f}).",
            "Give more, sharper or more varied pictures of the same person; the character is unchanged.",
        )
    return Personalised(_with(character, *best), before, after)


class Judge:
    """How far a made picture is from the real one: what fine-tuning lessens and what decides whether it is kept."""

    def __init__(self) -> None:
        self._perceptual, self._identity = Perceptual(), IdentityNet()

    def error(self, picture: Tensor, target: Tensor, points: Tensor) -> Tensor:
        """[N] LPIPS of the picture, ½ LPIPS of mouth and eyes, ½ identity distance, and the mean difference."""
        mouths = self._perceptual(crops.mouth_crops(picture, points), crops.mouth_crops(target, points))
        eyes = self._perceptual(crops.eye_crops(picture, points), crops.eye_crops(target, points))
        likeness = identity_distance(self._identity, picture, target, points * picture.shape[-1])
        whole = self._perceptual(picture, target) + losses.pixel(picture, target)
        return whole + 0.5 * mouths + 0.25 * sum(eyes.chunk(2)) + 0.5 * likeness


@dataclass
class Trial:
    """Mean error of per-character tensors on some views."""

    model: OneShot
    judge: Judge
    views: Views
    trust: Tensor

    def __call__(self, style: Tensor, neural: Tensor) -> float:
        with torch.no_grad():
            return float(_errors(self.model, self.judge, self.views, style, neural, self.trust).mean())


def _learn(
    model: OneShot, judge: Judge, views: Views, own: tuple[Tensor, Tensor, Tensor], steps: int
) -> Iterator[tuple[float, Tensor, Tensor]]:
    """Candidates on the way: (share of the steps, style, neural texture)."""
    start_style, start_neural, trust = own
    style = nn.Parameter(torch.zeros_like(start_style))
    neural = nn.Parameter(torch.zeros_like(start_neural))
    optimiser = torch.optim.Adam([{"params": [style], "lr": RATE}, {"params": [neural], "lr": 4 * RATE}])
    order = np.random.default_rng(1)
    for step in range(1, steps + 1):
        chosen = views.rows(order.permutation(len(views))[:BATCH].tolist())
        now = start_style + style, (start_neural + neural).clamp(-1, 1)
        error = _errors(model, judge, chosen, *now, trust).mean()
        stay = 1e-2 * style.square().mean() + 1e-2 * neural.square().mean()  # no further than the pictures ask for
        optimiser.zero_grad(set_to_none=True)
        (error + stay).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        if step % max(steps // 4, 1) == 0:
            yield step / steps, (start_style + style).detach(), (start_neural + neural).clamp(-1, 1).detach()


def _errors(model: OneShot, judge: Judge, views: Views, style: Tensor, neural: Tensor, trust: Tensor) -> Tensor:
    count = len(views)
    made = model.make(
        views.given, style.expand(count, -1), neural.expand(count, -1, -1, -1), trust.expand(count, -1, -1, -1)
    )
    return judge.error(made.picture, views.target, views.points)


def _split(count: int) -> tuple[list[int], list[int]]:
    """(to learn from, to judge by): every fourth is held back; of fewer than three, all serve as both."""
    held = [index for index in range(count) if index % 4 == 2]
    return (
        ([index for index in range(count) if index not in held], held) if held else ([*range(count)], [*range(count)])
    )


def _own(tensors: Tensors) -> tuple[Tensor, Tensor, Tensor]:
    """[1, S] style, [1, C, A, A] neural texture −1..1, [1, 1, A, A] trust 0..1."""
    features = torch.from_numpy(tensors["features"].astype(np.float32)).permute(2, 0, 1)[None] / 255
    style = torch.from_numpy(tensors["style"].astype(np.float32))[None]
    return style, features[:, :NEURAL_CHANNELS] * 2 - 1, features[:, TRUST : TRUST + 1]


def _with(character: Character, style: Tensor, neural: Tensor) -> Character:
    features = character.tensors["features"].copy()
    stored = ((neural[0].permute(1, 2, 0) + 1) * 127.5).round().clamp(0, 255)
    features[..., :NEURAL_CHANNELS] = stored.to(torch.uint8).numpy()
    tensors = {**character.tensors, "style": style[0].numpy().astype(np.float32), "features": features}
    return replace(character, tensors=tensors)
