"""The model's weights as safetensors, with what made them in the file's metadata."""

from __future__ import annotations

from pathlib import Path

from npcface.errors import DependencyError
from npcface.model.oneshot import OneShot
from npcface.weights import checked
from npcface.whole import whole

WEIGHTS_FILE = Path(__file__).parent / "data" / "generator.safetensors"


def save_weights(model: OneShot, path: Path, facts: dict[str, str]) -> None:
    """Write whole or not at all.

    Args:
        facts: step, configuration and the like, kept in the file's header.
    """
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        save_file({name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}, part, facts)


def load_model(path: Path = WEIGHTS_FILE) -> OneShot:
    """The trained model in evaluation mode.

    Raises:
        DependencyError: the file is missing or belongs to other networks.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    model = OneShot()
    try:
        model.load_state_dict(load_file(checked(path)))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise DependencyError(f"The weights {path} cannot be used: {error}.", "Reinstall npcface.") from None
    return model.eval()


def read_facts(path: Path) -> dict[str, str]:
    """What ``save_weights`` was told of a file.

    Raises:
        DependencyError: the file is missing or no safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return dict(file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise DependencyError(f"The weights {path} cannot be used: {error}.", "Check the path.") from None
