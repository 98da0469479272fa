"""The neural quality: the shipped file is the module, heads end where they end, and far sides come into view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from npcface.character import Character
from npcface.enroll import enroll
from npcface.errors import LimitError, StateError
from npcface.model.weights import load_model
from npcface.render import Renderer
from npcface.render.composite import over
from npcface.render.export import NEURAL_FILE, _Flat, build_graph, build_neural
from npcface.render.graph import Drive, FarSide, Looks
from npcface.render.looks import drive_of, looks_of, neural_looks_of, plate_of
from npcface.render.neural import NeuralLooks, state_of, turned
from npcface.rig import load_rig
from npcface.state import FaceState
from tests.render.conftest import EXPRESSIONS

NAMES = (*Drive._fields, *Looks._fields, *NeuralLooks._fields)
Inputs = dict[str, NDArray[Any]]


def inputs_of(people: list[Character], states: list[FaceState], size: int) -> Inputs:
    """Everything that the graph reads, one row a face; the sampling density is that of the largest."""
    rig = load_rig()
    rows = []
    for person in people:
        looks = looks_of(rig, person.tensors)
        looks |= neural_looks_of(person.tensors, looks["shell_texture"])
        rows.append({**looks, "plate": plate_of(person.tensors, size)})
    drive = drive_of(rig, [person.tensors for person in people], [state.checked() for state in states], size)
    return {**drive, **{name: np.stack([row[name] for row in rows]) for name in rows[0]}}


def as_tensors(inputs: Inputs, names: tuple[str, ...]) -> list[torch.Tensor]:
    return [torch.from_numpy(np.ascontiguousarray(inputs[name]).reshape(inputs[name].shape)) for name in names]


@pytest.fixture(scope="module")
def module() -> torch.nn.Module:
    return _Flat(build_neural(load_model().generator)).eval()


@pytest.fixture(scope="module")
def session() -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(str(NEURAL_FILE), providers=["CPUExecutionProvider"])


def by_onnx(session: Any, inputs: Inputs) -> NDArray[np.uint8]:
    wanted = {node.name for node in session.get_inputs()}
    return np.asarray(session.run(["rgba"], {name: inputs[name] for name in wanted})[0])


@pytest.mark.parametrize(("size", "name"), [(64, "talk"), (64, "turned"), (256, "talk"), (256, "turned")])
def test_torch_and_onnx_agree(
    module: torch.nn.Module, session: Any, people: list[Character], size: int, name: str
) -> None:
    inputs = inputs_of(people, [EXPRESSIONS[name], EXPRESSIONS["smile"]], size)
    with torch.no_grad():
        ours = module(*as_tensors(inputs, NAMES)).numpy()
    shipped = by_onnx(session, inputs)
    assert ours.shape == shipped.shape == (2, size, size, 4) and shipped.dtype == np.uint8
    assert (np.abs(ours.astype(int) - shipped).max(axis=-1) <= 2).mean() >= 0.999


def test_a_batch_of_two_people_is_their_single_pictures(session: Any, people: list[Character]) -> None:
    inputs = inputs_of(people, [EXPRESSIONS["turned"], EXPRESSIONS["blink"]], 128)
    both = by_onnx(session, inputs)
    for row in range(2):
        alone = {name: array if name == "lattice" else array[row : row + 1] for name, array in inputs.items()}
        apart = np.abs(by_onnx(session, alone)[0].astype(int) - both[row])
        assert (apart <= 1).all()
    assert np.abs(both[0].astype(int) - both[1]).mean() > 5


def test_neural_is_not_warp_and_follows_the_state(renderer: Renderer, character: Character) -> None:
    states = [FaceState(), EXPRESSIONS["talk"]]
    neural = renderer.render([character] * 2, states, 128, quality="neural").astype(int)
    warp = renderer.render([character] * 2, states, 128, quality="warp").astype(int)
    assert (neural != warp).any()
    assert np.abs(neural - warp).mean() < 12  # the same picture, repaired
    assert np.abs(neural[0] - neural[1]).mean() > 0.5


def test_qualities_mix_in_one_call(renderer: Renderer, people: list[Character]) -> None:
    states = [FaceState(), EXPRESSIONS["smile"]]
    mixed = renderer.render(people, states, 64, quality=["warp", "neural"])
    for number, quality in enumerate(("warp", "neural")):
        alone = renderer.render([people[number]], [states[number]], 64, quality=quality)  # type: ignore[arg-type]
        assert np.array_equal(mixed[number], alone[0])


def test_a_colour_stays_exact_outside_the_head(renderer: Renderer, character: Character) -> None:
    colour = (12, 200, 77)
    for state in (FaceState(), EXPRESSIONS["turned"]):
        image = renderer.render([character], [state], 128, background=colour, quality="neural")[0]
        warp = renderer.render([character], [state], 128, background="transparent", quality="warp")[0]
        assert (image[..., 3] == 255).all()
        outside = far_from(warp[..., 3] > 0, 24)
        assert outside.sum() > 200
        assert (image[outside, :3] == colour).all()


def test_transparent_is_exact_outside_the_head_and_colour_never_exceeds_alpha(
    renderer: Renderer, people: list[Character]
) -> None:
    states = [FaceState(), EXPRESSIONS["turned"]]
    image = renderer.render(
        people, states, 128, background="transparent", alpha="premultiplied", quality="neural"
    ).astype(int)
    assert (image[..., :3] <= image[..., 3:]).all()
    warp = renderer.render(people, states, 128, background="transparent", quality="warp")
    for made, drawn in zip(image, warp, strict=True):
        outside = far_from(drawn[..., 3] > 0, 24)
        assert outside.sum() > 200 and not made[outside].any()
        assert (made[drawn[..., 3] == 255, 3] > 200).mean() > 0.99


def far_from(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Pixels with nothing of a mask in a square of ±reach px."""
    import cv2

    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) == 0)


def test_wrong_qualities_and_sizes_are_explained(renderer: Renderer, character: Character) -> None:
    with pytest.raises(StateError, match="'sharp'") as caught:
        renderer.render([character], [FaceState()], 64, quality="sharp")  # type: ignore[arg-type]
    assert "neural" in caught.value.remedy
    with pytest.raises(LimitError, match="100 px") as limit:
        renderer.render([character], [FaceState()], 100, quality="neural")
    assert "112 px" in limit.value.remedy and "warp" in limit.value.remedy
    with pytest.raises(StateError, match="2 qualities for 1"):
        renderer.render([character], [FaceState()], 64, quality=["warp", "neural"])


def test_a_size_that_cannot_be_neural_falls_back_to_warp(renderer: Renderer, character: Character) -> None:
    states = [EXPRESSIONS["smile"]]
    untold = renderer.render([character], states, 100)
    assert np.array_equal(untold, renderer.render([character], states, 100, quality="warp"))


def test_the_default_quality_depends_on_the_machine(character: Character) -> None:
    one, two = Renderer(provider="cpu", threads=1), Renderer(provider="cpu", threads=2)
    assert (one.quality, two.quality) == ("warp", "neural")
    for renderer, quality in ((one, "warp"), (two, "neural")):
        untold = renderer.render([character], [FaceState()], 64)
        assert np.array_equal(untold, renderer.render([character], [FaceState()], 64, quality=quality))  # type: ignore[arg-type]


def share_of(person: Character, state: FaceState) -> float:
    """How much of its far side a head shows."""
    inputs = inputs_of([person], [state], 64)
    drive = Drive(*as_tensors(inputs, Drive._fields))
    return float(turned(state_of(drive), torch.from_numpy(inputs["state"]))[0])


def test_at_the_portraits_own_pose_no_far_side_shows(people: list[Character]) -> None:
    for person in people:
        yaw, pitch, roll = (float(value) for value in person.tensors["portrait_head"])
        assert share_of(person, FaceState.of(head=(yaw, pitch, roll))) == 0
        assert share_of(person, FaceState.of(head=(yaw + 1, pitch, roll))) == 0
        assert 0 < share_of(person, FaceState.of(head=(yaw + 7, pitch, roll))) < 1
        assert share_of(person, FaceState.of(head=(yaw - 20, pitch, roll))) == 1


@pytest.fixture(scope="module")
def averted(renderer: Renderer, people: list[Character]) -> Character:
    """Someone whose portrait looks 22° away."""
    picture = renderer.render([people[0]], [FaceState.of(head=(-22, 0, 0))], 512, quality="warp")[0, ..., :3]
    return enroll(np.ascontiguousarray(picture), id="averted")


def test_turning_the_other_way_reveals_a_far_side(averted: Character) -> None:
    assert float(averted.tensors["portrait_head"][0]) < -12
    graph = build_graph()
    inputs = inputs_of([averted], [FaceState.of(head=(30, 0, 0))], 128)
    drive, looks = Drive(*as_tensors(inputs, Drive._fields)), Looks(*as_tensors(inputs, Looks._fields))
    texture, field = as_tensors(inputs, ("far_texture", "far_field"))
    with torch.no_grad():
        without, shown, hidden = (
            graph.layers(drive, looks, far).head.reshape(128, 128, 4)[..., 3].numpy() / 255
            for far in (
                None,
                FarSide(texture, field, torch.ones(1)),
                FarSide(texture, field, torch.zeros(1)),
            )
        )
    assert np.allclose(hidden, without, atol=1e-4)
    grown = shown - without
    assert grown.min() > -1e-3  # it lies behind: nothing is lost
    assert grown.sum() > 40  # pixels of 128²
    columns = np.arange(128)
    middle = float((without[:90].sum(0) * columns).sum() / without[:90].sum())
    side = grown[:, columns > middle].sum() / grown.sum()
    # its nose points to the viewer's right, so what was hidden in the portrait comes into view on the left
    assert side < 0.25 or side > 0.75, side


def test_over_is_porter_and_duffs() -> None:
    rng = np.random.default_rng(1)
    pictures = []
    for _ in range(2):
        alpha = rng.uniform(-40, 295, (500, 1)).clip(0, 255)
        pictures.append(np.concatenate([rng.random((500, 3)) * alpha, alpha], axis=1))
    front, back = pictures
    expected = np.array([f + b * (1 - f[3] / 255) for f, b in zip(front, back, strict=True)])
    found = over(*(torch.from_numpy(picture.astype(np.float32)) for picture in pictures)).numpy()
    assert np.allclose(found, expected, atol=1e-3)
    assert (found[:, :3] <= found[:, 3:] + 1e-3).all()


def test_a_style_of_ones_own_changes_the_picture(renderer: Renderer, character: Character) -> None:
    other = replace(character, tensors={**character.tensors, "style": -character.tensors["style"]})
    first, second = renderer.render([character, other], [FaceState()] * 2, 64, quality="neural").astype(int)
    assert (first != second).any()
