"""A whole run: ``npcface train meta --bank DIR --out RUN``. Continues where the folder's last checkpoint stands."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from npcface.model.weights import load_model, save_weights
from npcface.train.bank.store import shelves
from npcface.train.ddp import Worker
from npcface.train.meta import checkpoint
from npcface.train.meta.config import MetaConfig
from npcface.train.meta.episodes import EpisodeSampler
from npcface.train.meta.trainer import Figures, Trainer, comparison

Progress = Callable[[int, int, Figures], None]
"""Called with (steps done, steps in all, smoothed losses)."""

CHECKPOINT = "checkpoint.safetensors"
WEIGHTS = "generator.safetensors"
SAMPLED = 6
_SMOOTH = 0.95


def train(
    config: MetaConfig,
    bank: Path,
    out: Path,
    worker: Worker,
    progress: Progress | None = None,
    seconds: float = np.inf,
    start: Path | None = None,
) -> Figures:
    """Train on one worker; several with the same arguments make one run.

    Args:
        bank: made by ``npcface train prepare``. out: folder of checkpoint, weights, samples and TensorBoard events.
        seconds: stop after so long, with a checkpoint, even if steps are left.
        start: weights of another run that a new run begins with; one that is continued has its own.

    Returns:
        Smoothed losses at the end.

    Raises:
        BankError: the bank is empty. CheckpointError: the folder's checkpoint belongs to another run.
        DependencyError: ``start`` does not fit.
    """
    people = shelves(bank)
    sampler = EpisodeSampler(people, config.kinds, config.seed, config.landmark_only)
    trainer = Trainer(config, len(people), worker.device, parallel=worker.world_size > 1)
    kept = out / CHECKPOINT
    if kept.is_file():
        first = checkpoint.load(kept, trainer.modules, trainer.optimisers)
    else:
        first = 0
        if start is not None:
            trainer.begin_with(load_model(start))
    scribe = _Scribe(out, config, sampler, trainer) if worker.rank == 0 else None
    smooth: Figures = {}
    started = time.monotonic()
    done = first
    for number in range(first, config.steps):
        batch = sampler.batch(number, worker.rank, config.batch, config.shots).to(worker.device)
        figures = trainer.step(number, batch)
        smooth = {name: _blend(smooth.get(name), value) for name, value in {**smooth, **figures}.items()}
        done = number + 1
        if progress is not None and worker.rank == 0:
            progress(done, config.steps, smooth)
        late = time.monotonic() - started > seconds
        if scribe is not None:
            scribe.note(done, figures)
            if done % config.save_every == 0 or late or done == config.steps:
                checkpoint.save(kept, done, trainer.modules, trainer.optimisers)
                save_weights(trainer.averaged, out / WEIGHTS, {"step": str(done), "config": config.model_dump_json()})
            if done % config.sample_every == 0 or done == config.steps:
                scribe.sample(done)
        if late:
            break
    if scribe is not None:
        scribe.close()
    return smooth


def _blend(before: float | None, now: float) -> float:
    return now if before is None else _SMOOTH * before + (1 - _SMOOTH) * now


class _Scribe:
    """TensorBoard events where TensorBoard is installed, sample grids as PNG, and a plain log always."""

    def __init__(self, out: Path, config: MetaConfig, sampler: EpisodeSampler, trainer: Trainer) -> None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "config.json").write_text(config.model_dump_json(indent=2) + "\n", "utf-8")
        self._out, self._trainer = out, trainer
        self._episodes = sampler.batch(0, 999, SAMPLED, 1).to(trainer.device)  # rank 999: never trained on
        self._episodes.drawn.fill_(1.0)
        self._log = (out / "losses.jsonl").open("a", encoding="utf-8")
        self._board = _board(out)

    def note(self, step: int, figures: Figures) -> None:
        line = {"step": step, **{name: round(value, 6) for name, value in figures.items()}}
        self._log.write(json.dumps(line) + "\n")
        if self._board is not None:
            for name, value in figures.items():
                self._board.add_scalar(f"loss/{name}", value, step)

    def sample(self, step: int) -> None:
        from PIL import Image

        grid = comparison(self._trainer, self._episodes)
        image = (grid.permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
        Image.fromarray(image).save(self._out / f"sample-{step:06d}.png")
        if self._board is not None:
            self._board.add_image("portrait, warp, generated, mask, target", grid, step)

    def close(self) -> None:
        self._log.close()
        if self._board is not None:
            self._board.close()


def _board(out: Path) -> Any | None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(out))
