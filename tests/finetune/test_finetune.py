"""Personalising a character: only its own tensors move, only for the better, and the one before stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from typer.testing import CliRunner

from npcface.character import Character
from npcface.cli.app import app
from npcface.enroll.detect import Landmarker
from npcface.errors import LimitError
from npcface.finetune import NotBetter, Personalised, finetune
from npcface.finetune.finetune import MOST_PICTURES
from npcface.model.layout import NEURAL_CHANNELS
from npcface.render import Renderer
from npcface.state import FaceState

STEPS = 4
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def landmarker() -> Iterator[Landmarker]:
    with Landmarker() as found:
        yield found


@pytest.fixture(scope="module")
def pictures(character: Character, tmp_path_factory: pytest.TempPathFactory) -> list[Pixels]:
    """Ada's portrait, and Ada drawn smiling."""
    path = tmp_path_factory.mktemp("ada") / "portrait.png"
    path.write_bytes(character.portrait_png)
    with Image.open(path) as image:
        image.thumbnail((384, 384))
        portrait = np.array(image.convert("RGB"), np.uint8)
    smile = FaceState.of({"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7, "jawOpen": 0.2}, head=(8, 0, 0))
    drawn = Renderer(provider="cpu").render([character], [smile], 256, quality="warp")[0, ..., :3]
    return [portrait, np.ascontiguousarray(drawn)]


@pytest.fixture(scope="module")
def spoilt(character: Character) -> Character:
    """Ada with a style that is not hers: easy to improve."""
    style = character.tensors["style"]
    noise = np.random.default_rng(1).normal(0, 1.0, style.shape).astype(np.float32)
    return replace(character, tensors={**character.tensors, "style": style + noise})


@pytest.fixture(scope="module")
def improved(
    spoilt: Character, pictures: list[Pixels], landmarker: Landmarker
) -> tuple[Personalised, dict[str, NDArray[np.generic]], list[float]]:
    """What came of it, the character's tensors before, and the progress that was told."""
    before = {name: array.copy() for name, array in spoilt.tensors.items()}
    told: list[float] = []
    result = finetune(spoilt, pictures, steps=STEPS, landmarker=landmarker, progress=told.append)
    return result, before, told


def test_a_character_that_can_be_improved_is(
    improved: tuple[Personalised, dict[str, NDArray[np.generic]], list[float]],
) -> None:
    result, _, told = improved
    assert 0 < result.after < result.before
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)


def test_only_style_and_neural_texture_move(
    improved: tuple[Personalised, dict[str, NDArray[np.generic]], list[float]],
) -> None:
    result, before, _ = improved
    found = result.character.tensors
    assert set(found) == set(before)
    for name, array in before.items():
        assert found[name].dtype == array.dtype and found[name].shape == array.shape, name
        if name not in ("style", "features"):
            assert np.array_equal(found[name], array), name
    assert not np.array_equal(found["style"], before["style"])
    assert not np.array_equal(found["features"], before["features"])
    assert np.array_equal(found["features"][..., NEURAL_CHANNELS:], before["features"][..., NEURAL_CHANNELS:])


def test_the_character_before_is_unchanged(
    spoilt: Character, improved: tuple[Personalised, dict[str, NDArray[np.generic]], list[float]]
) -> None:
    for name, array in improved[1].items():
        assert np.array_equal(spoilt.tensors[name], array), name


def test_what_came_of_it_can_be_saved_and_drawn(
    improved: tuple[Personalised, dict[str, NDArray[np.generic]], list[float]], tmp_path: Path
) -> None:
    improved[0].character.save(tmp_path / "ada")
    again = Character.load(tmp_path / "ada")
    assert np.array_equal(again.tensors["style"], improved[0].character.tensors["style"])
    image = Renderer(provider="cpu").render([again], [FaceState()], 64, quality="neural")
    assert image.std() > 10


def test_pictures_without_a_face_teach_nothing(character: Character, landmarker: Landmarker) -> None:
    grey = [np.full((120, 120, 3), level, np.uint8) for level in (80, 160)]
    with pytest.raises(NotBetter, match="No face") as caught:
        finetune(character, grey, steps=STEPS, landmarker=landmarker)
    assert "person" in caught.value.remedy


@pytest.mark.parametrize("count", [0, MOST_PICTURES + 1])
def test_numbers_of_pictures_have_limits(character: Character, count: int) -> None:
    with pytest.raises(LimitError, match=str(count)) as caught:
        finetune(character, [np.zeros((8, 8, 3), np.uint8)] * count)
    assert str(MOST_PICTURES) in caught.value.remedy


def test_a_picture_is_no_character(portrait_path: Path, tmp_path: Path) -> None:
    with Image.open(portrait_path) as image:
        image.resize((256, 256)).save(tmp_path / "me.png")
    picture = str(tmp_path / "me.png")
    result = CliRunner().invoke(app, ["finetune", picture, "--portraits", picture])
    assert result.exit_code == 1
    said = " ".join(result.stderr.split())
    assert "is a picture or a zip, no character folder" in said and "npcface enroll" in said
    assert [path.name for path in tmp_path.iterdir()] == ["me.png"]
