"""Several workers, for real: two processes average their gradients."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from npcface.errors import DependencyError
from npcface.train.ddp import Worker, run_distributed

TRAINING = """
import sys
from pathlib import Path

import torch

from npcface.train.ddp import Worker, run_distributed

FOLDER = Path(sys.argv[1])


def function(worker: Worker) -> None:
    torch.manual_seed(worker.rank)  # unequal starts: DDP must copy rank 0's weights
    model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(1, 1))
    model(torch.full((1, 1), 1.0 + 2.0 * worker.rank)).sum().backward()
    weight = model.module.weight
    text = f"{worker.world_size} {worker.device} {weight.item()} {weight.grad.item()}"
    (FOLDER / str(worker.rank)).write_text(text)


run_distributed(function, 2, gpu=False)
"""


def test_one_worker_runs_here_without_ray(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    seen: list[Worker] = []
    run_distributed(seen.append, 1, gpu=False)
    assert seen == [Worker(0, 1, "cpu")]


def test_no_workers_is_an_error():
    with pytest.raises(ValueError, match="at least 1"):
        run_distributed(lambda worker: None, 0, gpu=False)


def test_a_missing_ray_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(DependencyError) as caught:
        run_distributed(lambda worker: None, 2, gpu=False)
    assert "npcface[cluster]" in caught.value.remedy


def test_a_missing_gpu_is_said(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DependencyError, match="no CUDA device"):
        run_distributed(lambda worker: None, 1, gpu=True)


@pytest.mark.slow
def test_two_workers_average_their_gradients(tmp_path):
    if find_spec("ray") is None:
        reason = "two workers need Ray: pip install 'npcface[cluster]'"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    script, results = tmp_path / "training.py", tmp_path / "results"
    script.write_text(TRAINING)
    results.mkdir()
    # A process and a home of its own: Ray emits deprecation warnings, leaves threads, and writes into the home.
    home = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "RAY_USAGE_STATS_ENABLED": "0"}
    environment = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"} | home
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    run = subprocess.run(
        [sys.executable, str(script), str(results)], env=environment, capture_output=True, text=True, timeout=240
    )
    assert run.returncode == 0, run.stdout + run.stderr
    first, second = (results.joinpath(rank).read_text().split() for rank in "01")
    assert first == second  # world size, device, weight and gradient
    assert first[:2] == ["2", "cpu"]
    assert float(first[3]) == 2.0  # the mean of inputs 1 and 3
