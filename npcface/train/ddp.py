"""Run a training function on several workers through Ray Train; one worker runs right here, without Ray.

The function wraps its model in plain ``torch.nn.parallel.DistributedDataParallel`` when ``world_size`` is above 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from npcface.errors import DependencyError


@dataclass(frozen=True)
class Worker:
    """Who runs.

    Attributes:
        rank: 0..world_size − 1; only rank 0 should write files and print.
        world_size: how many run together.
        device: as torch names it: "cpu", "cuda" or "cuda:k".
    """

    rank: int
    world_size: int
    device: str


def run_distributed(function: Callable[[Worker], None], workers: int, gpu: bool) -> None:
    """Call ``function`` once on every worker and wait for all. Several share a torch process group (NCCL or gloo).

    Ray joins the cluster that RAY_ADDRESS names, else starts one on this machine and stops it afterwards. It leaves an
    access token in ``~/.ray`` and an empty run folder in ``~/ray_results``, and may report usage figures to its
    makers unless RAY_USAGE_STATS_ENABLED=0.

    Args:
        function: travels to the workers by cloudpickle, so what it refers to must be picklable and small.
        workers: at least 1; 1 calls it in this process.
        gpu: each worker gets a CUDA device of its own; otherwise each gets one CPU.

    Raises:
        ValueError: fewer than one worker.
        DependencyError: Ray is not installed, or there is no CUDA device for a lone worker.
        ray.train.TrainingFailedError: the function failed on a worker; the message holds its traceback. A lone
            worker's error comes as it is.
    """
    if workers < 1:
        raise ValueError(f"expected at least 1 worker, got {workers}")
    if workers == 1:
        function(Worker(0, 1, _own_device(gpu)))
        return
    try:
        ray, train, ray_torch = (import_module(name) for name in ("ray", "ray.train", "ray.train.torch"))
    except ImportError as error:
        raise DependencyError("Several workers need Ray Train.", "pip install 'npcface[cluster]'") from error

    def loop() -> None:
        context = train.get_context()
        function(Worker(context.get_world_rank(), context.get_world_size(), str(ray_torch.get_device())))

    ours = not ray.is_initialized()
    try:
        ray_torch.TorchTrainer(loop, scaling_config=train.ScalingConfig(num_workers=workers, use_gpu=gpu)).fit()
    finally:
        if ours:
            ray.shutdown()


def _own_device(gpu: bool) -> str:
    import torch

    if gpu and not torch.cuda.is_available():
        raise DependencyError("A GPU was asked for, but torch finds no CUDA device.", "Run with gpu=False.")
    return "cuda" if gpu else "cpu"
