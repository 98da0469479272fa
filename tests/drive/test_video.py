"""A film drives a face: frames in time order, landmarks found in each, one state a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npcface.character import Character
from npcface.drive import video
from npcface.drive.landmarks import Motion
from npcface.errors import StateError
from npcface.output import mp4
from npcface.render import Renderer
from npcface.state import FaceState

FPS, SIDE = 20, 320
OPENING = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.4, 0.0)
BLANK_AT = 5  # this frame shows nobody


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, character_store: Path) -> Path:
    """``ben`` opens and shuts the mouth while turning to the viewer's right; one frame is blank."""
    ben = Character.load(character_store / "ben")
    states = [FaceState.of({"jawOpen": jaw}, head=(2.0 * index, 0, 0)) for index, jaw in enumerate(OPENING)]
    images = Renderer(provider="cpu").render([ben] * len(states), states, SIDE)
    images[BLANK_AT] = 128
    path = tmp_path_factory.mktemp("clips") / "talk.mp4"
    with mp4(path, FPS) as writer:
        for image in images:
            writer.add(image)
    return path


def test_frames_come_with_their_times(clip: Path) -> None:
    assert video.frame_rate(clip) == pytest.approx(FPS)
    read = list(video.frames(clip))
    assert [seconds for seconds, _ in read] == pytest.approx([index / FPS for index in range(len(OPENING))], abs=1e-3)
    assert all(image.shape == (SIDE, SIDE, 3) and image.dtype == np.uint8 for _, image in read)
    assert read[BLANK_AT][1].std() < 5 < read[0][1].std()


@pytest.mark.parametrize("motion", ["relative", "absolute"])
def test_one_state_a_frame_that_follows_the_film(clip: Path, character: Character, motion: Motion) -> None:
    timed = list(video.states(clip, character, motion))
    assert [seconds for seconds, _ in timed] == pytest.approx([index / FPS for index in range(len(OPENING))], abs=1e-3)
    jaws = np.array([state["jawOpen"] for _, state in timed])
    shown = np.delete(np.arange(len(OPENING)), BLANK_AT)
    assert np.corrcoef(jaws[shown], np.array(OPENING)[shown])[0, 1] > 0.9
    assert jaws[4] > jaws[0] + 0.2
    yaws = np.array([state.head[0] for _, state in timed])[shown]
    assert yaws[-1] - yaws[0] == pytest.approx(2.0 * shown[-1], abs=5)
    assert timed[BLANK_AT][1] is timed[BLANK_AT - 1][1], "a frame without a face repeats the one before"
    assert all((state.landmark_offsets is not None) == (motion == "absolute") for _, state in timed)


def test_a_film_of_nobody_is_a_typed_error(tmp_path: Path, character: Character) -> None:
    path = tmp_path / "empty.mp4"
    with mp4(path, FPS) as writer:
        for _ in range(3):
            writer.add(np.full((128, 128, 4), 128, np.uint8))
    with pytest.raises(StateError, match="No face"):
        list(video.states(path, character))


def test_what_is_no_film_is_a_typed_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"this is no film" * 100)
    for path in (broken, tmp_path / "missing.mp4"):
        with pytest.raises(StateError, match="video"):
            list(video.frames(path))


def test_a_file_with_sound_only_is_a_typed_error(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "sound.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 800)
    with pytest.raises(StateError, match="no video stream"):
        video.frame_rate(path)
