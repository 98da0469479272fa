"""The file that ships is the module as it stands: torch and onnxruntime draw the same picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from npcface.character import Character
from npcface.render import Renderer
from npcface.render.export import ONNX_FILE, _Flat, build_graph
from npcface.render.graph import Drive, Looks
from npcface.render.looks import drive_of, looks_of, plate_of
from npcface.rig import load_rig
from npcface.state import FaceState
from tests.render.conftest import EXPRESSIONS


def by_torch(module: torch.nn.Module, people: list[Character], states: list[FaceState], size: int) -> np.ndarray:
    rig = load_rig()
    drive = drive_of(rig, [person.tensors for person in people], [state.checked() for state in states], size)
    each = [looks_of(rig, person.tensors) for person in people]
    looks = {name: np.stack([one[name] for one in each]) for name in each[0]}
    looks["plate"] = np.stack([plate_of(person.tensors, size) for person in people])
    inputs = [drive[name] for name in Drive._fields] + [looks[name] for name in Looks._fields]
    with torch.no_grad():
        return np.asarray(module(*(torch.from_numpy(np.ascontiguousarray(value)) for value in inputs)).numpy())


@pytest.fixture(scope="module")
def module() -> torch.nn.Module:
    return _Flat(build_graph()).eval()


@pytest.mark.parametrize("size", [64, 256])
@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_torch_and_onnx_agree(
    module: torch.nn.Module, renderer: Renderer, people: list[Character], name: str, size: int
) -> None:
    states = [EXPRESSIONS[name], FaceState()]
    # one by one: the renderer samples faces of different sizes in different runs
    pairs = zip(people, states, strict=True)
    ours = np.concatenate([by_torch(module, [person], [state], size) for person, state in pairs])
    shipped = renderer.render(people, states, size, quality="warp")
    assert ours.shape == shipped.shape and ours.dtype == np.uint8
    apart = np.abs(ours.astype(int) - shipped).max(axis=-1)
    assert (apart <= 2).mean() >= 0.999


def test_shipped_graph_is_small_and_has_the_modules_inputs() -> None:
    import onnxruntime

    assert ONNX_FILE.stat().st_size <= 8_000_000
    session = onnxruntime.InferenceSession(str(ONNX_FILE), providers=["CPUExecutionProvider"])
    assert {node.name for node in session.get_inputs()} <= {*Drive._fields, *Looks._fields}
    assert [node.name for node in session.get_outputs()] == ["rgba"]
