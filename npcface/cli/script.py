"""From the words of ``--drive`` and ``--background`` to states and colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from npcface.errors import StateError

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.state import FaceState

TEXT_FPS = 30.0
TIMING_SUFFIXES = {".json", ".jsonl", ".marks", ".textgrid", ".tsv", ".csv", ".xml", ".pho"}
VIDEO_SUFFIXES = {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".gif"}
Background = Literal["portrait", "transparent"] | tuple[int, int, int]


class Counted:
    """An iterator that knows about how long it is (``operator.length_hint``), so that a bar can show how far it is.

    Args:
        states: what is iterated. count: their number as a file states it, 0 if it does not.
    """

    def __init__(self, states: Iterator[FaceState], count: int) -> None:
        self._states, self._left = states, count

    def __iter__(self) -> Counted:
        return self

    def __next__(self) -> FaceState:
        state = next(self._states)
        self._left = max(self._left - 1, 0)
        return state

    def __length_hint__(self) -> int:
        return self._left


def performance(
    drive: str, character: Character, motion: Literal["absolute", "relative"], fps: float | None
) -> tuple[float, Iterator[FaceState]]:
    """Frame rate and states of whatever ``--drive`` names.

    Raises:
        StateError: it looks like a file that is not there, or the film shows no face.
    """
    path = Path(drive)
    suffix = path.suffix.lower() if len(drive) < 256 else ""
    if suffix in TIMING_SUFFIXES | VIDEO_SUFFIXES:
        if not path.is_file():
            raise StateError(f"{drive} is not a file.", "Check the path; text to speak must not end like a file name.")
        if suffix in TIMING_SUFFIXES:
            from npcface.drive import track

            loaded = track.load(path)
            return fps or loaded.fps, iter(list(loaded.states(fps)))  # a list: then its length is known
        from npcface.drive import video

        rate, timed = video.frame_rate(path), video.states(path, character, motion)
        if fps is None:
            return rate, Counted((state for _, state in timed), video.frame_count(path))
        return fps, Counted(resampled(timed, fps), round(video.frame_count(path) * fps / rate))
    from npcface.drive import Idle, speech

    return fps or TEXT_FPS, iter(list(speech(drive, fps or TEXT_FPS, idle=Idle())))


def resampled(timed: Iterator[tuple[float, FaceState]], fps: float) -> Iterator[FaceState]:
    """States at a steady rate: at each tick the latest one that has begun."""
    tick, latest = 0, None
    for seconds, state in timed:
        while latest is not None and tick / fps < seconds - 1e-6:
            yield latest
            tick += 1
        latest = state
    if latest is not None:
        yield latest


def parse_background(text: str) -> Background:
    """``portrait``, ``transparent`` or a colour such as ``#336699``.

    Raises:
        StateError: none of these.
    """
    if text == "portrait":
        return "portrait"
    if text == "transparent":
        return "transparent"
    digits = text.removeprefix("#")
    try:
        if len(digits) == 6:
            red, green, blue = bytes.fromhex(digits)
            return red, green, blue
    except ValueError:
        pass
    raise StateError(f"Background {text!r} is unknown.", "Use portrait, transparent or a colour such as #336699.")
