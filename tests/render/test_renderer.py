"""What a caller gets: sizes, backgrounds, kinds of alpha, batches and typed errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from npcface.character import Character
from npcface.errors import DependencyError, LimitError, NpcFaceError, StateError
from npcface.render import Renderer
from npcface.state import FaceState
from tests.render.conftest import EXPRESSIONS

GREEN = (0, 200, 50)


@pytest.mark.parametrize("size", [64, 65, 100, 196, 255, 256, 512])
def test_textures_have_the_size_that_was_asked_for(renderer: Renderer, character: Character, size: int) -> None:
    image = renderer.render([character], [FaceState()], size)
    assert image.shape == (1, size, size, 4) and image.dtype == np.uint8
    assert (image[..., 3] == 255).all(), "the portrait's own background is opaque"
    assert image[..., :3].std() > 20


def test_sizes_show_the_same_picture(renderer: Renderer, character: Character) -> None:
    state = FaceState.of({"jawOpen": 0.4, "mouthSmileLeft": 0.5}, head=(15, 5, -5))
    large = renderer.render([character], [state], 512)[0, ..., :3].astype(np.float64)
    for size in (128, 256):
        small = renderer.render([character], [state], size)[0, ..., :3].astype(np.float64)
        shrunk = large.reshape(size, 512 // size, size, 512 // size, 3).mean(axis=(1, 3))
        assert np.abs(small - shrunk).mean() < 4


@pytest.mark.parametrize("size", [64, 256])
def test_a_batch_of_different_people_is_the_single_renders(
    renderer: Renderer, people: list[Character], size: int
) -> None:
    states = [EXPRESSIONS[name] for name in ("neutral", "talk", "turned", "blink", "smile")]
    who = [people[index % 2] for index in range(len(states))]
    grounds: list[Any] = ["portrait", "transparent", GREEN, "portrait", "transparent"]
    together = renderer.render(who, states, size, background=grounds)
    for index, (person, state, ground) in enumerate(zip(who, states, grounds, strict=True)):
        alone = renderer.render([person], [state], size, background=ground)
        assert np.array_equal(together[index], alone[0]), index


def test_rendering_leaves_no_trace(renderer: Renderer, people: list[Character]) -> None:
    first = renderer.render(people, [FaceState()] * 2, 128)
    renderer.render(people[::-1], [EXPRESSIONS["talk"], EXPRESSIONS["turned"]], 128, background=GREEN)
    renderer.forget(people[0])
    assert np.array_equal(renderer.render(people, [FaceState()] * 2, 128), first)
    assert np.array_equal(
        Renderer(provider="cpu", threads=1).render(people, [FaceState()] * 2, 128, quality="neural"), first
    )


def test_landmark_offsets_push_the_skin(renderer: Renderer, character: Character) -> None:
    offsets = np.zeros((478, 2), np.float32)
    still = renderer.render([character], [FaceState(landmark_offsets=offsets)], 128)
    assert np.array_equal(still, renderer.render([character], [FaceState()], 128))
    offsets[:, 0] = 0.03
    moved = renderer.render([character], [FaceState(landmark_offsets=offsets)], 128)
    assert np.abs(moved.astype(int) - still).max() > 50


@pytest.mark.parametrize("quality", ["warp", "neural", None])
def test_what_was_prepared_draws_the_same(renderer: Renderer, character: Character, quality: Any) -> None:
    fresh = Renderer(provider="cpu")
    fresh.prepare(quality)
    pictures = [one.render([character], [EXPRESSIONS["talk"]], 64, quality=quality) for one in (fresh, renderer)]
    assert np.array_equal(pictures[0], pictures[1])


def test_no_characters_are_no_textures(renderer: Renderer) -> None:
    assert renderer.render([], [], 256).shape == (0, 256, 256, 4)


def test_transparent_background_is_clear_beside_the_head(renderer: Renderer, character: Character) -> None:
    image = renderer.render([character], [FaceState()], 256, background="transparent")[0]
    assert not image[:60, :20].any() and not image[:60, -20:].any(), "neither colour nor alpha"
    assert (image[90:170, 100:156, 3] == 255).all(), "the face itself is solid"
    assert (image[-1, 100:156, 3] == 255).all()


@pytest.mark.parametrize("expression", ["neutral", "turned"])
def test_straight_times_alpha_is_premultiplied(renderer: Renderer, character: Character, expression: str) -> None:
    state = [EXPRESSIONS[expression]]
    straight, premultiplied = (
        renderer.render([character], state, 256, background="transparent", alpha=kind)[0].astype(np.float64)
        for kind in ("straight", "premultiplied")
    )
    alpha = straight[..., 3:]
    assert np.array_equal(alpha, premultiplied[..., 3:])
    assert ((alpha > 10) & (alpha < 245)).sum() > 200, "hair has soft edges"
    assert (premultiplied[..., :3] <= alpha + 1).all()
    assert np.abs(straight[..., :3] * alpha / 255 - premultiplied[..., :3]).max() <= 1.0
    assert np.array_equal(straight[alpha[..., 0] == 255], premultiplied[alpha[..., 0] == 255])


@pytest.mark.parametrize("colour", [GREEN, (0, 0, 0), (255, 255, 255)])
def test_a_colour_is_the_transparent_picture_over_that_colour(
    renderer: Renderer, character: Character, colour: tuple[int, int, int]
) -> None:
    state = [EXPRESSIONS["turned"]]
    clear = renderer.render([character], state, 256, background="transparent", alpha="premultiplied")[0].astype(
        np.float64
    )
    flat = renderer.render([character], state, 256, background=colour)[0]
    assert (flat[..., 3] == 255).all() and (flat[0, 0, :3] == colour).all()
    over = clear[..., :3] + np.array(colour) * (1 - clear[..., 3:] / 255)
    assert np.abs(over - flat[..., :3]).max() <= 2


@pytest.mark.parametrize("size", [0, 63, 513, 4096])
def test_sizes_have_limits(renderer: Renderer, character: Character, size: int) -> None:
    with pytest.raises(LimitError, match="64"):
        renderer.render([character], [FaceState()], size)


def test_wrong_calls_are_typed_errors(renderer: Renderer, character: Character) -> None:
    with pytest.raises(StateError, match="1 characters but 2 states"):
        renderer.render([character], [FaceState()] * 2)
    with pytest.raises(StateError, match="2 backgrounds for 1"):
        renderer.render([character], [FaceState()], background=["portrait", "transparent"])
    wrong: Any = "sky"
    with pytest.raises(StateError, match="sky"):
        renderer.render([character], [FaceState()], background=wrong)
    for bad in (
        FaceState(weights=np.full(52, np.nan, np.float32)),
        FaceState(head=np.array([np.inf, 0, 0], np.float32)),
        FaceState(weights=np.zeros(51, np.float32)),
        FaceState(scale=float("nan")),
        FaceState(landmark_offsets=np.zeros((68, 2), np.float32)),
    ):
        with pytest.raises(StateError):
            renderer.render([character], [bad])
    assert renderer.render([character], [FaceState()], 64).any(), "and the next frame is drawn"


def test_values_past_the_limits_are_clamped(renderer: Renderer, character: Character) -> None:
    wild, tame = FaceState.of({"jawOpen": 9.0}, head=(300, 0, 0)), FaceState.of({"jawOpen": 1.0}, head=(60, 0, 0))
    first, second = (renderer.render([character], [state], 64) for state in (wild, tame))
    assert np.array_equal(first, second)


def test_providers() -> None:
    import onnxruntime

    assert Renderer(provider="auto").provider in ("cpu", "cuda", "directml")
    for provider, full in (("cuda", "CUDAExecutionProvider"), ("directml", "DmlExecutionProvider")):
        if full not in onnxruntime.get_available_providers():
            with pytest.raises(DependencyError, match=provider):
                Renderer(provider=provider)
    with pytest.raises(NpcFaceError, match="abacus"):
        Renderer(provider="abacus")
