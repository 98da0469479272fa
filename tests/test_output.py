"""Frames that were added come back, in order, at their size; failures leave nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from npcface.errors import LimitError
from npcface.output import frame_folder, mp4
from tests.needed import needed


def frames(count: int, height: int = 48, width: int = 64) -> list[np.ndarray]:
    ramp = [np.zeros((height, width, 4), np.uint8) for _ in range(count)]
    for index, frame in enumerate(ramp):
        frame[..., 0] = 200
        frame[..., 1] = index * 20
        frame[..., 3] = 128
    return ramp


@pytest.mark.parametrize(("alpha", "mode"), [(False, "RGB"), (True, "RGBA")])
def test_frame_folder_numbers_from_zero_and_keeps_pixels(tmp_path: Path, alpha: bool, mode: str) -> None:
    with frame_folder(tmp_path / "out", alpha=alpha) as writer:
        for frame in frames(3):
            writer.add(frame)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"frame_{i:06d}.png" for i in range(3)]
    with Image.open(tmp_path / "out" / "frame_000002.png") as last:
        assert last.mode == mode
        assert np.array_equal(np.asarray(last), frames(3)[2][..., : len(mode)])


def test_frame_folder_removes_the_tail_of_an_earlier_run_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "frame_000007.png").write_bytes(b"old")
    (tmp_path / "frame_notes.png").write_bytes(b"mine")
    with frame_folder(tmp_path) as writer:
        writer.add(frames(1)[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frame_000000.png", "frame_notes.png"]


def test_mp4_holds_every_frame_with_its_colour_and_rate(tmp_path: Path) -> None:
    av = needed("av", "av is not installed")
    path = tmp_path / "deep" / "clip.mp4"
    with mp4(path, 25) as writer:
        for frame in frames(8, height=49, width=65):  # odd sides lose one row and column
            writer.add(frame)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == 25
        decoded = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
    assert len(decoded) == 8
    for index, picture in enumerate(decoded):
        assert picture.shape == (48, 64, 3)
        assert np.abs(picture[24, 32].astype(int) - (200, index * 20, 0)).max() <= 6


def test_a_failure_while_writing_leaves_no_file(tmp_path: Path) -> None:
    needed("av", "av is not installed")

    def write_and_fail() -> None:
        with mp4(tmp_path / "clip.mp4", 25) as writer:
            writer.add(frames(1)[0])
            raise RuntimeError("the driver broke")

    with pytest.raises(RuntimeError, match="driver broke"):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_a_senseless_rate_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="fps"), mp4(tmp_path / "clip.mp4", 0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_mp4_sounds_from_its_first_frame(tmp_path: Path) -> None:
    """A beep at 0.5 s of one second is found at 0.5 s in what players decode."""
    av = needed("av", "av is not installed")
    beep = np.zeros(22_050, np.int16)
    beep[11_025:13_000] = (20_000 * np.sin(np.arange(1975) * 2 * np.pi * 800 / 22_050)).astype(np.int16)
    with mp4(tmp_path / "clip.mp4", 10, sound=(beep, 22_050)) as writer:
        for frame in frames(10):
            writer.add(frame)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        assert len(list(container.decode(video=0))) == 10
    with av.open(str(tmp_path / "clip.mp4")) as container:
        pieces = [(piece.time, piece.to_ndarray()[0]) for piece in container.decode(audio=0)]
    heard = np.concatenate([samples for _, samples in pieces])
    first = int(np.argmax(np.abs(heard) > 0.2)) / 48_000 + pieces[0][0]
    assert first == pytest.approx(0.5, abs=0.03)
    assert len(heard) / 48_000 == pytest.approx(1.0, abs=0.05)
