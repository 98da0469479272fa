"""Weights on disk, and what ships of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import npcface.model
import npcface.render
from npcface.enroll.identify import EMBEDDER_FILE
from npcface.errors import DependencyError
from npcface.model.oneshot import OneShot
from npcface.model.quantise import INT8_FILE
from npcface.model.weights import WEIGHTS_FILE, load_model, save_weights
from npcface.render.export import NEURAL_FILE

MOST_BYTES = 30_000_000


def test_a_model_comes_back_as_it_was_with_its_facts(tmp_path: Path) -> None:
    torch.manual_seed(8)
    model, path = OneShot(), tmp_path / "new" / "weights.safetensors"
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    save_weights(model, path, {"step": "7"})
    again = load_model(path)
    assert not again.training
    for (name, kept), (_, found) in zip(model.state_dict().items(), again.state_dict().items(), strict=True):
        assert torch.equal(kept, found), name
    with safe_open(path, framework="pt") as file:
        assert file.metadata() == {"step": "7"}
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("fault", ["missing", "text", "cut off", "other networks"])
def test_a_wrong_file_is_named(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "weights.safetensors"
    if fault == "text":
        path.write_text("these are no weights")
    elif fault == "cut off":
        path.write_bytes(WEIGHTS_FILE.read_bytes()[:5000])
    elif fault == "other networks":
        save_file({"layer.weight": torch.zeros(3, 3)}, path)
    with pytest.raises(DependencyError, match=r"weights\.safetensors"):
        load_model(path)


def test_what_ships_is_complete_and_small() -> None:
    assert all(file.is_file() for file in (WEIGHTS_FILE, EMBEDDER_FILE, NEURAL_FILE, INT8_FILE))
    folders = [Path(str(package.__file__)).parent / "data" for package in (npcface.model, npcface.render)]
    shipped = [*folders[0].iterdir(), *folders[1].iterdir()]  # the rig's constants and the warp's graph included
    total = sum(path.stat().st_size for path in shipped)
    assert total <= MOST_BYTES, {path.name: path.stat().st_size for path in shipped}


def test_the_shipped_weights_fit() -> None:
    model = load_model()
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())


@pytest.mark.parametrize(("graph", "part"), [(NEURAL_FILE, "generator."), (EMBEDDER_FILE, "")])
def test_the_shipped_graphs_hold_the_shipped_weights(graph: Path, part: str) -> None:
    weights = load_model().state_dict()
    found = {
        tensor.name.removeprefix("renderer."): onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(str(graph)).graph.initializer
    }
    same = {name: weights[name] for name in found if name in weights and name.startswith(part)}
    assert len(same) > 10
    stale = [name for name, value in same.items() if not torch.equal(torch.from_numpy(found[name].copy()), value)]
    assert not stale, f"{graph.name} was exported from other weights: run `npcface train export` again"


def test_the_eight_bit_generator_holds_the_shipped_weights() -> None:
    weights = load_model().generator.state_dict()
    stored = {t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(str(INT8_FILE)).graph.initializer}
    kernels = [name for name, value in weights.items() if value.ndim == 4]
    assert len(kernels) == 21
    for name in kernels:
        scale = stored[f"generator.{name}_scale"].reshape(-1, 1, 1, 1)
        wanted = weights[name].numpy()
        if name == "out.weight":  # made to fill −1..1, see FoldedGenerator
            wanted = wanted / stored["reach"].reshape(-1, 1, 1, 1)
        assert (stored[f"generator.{name}_zero_point"] == 0).all()
        apart = stored[f"generator.{name}_quantized"] * scale - wanted
        assert (abs(apart) <= scale * 0.501).all(), f"{name} is of other weights: run `npcface train export` again"


def test_no_two_products_of_the_eight_bit_generator_overflow_sixteen_bits() -> None:
    kernels = [
        onnx.numpy_helper.to_array(tensor).astype(int)
        for tensor in onnx.load(str(INT8_FILE)).graph.initializer
        if tensor.name.endswith("weight_quantized")
    ]
    assert len(kernels) == 21 and max(np.abs(kernel).max() for kernel in kernels) == 127
    for kernel in kernels:
        rows = kernel.transpose(0, 2, 3, 1).reshape(len(kernel), -1)  # as they are added: inputs run fastest
        above, below = np.maximum(rows, 0), np.minimum(rows, 0)
        assert 255 * (above[:, :-1] + above[:, 1:]).max() < 2**15
        assert 255 * (below[:, :-1] + below[:, 1:]).min() >= -(2**15)
