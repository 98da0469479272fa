"""Losses: nothing for equal pictures, something for others, and the crops that the evaluation judges."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from npcface.eval.regions import eye_boxes, mouth_box
from npcface.model.landmarker import LEFT_EYE, LIPS
from npcface.train.meta import crops, losses
from npcface.train.perceptual import Perceptual
from tests.train.meta.conftest import face_points

SIZE = 256


@pytest.fixture(scope="module")
def points() -> Tensor:
    """[2, 478, 2]: one face in the middle, and one that is smaller and off the middle."""
    face = torch.from_numpy(face_points())
    return torch.stack([face, face * 0.7 + torch.tensor([0.2, 0.05])])


def where() -> Tensor:
    """[2, 3, SIZE, SIZE]: a picture whose red and green say which pixel this is, from edge to edge."""
    axis = (torch.arange(SIZE) + 0.5) / SIZE
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x, y, torch.zeros_like(x)]).expand(2, -1, -1, -1)


@pytest.mark.parametrize("loss", [losses.pixel, losses.structure])
def test_whole_pictures(loss: object) -> None:
    assert callable(loss)
    torch.manual_seed(1)
    picture = torch.rand(2, 3, 64, 64)
    other = picture.clone()
    other[1] = 1 - other[1]
    assert loss(picture, picture).abs().max() < 1e-5
    apart = loss(picture, other)
    assert apart.shape == (2,) and apart[0] < 1e-5 and apart[1] > 0.05


def test_mouth_and_eyes_are_seen_by_the_perceptual_loss(points: Tensor) -> None:
    judge = Perceptual()
    torch.manual_seed(2)
    picture = torch.rand(2, 3, SIZE, SIZE)
    for cut, count in ((crops.mouth_crops, 2), (crops.eye_crops, 4)):
        ours = cut(picture, points)
        assert ours.shape == (count, 3, crops.CROP_PX, crops.CROP_PX)
        assert judge(ours, ours).abs().max() < 1e-6
        assert judge(cut(1 - picture, points), ours).min() > 0.01


def test_the_mouths_crop_is_the_evaluations(points: Tensor) -> None:
    cut = crops.mouth_crops(where(), points) * SIZE
    half = 0.5 / crops.CROP_PX
    for number, face in enumerate(points.numpy()):
        box = mouth_box(face * SIZE, SIZE)
        for axis, start in enumerate((box.left, box.top)):
            line = cut[number, axis].mean(axis)
            side = float(line[-1] - line[0]) / (1 - 2 * half)
            assert side == pytest.approx(box.side, abs=1)
            assert float(line[0]) - half * side == pytest.approx(start, abs=1)


def test_eye_crops_lie_about_the_eyes_left_first(points: Tensor) -> None:
    cut = crops.eye_crops(where(), points) * SIZE
    for number, face in enumerate(points.numpy()):
        right, left = eye_boxes(face * SIZE, SIZE)
        for crop, box in ((cut[number], left), (cut[2 + number], right)):
            centre = crop[:2].mean((1, 2))
            assert centre[0] == pytest.approx(box.left + box.side / 2, abs=2)
            assert centre[1] == pytest.approx(box.top + box.side / 2, abs=4)  # between lids here, between corners there


def test_gradients_reach_the_picture_through_a_crop(points: Tensor) -> None:
    picture = torch.rand(2, 3, SIZE, SIZE, requires_grad=True)
    crops.mouth_crops(picture, points).sum().backward()
    assert picture.grad is not None
    box = mouth_box(points[0].numpy() * SIZE, SIZE)
    seen = picture.grad[0].abs().sum(0)
    assert seen[box.top : box.top + box.side, box.left : box.left + box.side].sum() > 0.99 * seen.sum()


def test_the_window_is_the_same_square_of_every_picture() -> None:
    picture = where()
    assert torch.equal(losses.window(picture, (3, 7), 20), picture[:, :, 3:23, 7:27])


def test_adversarial_terms() -> None:
    sure = torch.tensor([2.0, 3.0])
    assert losses.hinge_discriminator(sure, -sure) == 0
    assert losses.hinge_discriminator(-sure, sure) == pytest.approx(7.0)
    real = [torch.ones(1, 2, 4, 4), torch.zeros(1, 3, 2, 2, requires_grad=True)]
    fake = [torch.ones(1, 2, 4, 4), torch.full((1, 3, 2, 2), 0.5)]
    assert losses.feature_matching(real, real) == 0
    apart = losses.feature_matching(fake, real)
    assert apart == pytest.approx(0.25) and not apart.requires_grad  # the real ones are what has to be met
    assert losses.match(sure, sure) == 0 and losses.match(sure, -sure) == pytest.approx(5.0)


def test_landmarks_within_crops_lie_where_the_crop_shows_them(points: Tensor) -> None:
    where_ = crops.squares(points)
    found = crops.within(points, where_)
    lips, left = found[:, : len(LIPS)], found[:, len(LIPS) : len(LIPS) + len(LEFT_EYE)]
    assert float(lips.min()) > 0.1 and float(lips.max()) < 0.9
    cut_ = crops.cut(where(), where_.eyes)[: len(points)]  # red and green are places in the picture
    for number, face in enumerate(points):
        for place, index in zip(left[number], LEFT_EYE, strict=True):
            column, row = (place * crops.CROP_PX).long().tolist()
            assert torch.allclose(cut_[number, :2, row, column], face[index], atol=0.01)


def test_shaken_squares_stay_near(points: Tensor) -> None:
    square = crops.squares(points).mouth
    off = crops.shaken(square, np.random.default_rng(1))
    assert not torch.equal(off.centre, square.centre)
    assert ((off.centre - square.centre).abs() <= 0.151 * square.half[:, None]).all()
    assert ((off.half / square.half >= 0.949) & (off.half / square.half <= 1.301)).all()
