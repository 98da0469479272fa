"""A run that is stopped and continued is the run that was never stopped; a checkpoint is data, not code."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from npcface.train.bank.store import shelves
from npcface.train.meta import checkpoint
from npcface.train.meta.checkpoint import CheckpointError
from npcface.train.meta.config import LossWeights, MetaConfig
from npcface.train.meta.episodes import EpisodeSampler
from npcface.train.meta.trainer import Trainer

CONFIG = MetaConfig.tiny(
    steps=4, batch=1, shots=1, adversarial_from=0, weights=LossWeights(perceptual=0, mouth=0, eyes=0, identity=0)
)
"""The slow judges are frozen and have nothing to save."""


def learned(trainer: Trainer, sampler: EpisodeSampler, start: int, end: int) -> Trainer:
    for number in range(start, end):
        trainer.step(number, sampler.batch(number, 0, CONFIG.batch, CONFIG.shots).to("cpu"))
    return trainer


@pytest.fixture(scope="module")
def sampler(bank: Path) -> EpisodeSampler:
    return EpisodeSampler(shelves(bank), CONFIG.kinds, CONFIG.seed, CONFIG.landmark_only)


@pytest.fixture(scope="module")
def halfway(sampler: EpisodeSampler, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Trainer]:
    """A checkpoint after two of four steps, and the trainer that went on without a stop."""
    path = tmp_path_factory.mktemp("run") / "new" / "checkpoint.safetensors"
    trainer = learned(Trainer(CONFIG, 3, "cpu"), sampler, 0, 2)
    checkpoint.save(path, 2, trainer.modules, trainer.optimisers)
    return path, learned(trainer, sampler, 2, 4)


def state(trainer: Trainer) -> dict[str, torch.Tensor]:
    """Everything that a run carries from step to step."""
    kept = {
        f"{name}.{key}": value for name, module in trainer.modules.items() for key, value in module.state_dict().items()
    }
    for name, optimiser in trainer.optimisers.items():
        for index, parameter in enumerate(p for group in optimiser.param_groups for p in group["params"]):
            kept |= {f"{name}.{index}.{key}": value for key, value in optimiser.state.get(parameter, {}).items()}
    return kept


def other_start(sampler: EpisodeSampler) -> Trainer:
    """A trainer whose weights and averages are anything but those in the file."""
    trainer = Trainer(CONFIG.model_copy(update={"seed": 99}), 3, "cpu")
    return learned(trainer, sampler, 3, 4)


def test_loading_restores_networks_and_optimisers_exactly(
    halfway: tuple[Path, Trainer], sampler: EpisodeSampler
) -> None:
    once, again = other_start(sampler), other_start(sampler)
    assert checkpoint.load(halfway[0], once.modules, once.optimisers) == 2
    path = halfway[0].with_name("copy.safetensors")
    checkpoint.save(path, 2, once.modules, once.optimisers)
    checkpoint.load(path, again.modules, again.optimisers)
    kept, found = state(once), state(again)
    assert set(kept) == set(found)
    assert all(torch.equal(value, found[name]) for name, value in kept.items())
    with safe_open(path, framework="pt") as copy, safe_open(halfway[0], framework="pt") as first:
        assert set(copy.keys()) == set(first.keys())
        assert all(torch.equal(copy.get_tensor(name), first.get_tensor(name)) for name in first.keys())  # noqa: SIM118


def test_a_continued_run_is_the_uninterrupted_one(halfway: tuple[Path, Trainer], sampler: EpisodeSampler) -> None:
    path, straight = halfway
    continued = Trainer(CONFIG, 3, "cpu")
    learned(continued, sampler, checkpoint.load(path, continued.modules, continued.optimisers), CONFIG.steps)
    expected, found = state(straight), state(continued)
    assert set(expected) == set(found)
    for name, value in expected.items():
        assert torch.allclose(found[name], value, rtol=1e-4, atol=1e-6), name
    moved = Trainer(CONFIG, 3, "cpu").model.state_dict()
    assert any(not torch.equal(value, moved[name]) for name, value in continued.model.state_dict().items())


def test_the_file_is_plain_data(halfway: tuple[Path, Trainer]) -> None:
    with safe_open(halfway[0], framework="pt") as file:
        assert file.metadata() == {"step": "2"}
    assert not list(halfway[0].parent.glob("*.part"))


class Trap:
    """Unpickling it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


@pytest.mark.parametrize("fault", ["pickle", "missing", "other networks"])
def test_what_is_no_checkpoint_is_refused_and_runs_nothing(tmp_path: Path, fault: str) -> None:
    path, sprung = tmp_path / "checkpoint.safetensors", tmp_path / "sprung"
    net = torch.nn.Linear(2, 2)
    if fault == "pickle":
        path.write_bytes(pickle.dumps({"model": Trap(sprung)}))
    elif fault == "other networks":
        checkpoint.save(path, 3, {"net": torch.nn.Linear(3, 3)}, {})
    with pytest.raises(CheckpointError, match=r"checkpoint\.safetensors") as caught:
        checkpoint.load(path, {"net": net}, {})
    assert "another folder" in caught.value.remedy
    assert not sprung.exists()
