"""The generator for CPUs: one face a run, weights and activations in 8 bits (called by ``npcface.render.export``).

Static quantisation after Jacob et al. 2018 (*Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference*) with onnxruntime's tools: convolutions take uint8 activations, whose ranges are
measured on drawn faces, and int8 weights with a scale per output channel. Normalisation stays in float32.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from npcface.model.generator import FOLD, MAPS, FoldedGenerator, Generator
from npcface.model.layout import ATLAS_CHANNELS, STATE

Feed = dict[str, NDArray[np.float32]]
LEAST_LOGIT = -8.0
"""Of the blend mask: below it there is nothing to see, its sigmoid is 0.0003."""
INT8_FILE = Path(__file__).parent.parent / "render" / "data" / "generator-int8.onnx"
OPSET = 18


def ranges_of(generator: Generator, faces: Iterable[Feed]) -> tuple[torch.Tensor, torch.Tensor]:
    """[20] lowest and highest values of the last convolution's channels on these faces, logits not below the least."""
    low, high = torch.full((5 * FOLD**2,), -1e-3), torch.full((5 * FOLD**2,), 1e-3)
    with torch.no_grad():
        for face in faces:
            answer = generator.answer(*(torch.from_numpy(face[name]) for name in ("input", "states", "style")))
            low, high = torch.minimum(low, answer.amin((0, 2, 3))), torch.maximum(high, answer.amax((0, 2, 3)))
    low[4 * FOLD**2 :].clamp_(min=LEAST_LOGIT)
    return low, high


def export_folded(generator: Generator, low: torch.Tensor, high: torch.Tensor, path: Path) -> None:
    """Write the float32 generator that stands between the two halves of the compiled renderer.

    Inputs ``input`` [1, 27, h, w], ``states`` [1, 2 · STATE], ``style`` [1, S]; output ``steps`` [1, 16, h, w].
    """
    module = FoldedGenerator(copy.deepcopy(generator), low, high).eval()
    eighths: Any = 8 * torch.export.Dim("eighths", min=4, max=32)
    channels = 4 * FOLD**2 + MAPS + ATLAS_CHANNELS
    example = (torch.rand(1, channels, 128, 128), torch.rand(1, 2 * STATE), torch.rand(1, generator.style_size))
    program = torch.onnx.export(
        module, example, dynamo=True, opset_version=OPSET, input_names=["input", "states", "style"],
        output_names=["steps"], dynamic_shapes=({2: eighths, 3: eighths}, {}, {}), verbose=False,
    )  # fmt: skip
    assert program is not None
    program.save(str(path))


def kernel_ranges(model: Any) -> dict[str, list[dict[str, Any]]]:
    """Range of each output channel's weights, so that no two neighbouring products overflow 16 bits.

    x86 without VNNI adds them so (``vpmaddubsw``): 255 · 127 twice is too much, and showed as speckle in open mouths.
    So the 127 steps of a channel reach to the largest sum of two neighbours of one sign: rounded, they are 128 at most,
    and 255 · 128 fits.

    Args:
        model: the float32 ONNX generator.

    Returns:
        Name of each convolution's weights → a range a channel, as ``TensorQuantOverrides`` wants it.
    """
    from onnx import numpy_helper
    from onnxruntime.quantization import QuantType

    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    ranges: dict[str, list[dict[str, Any]]] = {}
    for name in {node.input[1] for node in model.graph.node if node.op_type == "Conv"} & constants.keys():
        kernel = numpy_helper.to_array(constants[name])  # [outputs, inputs, rows, columns]
        rows = kernel.transpose(0, 2, 3, 1).reshape(len(kernel), -1)  # as they are multiplied: inputs run fastest
        most = np.maximum(np.abs(rows).max(axis=1), 1e-8)
        pairs = np.abs(rows[:, 1:] + rows[:, :-1]) * (rows[:, 1:] * rows[:, :-1] > 0)
        reach = np.maximum(most, pairs.max(axis=1, initial=0.0))
        ranges[name] = [
            {"quant_type": QuantType.QInt8, "axis": 0, "symmetric": True, "rmin": -end, "rmax": end} for end in reach
        ]
    return ranges


def quantise(generator: Generator, faces: Iterable[Feed], path: Path = INT8_FILE) -> None:
    """Write the 8-bit generator.

    Args:
        faces: drawn faces as the generator sees them, some dozens; they fix the ranges of all activations.
    """
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process
    from onnxruntime.quantization import quantize_static as quantise_static

    from npcface.render.export import save_onnx

    faces = list(faces)

    class Reader(CalibrationDataReader):  # type: ignore[misc]  # untyped
        def __init__(self) -> None:
            self._faces: Iterator[Feed] = iter(faces)

        def get_next(self) -> Feed | None:
            return next(self._faces, None)

    with TemporaryDirectory() as folder:
        plain, ready, small = (Path(folder) / name for name in ("plain.onnx", "ready.onnx", "small.onnx"))
        export_folded(generator, *ranges_of(generator, faces), plain)
        # its optimiser would fuse the ranges back into the convolution; sessions optimise when they load anyway
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True, skip_optimization=True)
        answer = [node for node in onnx.load(str(ready)).graph.node if node.op_type == "Conv"][-1].output[0]
        unit = {"quant_type": QuantType.QUInt8, "rmin": np.float32(-1), "rmax": np.float32(1)}  # lower logits saturate
        quantise_static(
            str(ready), str(small), Reader(), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["Conv"],
            extra_options={"TensorQuantOverrides": {answer: [unit], **kernel_ranges(onnx.load(str(ready)))}},
        )  # fmt: skip
        model = onnx.load(str(small))
    save_onnx(model, path)
