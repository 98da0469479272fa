"""One training step: generator side, then discriminator side. Knows networks and losses, no files and no clock."""

from __future__ import annotations

import contextlib
import copy
import math
from typing import TypeVar, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from npcface.model.discriminator import Discriminator
from npcface.model.landmarker import FaceLandmarker
from npcface.model.oneshot import Given, Made, OneShot
from npcface.train.identity import IdentityNet, identity_distance
from npcface.train.meta import crops, losses
from npcface.train.meta.config import MetaConfig
from npcface.train.meta.episodes import Episodes
from npcface.train.perceptual import Perceptual

Figures = dict[str, float]
Network = TypeVar("Network", bound=nn.Module)


class Trainer:
    """Networks, optimisers and the frozen judges of a run.

    Args:
        identities: of the bank; the discriminator has a column for each.
        device: as torch names it. parallel: average gradients with the process group's other workers.
    """

    def __init__(self, config: MetaConfig, identities: int, device: str, *, parallel: bool = False) -> None:
        torch.manual_seed(config.seed)
        self.config, self.device = config, device
        self.model = _placed(OneShot(), device)
        self.averaged = copy.deepcopy(self.model).requires_grad_(False)
        self.discriminator = _placed(Discriminator(identities), device)
        self.landmarker = _placed(FaceLandmarker(), device)
        self._perceptual = _placed(Perceptual(), device)
        self._identity = IdentityNet().to(device) if config.weights.identity else None
        rate = config.learning_rate
        self.optimisers = {
            "adam_model": torch.optim.Adam(self.model.parameters(), rate, betas=(0.5, 0.99)),
            "adam_discriminator": torch.optim.Adam(self.discriminator.parameters(), rate, betas=(0.0, 0.99)),
            "adam_landmarker": torch.optim.Adam(self.landmarker.parameters(), rate, betas=(0.9, 0.99)),
        }
        self._model = _shared(self.model, parallel)
        self._discriminator = _shared(self.discriminator, parallel)
        self._landmarker = _shared(self.landmarker, parallel)

    @property
    def modules(self) -> dict[str, nn.Module]:
        """What a checkpoint holds."""
        return {
            "model": self.model,
            "averaged": self.averaged,
            "discriminator": self.discriminator,
            "landmarker": self.landmarker,
        }

    def begin_with(self, model: OneShot) -> None:
        """Take another run's weights; discriminator and landmarker begin anew."""
        self.model.load_state_dict(model.state_dict())
        self.averaged.load_state_dict(model.state_dict())

    def step(self, number: int, given: Episodes) -> Figures:
        """Learn from one batch; each loss, unweighted, by name."""
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = self._rate(number)
        with self._precision():
            made, embedding = self._model(
                given_of(given), given.portraits, given.marks, given.states, given.texture, given.trust
            )
        made = Made(*(value.float() for value in made))
        adversarial = number >= self.config.adversarial_from and self.config.weights.adversarial > 0
        figures = self._generator_step(number, given, made, embedding.float(), adversarial)
        if adversarial:
            figures["discriminator"] = self._discriminator_step(given, made)
        if self.config.weights.landmark:
            figures["landmarker"] = self._landmarker_step(number, given)
        self._average()
        return figures

    def _generator_step(
        self, number: int, given: Episodes, made: Made, embedding: Tensor, adversarial: bool
    ) -> Figures:
        weights = self.config.weights
        terms = self._content(number, given, made)
        if adversarial:
            for parameter in self.discriminator.parameters():
                parameter.requires_grad_(False)
            score, fake = self.discriminator(made.picture, made.marks, given.identity)
            with torch.no_grad():
                _, real = self.discriminator(given.target, made.marks, given.identity)
            terms["adversarial"] = -score.mean()
            terms["feature"] = losses.feature_matching(fake, real)
            terms["match"] = losses.match(embedding, self.discriminator.columns(given.identity).detach())
            for parameter in self.discriminator.parameters():
                parameter.requires_grad_(True)
        total = torch.stack([getattr(weights, name) * value for name, value in terms.items()]).sum()
        self._descend("adam_model", total)
        return {"total": float(total.detach()), **{name: float(value.detach()) for name, value in terms.items()}}

    def _content(self, number: int, given: Episodes, made: Made) -> dict[str, Tensor]:
        weights, picture, target = self.config.weights, made.picture, given.target
        terms: dict[str, Tensor] = {}
        if weights.pixel:
            terms["pixel"] = losses.pixel(picture, target).mean()
        if weights.structure:
            terms["structure"] = losses.structure(picture, target).mean()
        if weights.perceptual:
            corner, side = self._window(number, picture.shape[-1])
            terms["perceptual"] = self._perceptual(
                losses.window(picture, corner, side), losses.window(target, corner, side)
            ).mean()
        if weights.mouth or weights.eyes or weights.landmark:
            terms |= self._parts(given, picture)
        if self._identity is not None and number % self.config.identity_every == 0:
            points = given.points.cpu() * picture.shape[-1]
            terms["identity"] = identity_distance(self._identity, picture, target, points).mean()
        if weights.mask:
            terms["mask"] = (made.mask.mean((1, 2, 3)) * given.drawn).mean()
        return terms

    def _parts(self, given: Episodes, picture: Tensor) -> dict[str, Tensor]:
        """Losses of mouth and eyes, seen closely."""
        weights, where = self.config.weights, crops.squares(given.points)
        mouths, eyes = crops.cut(picture, where.mouth), crops.cut(picture, where.eyes)
        real_mouths, real_eyes = crops.cut(given.target, where.mouth), crops.cut(given.target, where.eyes)
        terms: dict[str, Tensor] = {}
        if weights.mouth:
            terms["mouth"] = self._perceptual(mouths, real_mouths).mean()
        if weights.eyes:
            terms["eyes"] = self._perceptual(eyes, real_eyes).mean()
        if weights.landmark:
            with torch.no_grad():
                wanted = self.landmarker(real_mouths, real_eyes)
            terms["landmark"] = (self.landmarker(mouths, eyes) - wanted).abs().mean()
        return terms

    def _discriminator_step(self, given: Episodes, made: Made) -> float:
        marks = made.marks.detach()
        real, _ = self._discriminator(given.target, marks, given.identity)
        fake, _ = self._discriminator(made.picture.detach(), marks, given.identity)
        loss = losses.hinge_discriminator(real, fake)
        self._descend("adam_discriminator", loss)
        return float(loss.detach())

    def _landmarker_step(self, number: int, given: Episodes) -> float:
        rng = np.random.default_rng([self.config.seed, number, 8])
        where = crops.Squares(*(crops.shaken(square, rng) for square in crops.squares(given.points)))
        seen = self._landmarker(crops.cut(given.target, where.mouth), crops.cut(given.target, where.eyes))
        loss = (seen - crops.within(given.points, where)).abs().mean()
        self._descend("adam_landmarker", loss)
        return float(loss.detach())

    def _descend(self, name: str, loss: Tensor) -> None:
        optimiser = self.optimisers[name]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        norm = nn.utils.clip_grad_norm_(parameters, 10.0)
        if bool(torch.isfinite(norm)):  # one bad batch must not spoil a run of hours
            optimiser.step()

    def _average(self) -> None:
        """Exponential moving average of the weights: what is kept in the end."""
        with torch.no_grad():
            for kept, now in zip(self.averaged.parameters(), self.model.parameters(), strict=True):
                kept.lerp_(now, 1 - self.config.ema)

    def _rate(self, number: int) -> float:
        warm = min(1.0, (number + 1) / 50)
        share = min(number / self.config.steps, 1.0)
        return self.config.learning_rate * warm * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * share)))

    def _window(self, number: int, size: int) -> tuple[tuple[int, int], int]:
        side = min(self.config.window_px, size)
        rng = np.random.default_rng([self.config.seed, number, 7])
        row, column = rng.integers(0, size - side + 1, 2)
        return (int(row), int(column)), side

    def _precision(self) -> contextlib.AbstractContextManager[None]:
        if self.config.precision == "float32":
            return contextlib.nullcontext()
        return cast(
            "contextlib.AbstractContextManager[None]", torch.autocast(self.device.split(":")[0], torch.bfloat16)
        )


def _placed(module: Network, device: str) -> Network:
    """On its device, channels last: many times faster convolutions on a CPU."""
    module.to(device)
    return cast(Network, nn.Module.to(module, memory_format=torch.channels_last))  # type: ignore[call-overload]


def _shared(module: nn.Module, parallel: bool) -> nn.Module:
    """The module itself, or its face towards the other workers. Not every step uses every parameter."""
    if not parallel:
        return module
    return nn.parallel.DistributedDataParallel(module, find_unused_parameters=True, broadcast_buffers=False)


def given_of(episodes: Episodes) -> Given:
    """The part of a batch that the generator sees."""
    e = episodes
    return Given(e.head, e.maps, e.coords, e.wanted, e.own, e.plate, e.drawn)


def comparison(trainer: Trainer, episodes: Episodes) -> Tensor:
    """[3, rows, columns] 0..1: of each episode portrait, warp, generated, mask, target, side by side."""
    e = episodes
    with torch.no_grad():
        made, _ = trainer.averaged(given_of(e), e.portraits, e.marks, e.states, e.texture, e.trust)
        size = e.target.shape[-1]
        portrait = F.interpolate(e.portraits[:, 0], size=(size, size), mode="bilinear")
        warp = e.head[:, :3] + e.plate * (1 - e.head[:, 3:])
        mask = made.mask.expand(-1, 3, -1, -1)
        rows = torch.cat([portrait, warp, made.picture, mask, e.target], dim=3)
    return torch.cat(list(rows), dim=1).clamp(0, 1).cpu()
