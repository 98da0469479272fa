"""The discriminator knows people by their columns, and by nothing else."""

from __future__ import annotations

import pytest
import torch

from npcface.model.discriminator import Discriminator


@pytest.fixture
def judge() -> Discriminator:
    torch.manual_seed(4)
    return Discriminator(3).eval()


@pytest.fixture
def seen() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(6)
    return torch.rand(2, 3, 64, 64), torch.rand(2, 3, 32, 32) * 2 - 1


def test_identity_enters_through_the_column_alone(
    judge: Discriminator, seen: tuple[torch.Tensor, torch.Tensor]
) -> None:
    with torch.no_grad():
        first, features = judge(*seen, torch.tensor([0, 0]))
        second, same_features = judge(*seen, torch.tensor([1, 2]))
        apart = judge.columns(torch.tensor([1, 2])) - judge.columns(torch.tensor([0, 0]))
        expected = (features[-1].mean((2, 3)) * apart).sum(1)
    assert torch.allclose(second - first, expected, atol=1e-6) and expected.abs().min() > 0
    assert all(torch.equal(a, b) for a, b in zip(features, same_features, strict=True))
    judge.columns.weight.data[:] = judge.columns.weight.data[0].clone()
    with torch.no_grad():
        assert torch.equal(judge(*seen, torch.tensor([1, 2]))[0], judge(*seen, torch.tensor([0, 0]))[0])


def test_only_the_columns_of_the_people_seen_learn(
    judge: Discriminator, seen: tuple[torch.Tensor, torch.Tensor]
) -> None:
    picture = seen[0].requires_grad_()
    judge(picture, seen[1], torch.tensor([0, 2]))[0].sum().backward()
    grown = judge.columns.weight.grad
    assert grown is not None
    assert grown.abs().sum(1).gt(0).tolist() == [True, False, True]
    assert judge.common.grad is not None and judge.common.grad.abs().sum() > 0
    assert picture.grad is not None and (picture.grad.abs().sum((1, 2, 3)) > 0).all()


def test_landmarks_count(judge: Discriminator, seen: tuple[torch.Tensor, torch.Tensor]) -> None:
    with torch.no_grad():
        identity = torch.tensor([0, 1])
        assert not torch.allclose(judge(*seen, identity)[0], judge(seen[0], -seen[1], identity)[0])
