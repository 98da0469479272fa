"""Block compression, seen through a decoder that is not ours (texture2ddecoder)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import texture2ddecoder
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from npcface.character import Character
from npcface.errors import LimitError
from npcface.render import Renderer
from npcface.render.blocks import BlockFormat, encode, encode_slowly
from tests.render.conftest import EXPRESSIONS
from tests.render.test_native import psnr

Bytes = NDArray[np.uint8]
Encoder = Callable[[Bytes, BlockFormat], Bytes]
ENCODERS = pytest.mark.parametrize("encoder", [encode, encode_slowly], ids=["compiled", "numpy"])


def decoded(blocks: Bytes, kind: BlockFormat) -> Bytes:
    """[H, W, 4] RGBA."""
    height, width = blocks.shape[0] * 4, blocks.shape[1] * 4
    decode = texture2ddecoder.decode_bc1 if kind == "bc1" else texture2ddecoder.decode_bc3
    image = np.frombuffer(decode(blocks.tobytes(), width, height), np.uint8).reshape(height, width, 4)
    return image[..., [2, 1, 0, 3]]  # it gives BGRA


@ENCODERS
@pytest.mark.parametrize("name", list(EXPRESSIONS))
def test_faces_keep_34_decibels_in_bc1(
    renderer: Renderer, people: list[Character], name: str, encoder: Encoder
) -> None:
    for image in renderer.render(people, [EXPRESSIONS[name]] * 2, 256):
        shown = decoded(encoder(image, "bc1"), "bc1")
        assert psnr(shown[..., :3], image[..., :3]) >= 34
        assert (shown[..., 3] == 255).all()


@ENCODERS
def test_transparent_faces_keep_alpha_in_bc3(renderer: Renderer, people: list[Character], encoder: Encoder) -> None:
    image = renderer.render(people[:1], [EXPRESSIONS["turned"]], 256, background="transparent", alpha="premultiplied")[
        0
    ]
    assert (image[..., 3] == 0).any() and (image[..., 3] == 255).any()
    shown = decoded(encoder(image, "bc3"), "bc3")
    assert psnr(shown[..., :3], image[..., :3]) >= 34
    assert psnr(shown[..., 3], image[..., 3]) >= 40
    assert (shown[..., 3] == 0)[image[..., 3] == 0].mean() > 0.97


PIXELS = arrays(np.uint8, (8, 8, 4), elements=st.integers(0, 255))


@given(PIXELS)
def test_twins_are_equally_good_on_any_pixels(pixels: Bytes) -> None:
    for kind in ("bc1", "bc3"):
        fast, slow = (decoded(encoder(pixels, kind), kind) for encoder in (encode, encode_slowly))
        ours, theirs = psnr(fast[..., :3], pixels[..., :3]), psnr(slow[..., :3], pixels[..., :3])
        assert ours == pytest.approx(theirs, abs=0.7)
    assert np.abs(fast[..., 3].astype(int) - pixels[..., 3]).max() <= 255 / 14 + 1


@ENCODERS
@given(colour=st.tuples(*[st.integers(0, 255)] * 4))
def test_a_flat_block_is_as_near_as_565_allows(encoder: Encoder, colour: tuple[int, ...]) -> None:
    pixels = np.full((4, 4, 4), colour, np.uint8)
    shown = decoded(encoder(pixels, "bc3"), "bc3")
    assert (shown[..., 3] == colour[3]).all()
    assert np.abs(shown[..., :3].astype(int) - pixels[..., :3]).max() <= 4


@ENCODERS
@given(first=st.integers(0, 2**16 - 1), second=st.integers(0, 2**16 - 1), places=st.integers(1, 2**16 - 2))
def test_two_colours_of_565_come_back_exactly(encoder: Encoder, first: int, second: int, places: int) -> None:
    def full(packed: int) -> tuple[int, ...]:
        red, green, blue = packed >> 11, packed >> 5 & 63, packed & 31
        return red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2, 255

    choice = np.array([places >> i & 1 for i in range(16)]).reshape(4, 4)
    pixels = np.array([full(first), full(second)], np.uint8)[choice]
    assert np.array_equal(decoded(encoder(pixels, "bc1"), "bc1"), pixels)


def test_the_renderer_hands_out_blocks(renderer: Renderer, people: list[Character]) -> None:
    states = [EXPRESSIONS["talk"], EXPRESSIONS["smile"]]
    pixels = renderer.render(people, states, 128)
    memory = np.zeros((2, 32, 32, 16), np.uint8)
    assert renderer.render(people, states, 128, format="bc3", out=memory) is memory
    assert np.array_equal(memory, encode(pixels, "bc3"))
    assert np.array_equal(renderer.render(people, states, 128, format="bc1"), encode(pixels, "bc1"))
    with pytest.raises(LimitError, match="blocks of 4"):
        renderer.render(people, states, 98, format="bc1", quality="warp")


def test_several_pictures_at_once_and_into_given_memory() -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (3, 16, 24, 4), np.uint8)
    blocks = encode(pictures, "bc3")
    assert blocks.shape == (3, 4, 6, 16)
    assert all(np.array_equal(one, encode(picture, "bc3")) for one, picture in zip(blocks, pictures, strict=True))
    memory = np.zeros_like(blocks)
    assert encode(pictures, "bc3", memory) is memory and np.array_equal(memory, blocks)
    with pytest.raises(ValueError, match="multiples of 4"):
        encode(pictures[:, :15], "bc1")
    with pytest.raises(ValueError, match="out is"):
        encode(pictures, "bc1", memory)
