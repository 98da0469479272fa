"""Write the graphs as ONNX: ``python -m npcface.render.export``. Needs torch; players never do.

The warp is one file, the neural quality two: its generator as float32 and as float16. Their constants are the rig's
(shapes and the sheets of the mouth's inside) and the generator's weights. Large ones of the rig lie once, in
``rig-constants.bin`` that all three share, as float16 and widened when a session loads, at 1/1000 of a pixel.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from npcface.model.generator import Generator
from npcface.model.layout import ATLAS_CHANNELS, FEATURES_PX, STATE
from npcface.render.graph import Drive, Looks, RenderGraph
from npcface.render.layout import FACE_PX
from npcface.render.looks import drive_of, looks_of, neural_looks_of, plate_of
from npcface.render.neural import NeuralGraph, NeuralLooks
from npcface.rig.rig import Rig, load_rig
from npcface.state import FaceState
from npcface.weights import record
from npcface.whole import whole, write_whole

DATA = Path(__file__).parent / "data"
ONNX_FILE = DATA / "render.onnx"
NEURAL_FILE = DATA / "neural.onnx"
NEURAL_HALF_FILE = DATA / "neural-fp16.onnx"
CONSTANTS = "rig-constants.bin"
OPSET = 18


def build_graph(rig: Rig | None = None) -> RenderGraph:
    """The warp quality's graph as a torch module."""
    rig = rig or load_rig()
    return RenderGraph(rig).eval()


def build_neural(generator: Generator, rig: Rig | None = None, *, half: bool = False) -> NeuralGraph:
    """The neural quality's graph as a torch module; on request the generator computes in half precision."""
    return NeuralGraph(build_graph(rig), copy.deepcopy(generator), half=half).eval()


class _Flat(nn.Module):
    """A graph with one positional argument per tensor, as ONNX wants it."""

    def __init__(self, graph: RenderGraph | NeuralGraph) -> None:
        super().__init__()
        self.renderer = graph

    def forward(self, *tensors: Tensor) -> Tensor:
        split, end = len(Drive._fields), len(Drive._fields) + len(Looks._fields)
        drive, looks = Drive(*tensors[:split]), Looks(*tensors[split:end])
        if isinstance(self.renderer, NeuralGraph):
            return self.renderer(drive, looks, NeuralLooks(*tensors[end:])).to(torch.uint8)
        return self.renderer(drive, looks).to(torch.uint8)


def blank_inputs(rig: Rig, count: int, size: int) -> dict[str, NDArray[Any]]:
    """Inputs of the right shapes for a featureless head: for export and for timing. Those of the warp come first."""
    grid, field = rig.grid, 64
    tensors: dict[str, NDArray[Any]] = {
        "face_rest": rig.face_mean.astype(np.float16),
        "face_blink": np.zeros((2, grid, grid, 3), np.float16),
        "face_texture": np.full((FACE_PX, FACE_PX, 3), 128, np.uint8),
        "shell_rgb": np.full((512, 512, 3), 128, np.uint8),
        "shell_alpha": np.full((512, 512), 255, np.uint8),
        "shell_field": np.zeros((10, field, field), np.float16),
        "plate": np.zeros((128, 128, 3), np.uint8),
        "place": np.array([0.5, 0.5], np.float32),
        "unit": np.array([0.025], np.float32),
        "eyes": rig.eye_centres,
        "eye_textures": np.full((2, 7, 64, 64), 128, np.uint8),
        "iris": np.array([1.0, 1.0], np.float32),
        "mouth_shift": np.zeros(3, np.float32),
        "mouth_tint": np.full((4, 3), 0.5, np.float32),
        "portrait_head": np.zeros(3, np.float32),
        "features": np.full((FEATURES_PX, FEATURES_PX, ATLAS_CHANNELS), 128, np.uint8),
        "state": np.zeros(STATE, np.float32),
        "style": np.zeros(Generator().style_size, np.float32),
    }
    drive = drive_of(rig, [tensors] * count, [FaceState()] * count, size)
    single = looks_of(rig, tensors)
    single |= neural_looks_of(tensors, single["shell_texture"])
    looks = {name: np.stack([value] * count) for name, value in single.items()}
    looks["plate"] = np.stack([plate_of(tensors, size)] * count)
    return {**drive, **{name: looks[name] for name in (*Looks._fields, *NeuralLooks._fields)}}


def main() -> None:
    """Export every quality, the embedder and the 8-bit generator."""
    from npcface.model.export import export_embedder
    from npcface.model.quantise import quantise
    from npcface.model.weights import load_model
    from npcface.train.calibrate import drawn_faces

    rig, model = load_rig(), load_model()
    names: list[str] = [*Drive._fields, *Looks._fields]
    export(build_graph(rig), rig, names, ONNX_FILE)
    names += NeuralLooks._fields
    export(build_neural(model.generator, rig), rig, names, NEURAL_FILE)
    export(build_neural(model.generator, rig, half=True), rig, names, NEURAL_HALF_FILE)
    export_embedder(load_model())
    record()
    quantise(model.generator, drawn_faces())  # last: its people are enrolled with the new embedder
    record()


def export(graph: RenderGraph | NeuralGraph, rig: Rig, names: Sequence[str], path: Path) -> None:
    """Export one graph with free batch, size and sampling density; shrink; save."""
    inputs = blank_inputs(rig, 2, 256)
    batch = torch.export.Dim("batch", min=1, max=256)
    # the generator halves the picture four times
    size: Any = torch.export.Dim("size", min=32, max=1024)
    if isinstance(graph, NeuralGraph):
        size = 16 * torch.export.Dim("sixteenths", min=2, max=64)
    samples = torch.export.Dim("samples", min=32, max=1024)
    special = {"plate": {0: batch, 1: size, 2: size}, "lattice": {2: samples, 3: samples}}
    tensors = tuple(torch.from_numpy(np.ascontiguousarray(inputs[name]).reshape(inputs[name].shape)) for name in names)
    write_onnx(
        _Flat(graph).eval(), tensors, names, ("rgba",), (tuple(special.get(n, {0: batch}) for n in names),), path
    )


def write_onnx(
    module: nn.Module,
    tensors: tuple[Tensor, ...],
    names: Sequence[str],
    outputs: Sequence[str],
    shapes: Any,
    path: Path,
) -> None:
    """Trace a module and save it."""
    with torch.no_grad():
        traced = torch.export.export(
            module, tensors, dynamic_shapes=shapes, prefer_deferred_runtime_asserts_over_guards=True
        ).run_decompositions()
        _drop_unused_counts(traced.graph)
        program = torch.onnx.export(
            traced,
            dynamo=True,
            opset_version=OPSET,
            input_names=list(names),
            output_names=list(outputs),
            verbose=False,
        )
    assert program is not None  # only the exporter that dynamo=True replaces returns nothing
    model = program.model_proto
    _halve(model)
    share_constants(model, path.parent / CONSTANTS)
    save_onnx(model, path)


def save_onnx(model: Any, path: Path) -> None:
    """Save a graph without its makers' notes, which hold paths of the machine they ran on."""
    import onnx

    del model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:  # a daemon that starts now gets the old graph or the new one
        onnx.save(model, part)
    print(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


def _drop_unused_counts(graph: torch.fx.Graph) -> None:
    """Tracing leaves element counts behind that nothing uses and ONNX has no operator for."""
    for node in reversed(list(graph.nodes)):
        if node.target is torch.ops.aten.sym_numel.default and not node.users:
            graph.erase_node(node)


def _halve(model: Any) -> None:
    """Store the rig's large constants as float16 with a Cast behind each; sessions fold the Cast when they load."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.raw_data) < 400_000 or "generator" in tensor.name:
            continue
        name = tensor.name
        small = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name + "_half")
        tensor.CopyFrom(small)
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


def share_constants(model: Any, file: Path) -> None:
    """Move what ``_halve`` stored out of the graph: all graphs of this folder refer to the same bytes of the rig."""
    from onnx import TensorProto

    ours = sorted((t for t in model.graph.initializer if t.name.endswith("_half")), key=lambda t: t.name.split(".")[-1])
    data = b""
    for tensor in ours:
        place = {"location": file.name, "offset": len(data), "length": len(tensor.raw_data)}
        data += tensor.raw_data
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
    if ours:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data)


if __name__ == "__main__":
    main()
