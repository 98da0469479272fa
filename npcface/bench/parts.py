"""What the parts of a neural frame cost: ``python -m npcface.bench.parts``. Needs ``npcface[train]``.

The shipped graphs and the generator by itself take turns on a featureless head; what neither the warp nor the generator
accounts for is the far side of the head, labels and blending.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from npcface.model.generator import MAPS, Conditions, Generator
from npcface.model.layout import ATLAS_CHANNELS, STATE
from npcface.model.weights import load_model
from npcface.render.export import NEURAL_FILE, ONNX_FILE, blank_inputs
from npcface.rig.rig import load_rig

SIZE_PX, ROUNDS, CALLS = 256, 9, 10


class _Flat(nn.Module):
    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, head: Tensor, maps: Tensor, atlas: Tensor, states: Tensor, style: Tensor) -> Tensor:
        return self.generator(Conditions(head, maps, atlas, states, style))


def measure(threads: int | None = None) -> dict[str, float]:
    """Median milliseconds of one 256² face: ``warp``, ``neural`` and ``generator``."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    blank = blank_inputs(load_rig(), 1, SIZE_PX)
    with TemporaryDirectory() as folder:
        files = {"warp": ONNX_FILE, "neural": NEURAL_FILE, "generator": Path(folder) / "generator.onnx"}
        blank |= _export(files["generator"])
        sessions = {name: onnxruntime.InferenceSession(str(path), options) for name, path in files.items()}
        feeds = {name: {node.name: blank[node.name] for node in run.get_inputs()} for name, run in sessions.items()}
        taken: dict[str, list[float]] = {name: [] for name in sessions}
        for _ in range(ROUNDS):
            for name, session in sessions.items():
                session.run(None, feeds[name])
                start = time.perf_counter()
                for _ in range(CALLS):
                    session.run(None, feeds[name])
                taken[name].append((time.perf_counter() - start) * 1000 / CALLS)
    return {name: median(values) for name, values in taken.items()}


def _export(path: Path) -> dict[str, Any]:
    """Write the generator alone; its inputs, under names that the whole graphs have not."""
    generator = load_model().generator
    half = SIZE_PX // 2
    shapes = {"alone_head": (4, SIZE_PX, SIZE_PX), "alone_maps": (MAPS, half, half),
              "alone_atlas": (ATLAS_CHANNELS, half, half), "alone_states": (2 * STATE,),
              "alone_style": (generator.style_size,)}  # fmt: skip
    tensors = {name: torch.rand(1, *shape) for name, shape in shapes.items()}
    torch.onnx.export(
        _Flat(generator).eval(), tuple(tensors.values()), path, dynamo=True, input_names=list(tensors), verbose=False
    )
    return {name: np.asarray(tensor) for name, tensor in tensors.items()}


if __name__ == "__main__":
    ms = measure()
    rest = ms["neural"] - ms["warp"] - ms["generator"]
    print(f"warp {ms['warp']:.1f} ms, generator {ms['generator']:.1f} ms, far side and blending {rest:.1f} ms")
    print(f"neural in all {ms['neural']:.1f} ms: medians of {ROUNDS} rounds of {CALLS} calls")
