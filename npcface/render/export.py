"""Write the per-frame graph as ONNX: ``python -m npcface.render.export``. Needs torch; players never do.

The file's constants are the rig's: shapes and the sheets of the mouth's inside. Large ones are stored as float16 and
widened when a session loads, which halves the file at 1/1000 of a pixel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from npcface.render.graph import Drive, Looks, RenderGraph
from npcface.render.layout import FACE_PX
from npcface.render.looks import drive_of, looks_of, plate_of
from npcface.rig.rig import Rig, load_rig
from npcface.state import FaceState

ONNX_FILE = Path(__file__).parent / "data" / "render.onnx"
OPSET = 18


def build_graph(rig: Rig | None = None) -> RenderGraph:
    """The graph as a torch module."""
    rig = rig or load_rig()
    return RenderGraph(rig).eval()


class _Flat(nn.Module):
    """The graph with one positional argument per tensor, as ONNX wants it."""

    def __init__(self, graph: RenderGraph) -> None:
        super().__init__()
        self.renderer = graph

    def forward(self, *tensors: Tensor) -> Tensor:
        split = len(Drive._fields)
        image = self.renderer(Drive(*tensors[:split]), Looks(*tensors[split:]))
        return image.to(torch.uint8)


def blank_inputs(rig: Rig, count: int, size: int) -> dict[str, NDArray[Any]]:
    """Inputs of the right shapes for a featureless head: for export."""
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
    }
    drive = drive_of(rig, [tensors] * count, [FaceState()] * count, size)
    looks = {name: np.stack([value] * count) for name, value in looks_of(rig, tensors).items()}
    looks["plate"] = np.stack([plate_of(tensors, size)] * count)
    return {**drive, **{name: looks[name] for name in Looks._fields}}


def main() -> None:
    """Export, shrink, save."""
    import onnx

    rig = load_rig()
    inputs = blank_inputs(rig, 2, 256)
    batch = torch.export.Dim("batch", min=1, max=256)
    size = torch.export.Dim("size", min=32, max=1024)
    samples = torch.export.Dim("samples", min=32, max=1024)
    special = {"plate": {0: batch, 1: size, 2: size}, "lattice": {2: samples, 3: samples}}
    shapes = [special.get(name, {0: batch}) for name in (*Drive._fields, *Looks._fields)]
    with torch.no_grad():
        program = torch.onnx.export(
            _Flat(build_graph(rig)).eval(),
            tuple(torch.from_numpy(np.ascontiguousarray(value)) for value in inputs.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=["rgba"],
            dynamic_shapes=(tuple(shapes),),
            verbose=False,
        )
    assert program is not None  # only the exporter that dynamo=True replaces returns nothing
    model = program.model_proto
    _halve(model)
    del model.metadata_props[:]
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    ONNX_FILE.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, ONNX_FILE)
    print(f"wrote {ONNX_FILE} ({ONNX_FILE.stat().st_size / 1e6:.1f} MB)")


def _halve(model: Any) -> None:
    """Store large float constants as float16 with a Cast behind each; sessions fold the Cast when they load."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or len(tensor.raw_data) < 400_000:
            continue
        name = tensor.name
        small = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name + "_half")
        tensor.CopyFrom(small)
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    for cast in reversed(casts):
        model.graph.node.insert(0, cast)


if __name__ == "__main__":
    main()
