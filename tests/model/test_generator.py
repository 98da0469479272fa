"""The generator: what it leaves alone, what it may never do, and what it costs."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from npcface.model.generator import WIDTHS, Conditions, Generator, blend
from npcface.model.layout import ATLAS_CHANNELS, STATE

MOST_GMAC = 2.5


def drawn_head(count: int, size: int) -> Tensor:
    """[N, 4, size, size] premultiplied, with fully transparent and fully opaque pixels among the others."""
    alpha = (torch.rand(count, 1, size, size) * 1.5 - 0.25).clamp(0, 1)
    return torch.cat([torch.rand(count, 3, size, size) * alpha, alpha], dim=1)


def conditions(generator: Generator, count: int = 2, size: int = 64) -> Conditions:
    half = size // 2
    return Conditions(
        drawn_head(count, size),
        torch.rand(count, 3, half, half),
        torch.rand(count, ATLAS_CHANNELS, half, half) * 2 - 1,
        torch.rand(count, 2 * STATE),
        torch.randn(count, generator.style_size),
    )


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(3)
    return Generator().eval()


def test_with_its_last_layer_at_zero_the_drawn_head_passes_through(generator: Generator) -> None:
    for parameter in generator.out.parameters():
        torch.nn.init.zeros_(parameter)
    given = conditions(generator)
    with torch.no_grad():
        image, mask = blend(given.head, generator(given))
    assert torch.equal(image, given.head)
    assert torch.equal(mask, torch.full_like(mask, 0.5))


def test_a_shut_mask_lets_the_head_through_whatever_the_colours_say() -> None:
    head = drawn_head(2, 32)
    change = torch.randn(2, 5, 32, 32) * 5
    change[:, 4] = -200.0
    image, mask = blend(head, change)
    assert torch.equal(image, head) and mask.max() == 0


def test_colour_never_exceeds_alpha() -> None:
    image, mask = blend(drawn_head(4, 32), torch.randn(4, 5, 32, 32) * 3)
    colour, alpha = image[:, :3], image[:, 3:]
    assert image.min() >= 0 and alpha.max() <= 1
    assert (colour <= alpha).all()
    assert mask.min() > 0 and mask.max() < 1 and (image != 0).any()


def test_style_size_counts_a_scale_and_a_shift_of_every_block(generator: Generator) -> None:
    first, second, third = WIDTHS[1:]
    assert generator.style_size == 2 * 2 * (first + second + third)


def test_style_and_state_change_the_answer(generator: Generator) -> None:
    given = conditions(generator, count=1)
    with torch.no_grad():
        answer = generator(given)
        assert answer.shape == (1, 5, 64, 64)
        assert not torch.allclose(generator(given._replace(style=-given.style)), answer)
        assert not torch.allclose(generator(given._replace(states=1 - given.states)), answer)


def test_faces_of_a_batch_do_not_touch_each_other(generator: Generator) -> None:
    given = conditions(generator)
    with torch.no_grad():
        both = generator(given)
        alone = generator(Conditions(*(value[1:] for value in given)))
    assert torch.allclose(both[1:], alone, atol=1e-6)


def test_a_face_of_256_px_stays_cheap(generator: Generator) -> None:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        generator(conditions(generator, count=1, size=256))
    cost = counter.get_total_flops() / 2e9
    assert cost <= MOST_GMAC, f"the generator takes {cost:.2f} GMAC for 256 × 256, at most {MOST_GMAC} are allowed"
    assert cost > 0.1, f"{cost:.3f} GMAC: the counter missed the convolutions"
