"""Several portraits of one person: what the first hides comes from those that show it, and nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from npcface.character import Character
from npcface.enroll import enroll
from npcface.enroll.detect import Landmarker
from npcface.enroll.identify import with_identity
from npcface.enroll.shots import FAR_PX, MOST_SHOTS, TURNED_DEG, fused
from npcface.errors import LimitError
from npcface.model.layout import ATLAS_CHANNELS, FEATURES_PX, NEURAL_CHANNELS, TRUST
from npcface.render import Renderer
from npcface.state import FaceState
from npcface.vocab import ARKIT_INDEX
from tests.enroll.pictures import Pixels, openpeople

Tensors = dict[str, NDArray[Any]]
SIZE = 2 * FEATURES_PX
CHEEK = np.s_[40:80, 10:50]
"""Hidden part of the feature atlas."""
SKIN, OTHER = (180, 140, 120), (120, 180, 60)


def person(colour: tuple[int, int, int], trust: int = 255, yaw: float = 0.0, **weights: float) -> Tensors:
    """What ``fused`` reads of a portrait, all of one colour."""
    features = np.full((FEATURES_PX, FEATURES_PX, ATLAS_CHANNELS), 128, np.uint8)
    features[..., TRUST] = trust
    shown = np.zeros(52, np.float32)
    for name, value in weights.items():
        shown[ARKIT_INDEX[name]] = value
    return {
        "face_texture": np.full((SIZE, SIZE, 3), colour, np.uint8), "features": features, "portrait_weights": shown,
        "eye_textures": np.full((2, 7, 8, 8), colour[0], np.uint8), "iris": np.full(2, colour[1], np.float32),
        "mouth_tint": np.full((4, 3), colour[2], np.float32), "portrait_head": np.array([yaw, 0, 0], np.float32),
        "shell_rgb": np.full((SIZE, SIZE, 3), colour, np.uint8), "shell_alpha": np.full((SIZE, SIZE), 204, np.uint8),
        "shell_field": np.full((10, 4, 4), colour[0], np.float16),
    }  # fmt: skip


def copied(tensors: Tensors) -> Tensors:
    return {name: array.copy() for name, array in tensors.items()}


@pytest.fixture
def first() -> Tensors:
    """Shows everything but a cheek."""
    tensors = person(SKIN)
    tensors["features"][(*CHEEK, TRUST)] = 0
    tensors["face_texture"][80:160, 20:100] = (20, 20, 20)  # what enrolment filled in there
    return tensors


def test_a_hidden_cheek_gets_the_other_shots_skin_in_the_firsts_light(first: Tensors) -> None:
    shot = person(OTHER)
    shot["face_texture"][100:140, 40:80] //= 2  # a dark mark in the middle of the cheek
    before = copied(first)
    found = fused(first, [shot])
    marked, plain = found["face_texture"][115:125, 55:65], found["face_texture"][94, 60]
    assert np.abs(marked.astype(int) - np.array(SKIN) // 2).max() <= 2
    assert np.abs(plain.astype(int) - SKIN).max() <= 2
    assert (found["features"][(*CHEEK, TRUST)] == 255).all()
    for name, array in before.items():
        assert np.array_equal(first[name], array), f"{name} of the portrait was changed in place"


def test_well_shown_skin_stays_as_it_is(first: Tensors) -> None:
    found = fused(first, [person(OTHER)])["face_texture"]
    far = np.ones((SIZE, SIZE), bool)
    far[80 - 24 : 160 + 24, : 100 + 24] = False  # the seam is soft
    assert np.array_equal(found[far], first["face_texture"][far])


def test_a_shot_that_shows_no_more_changes_nothing(first: Tensors) -> None:
    shot = person(OTHER)
    shot["features"][..., TRUST] = first["features"][..., TRUST]
    found = fused(first, [shot])
    for name in ("face_texture", "features", "eye_textures", "iris"):
        assert np.array_equal(found[name], first[name]), name
    assert set(found) == set(first)  # nor does a portrait turned the same way have another far side


def test_a_shut_eye_is_opened_from_the_shot_that_opens_it_widest() -> None:
    first = person((10, 10, 10), eyeBlinkLeft=0.9, eyeBlinkRight=0.1)
    shots = [person((50, 50, 50), eyeBlinkLeft=0.3), person((90, 90, 90), eyeBlinkLeft=0.1, eyeBlinkRight=0.0)]
    found = fused(first, shots)
    assert (found["eye_textures"][0] == 90).all() and found["iris"][0] == 90
    assert (found["eye_textures"][1] == 10).all() and found["iris"][1] == 10  # open already, and stays its own
    assert (first["eye_textures"] == 10).all()
    shut = fused(first, [person((50, 50, 50), eyeBlinkLeft=0.8)])
    assert (shut["eye_textures"] == 10).all()  # nobody shows it: no guess is better than another


def test_the_mouths_colours_come_from_the_widest_mouth() -> None:
    first, wide = person((10, 10, 10), jawOpen=0.2), person((90, 90, 90), jawOpen=0.6)
    assert (fused(first, [person((50, 50, 50)), wide])["mouth_tint"] == 90).all()
    assert (fused(wide, [first])["mouth_tint"] == 90).all()


def test_the_far_side_comes_from_the_shot_that_is_turned_most() -> None:
    shots = [person(OTHER, yaw=2 * TURNED_DEG), person(SKIN, yaw=-4 * TURNED_DEG)]
    found = fused(person(SKIN), shots)
    assert found["far_texture"].shape == (FAR_PX, FAR_PX, 4)
    assert np.abs(found["far_texture"][10, 10].astype(int) - [*(0.8 * np.array(SKIN)), 204]).max() <= 1
    assert np.array_equal(found["far_field"], shots[1]["shell_field"])


@pytest.fixture(scope="module")
def pictures() -> list[Pixels]:
    """Two photographs of one AI-made person."""
    found = []
    for name in ("studio_portrait", "amateur_selfie"):
        with Image.open(openpeople("P001", name)) as image:
            image.thumbnail((640, 640))
            found.append(np.array(image.convert("RGB"), np.uint8))
    return found


@pytest.fixture(scope="module")
def enrolled(pictures: list[Pixels]) -> Callable[..., Character]:
    """``enrolled(picture, shots)`` with one landmarker."""
    landmarker = Landmarker()

    def make(*numbers: int) -> Character:
        first, *others = (pictures[number] for number in numbers)
        return enroll(first, shots=others, id="someone", landmarker=landmarker)

    return make


def test_enrolment_takes_further_shots(enrolled: Callable[..., Character]) -> None:
    alone, second, both = enrolled(0), enrolled(1), enrolled(0, 1)
    assert both.manifest == alone.manifest  # the first picture is the portrait
    mean = (alone.tensors["embedding"] + second.tensors["embedding"]) / 2
    assert np.allclose(both.tensors["embedding"], mean, atol=1e-4)
    assert not np.allclose(both.tensors["style"], alone.tensors["style"], atol=1e-4)
    kept = both.tensors["features"][..., TRUST].astype(int)
    assert (kept >= alone.tensors["features"][..., TRUST]).all()
    assert set(alone.tensors) <= set(both.tensors)
    assert sum(array.nbytes for array in both.tensors.values()) < 3 * 1024 * 1024
    image = Renderer(provider="cpu").render([both], [FaceState()], 64, quality="neural")
    assert image.shape == (1, 64, 64, 4)


def test_the_order_of_further_shots_does_not_matter_to_the_identity(people_: list[Tensors]) -> None:
    first, *others = people_
    forth, back = with_identity(first, others), with_identity(first, others[::-1])
    single = [with_identity(one)["embedding"] for one in people_]
    assert np.allclose(forth["embedding"], np.mean(single, axis=0), atol=1e-5)
    for name in ("embedding", "style"):
        assert np.allclose(forth[name], back[name], atol=1e-5)
        assert not np.allclose(forth[name], with_identity(first)[name], atol=1e-5)
    alone = with_identity(first)["features"]
    assert np.array_equal(forth["features"], alone)  # the texture is the first portrait's
    assert not np.array_equal(alone[..., :NEURAL_CHANNELS], others[0]["features"][..., :NEURAL_CHANNELS])


@pytest.fixture
def people_(character_store: Any) -> list[Tensors]:
    """Three portraits' tensors: two people, and one of them in a mirror."""
    two = [Character.load(character_store / name).tensors for name in ("ada", "ben")]
    mirror = {**two[0], "shell_rgb": np.ascontiguousarray(two[0]["shell_rgb"][:, ::-1])}
    return [*two, mirror]


def test_too_many_shots_are_refused(pictures: list[Pixels]) -> None:
    with pytest.raises(LimitError) as caught:
        enroll(pictures[0], shots=[pictures[1]] * MOST_SHOTS, id="someone")
    assert str(MOST_SHOTS) in caught.value.cause and str(MOST_SHOTS - 1) in caught.value.remedy
