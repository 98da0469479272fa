"""A run's state as one safetensors file: no pickle, so a checkpoint from a stranger cannot run code.

Random numbers need no saving: a step's number and the seed give its episodes (see ``episodes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from npcface.errors import NpcFaceError


class CheckpointError(NpcFaceError):
    """A checkpoint cannot be read or belongs to other networks."""

    code = "checkpoint"


def save(path: Path, step: int, modules: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Adam]) -> None:
    """Write whole or not at all."""
    from safetensors.torch import save_file

    tensors = {f"{name}/{key}": value for name, module in modules.items() for key, value in module.state_dict().items()}
    for name, optimiser in optimisers.items():
        for index, parameter in enumerate(_parameters(optimiser)):
            for key, value in optimiser.state.get(parameter, {}).items():
                tensors[f"{name}/{index}/{key}"] = torch.as_tensor(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    save_file(
        {key: value.detach().cpu().contiguous() for key, value in tensors.items()}, temporary, {"step": str(step)}
    )
    temporary.replace(path)


def load(path: Path, modules: Mapping[str, nn.Module], optimisers: Mapping[str, torch.optim.Adam]) -> int:
    """Fill modules and optimisers.

    Returns:
        The step after which it was saved.

    Raises:
        CheckpointError: not a checkpoint, or of networks of another shape.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            step = int((file.metadata() or {}).get("step", "-1"))
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - no mapping
        for name, module in modules.items():
            module.load_state_dict(_under(tensors, name))
        for name, optimiser in optimisers.items():
            mine = _under(tensors, name)
            for index, parameter in enumerate(_parameters(optimiser)):
                state = _under(mine, str(index))
                if state:
                    optimiser.state[parameter] = {
                        key: value if key == "step" else value.to(parameter.device) for key, value in state.items()
                    }
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be continued: {error}.", "Start a new run in another folder.") from None
    if step < 0:
        raise CheckpointError(f"{path} holds no step.", "Start a new run in another folder.")
    return step


def _parameters(optimiser: torch.optim.Adam) -> list[nn.Parameter]:
    return [parameter for group in optimiser.param_groups for parameter in group["params"]]


def _under(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    start = f"{name}/"
    return {key[len(start) :]: value for key, value in tensors.items() if key.startswith(start)}
