"""What the readers share: JSON in several forms, checked numbers, and the way into a Track."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from npcface.drive import track
from npcface.drive.arkit import CHANNELS
from npcface.drive.channels import mapped
from npcface.errors import LimitError, StateError
from npcface.state import FaceState

Row = tuple[str, float, float | None]
"""Symbol, start and end in seconds; no end: until the next symbol."""


def broken(kind: str, what: str) -> StateError:
    """The error of every reader."""
    return StateError(f"Not a timing file of {kind}: {what}.", "See docs/trackers.md for the forms that are read.")


def number(kind: str, value: Any, what: str) -> float:
    """A finite number.

    Raises:
        StateError: anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        raise broken(kind, f"{what} is {value!r:.40}, not a number")
    return float(value)


def numeral(kind: str, text: str, what: str) -> float:
    """A finite number written as text; see ``number``."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -1e15 < value < 1e15:
        raise broken(kind, f"{what} is {text!r:.40}, not a number")
    return value


def first(mapping: Any, *keys: str) -> Any:
    """The value of the first key that is there; None: none is, or it is no mapping."""
    if not isinstance(mapping, Mapping):
        return None
    return next((mapping[key] for key in keys if key in mapping), None)


def listed(kind: str, value: Any, most: int) -> list[Any]:
    """A list of at most ``most``.

    Raises:
        StateError: no list. LimitError: longer.
    """
    if not isinstance(value, list):
        raise broken(kind, f"{value!r:.40} is no list")
    if len(value) > most:
        raise LimitError(f"The file has {len(value)} entries, at most {most}.", "Split it.")
    return value


def documents(text: str) -> list[Any] | None:
    """A JSON document, or one a line (JSON Lines), as a list of documents; None: not JSON."""
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > track.MOST_FRAMES:
        raise LimitError(f"The file has {len(lines)} lines, at most {track.MOST_FRAMES}.", "Split it.")
    try:
        return [json.loads(line) for line in lines] or None
    except (ValueError, RecursionError):
        return None


def spoken(rows: Iterable[Row], convention: str) -> track.Track:
    """A line of timed symbols as a track, checked as ``track.parse`` does."""
    phonemes = [[s, round(a, 6)] if b is None else [s, round(a, 6), round(b, 6)] for s, a, b in rows]
    return track.parse({"schema": track.SCHEMA, "convention": convention, "phonemes": phonemes})


def acted(kind: str, rows: Sequence[tuple[float, Mapping[str, Any]]], fps: float) -> track.Track:
    """Frames of ARKit weights as a track; names that are not ARKit's are passed over.

    Args:
        kind: named in errors.
        rows: (seconds, name → number), seconds growing.
        fps: frames a second.

    Raises:
        StateError: a bad number, or times that do not grow. LimitError: too many frames, or longer than six hours.
    """
    if not rows:
        raise broken(kind, "it has no frames")
    if len(rows) > track.MOST_FRAMES or rows[-1][0] - rows[0][0] > track.MOST_SECONDS:
        raise LimitError(f"The file has {len(rows)} frames or lasts more than six hours.", "Split it.")
    if not 1.0 <= fps <= 240.0:
        raise broken(kind, f"its rate is {fps:g} frames a second, expected 1 to 240")
    frames: list[tuple[float, FaceState]] = []
    for t, values in rows:
        if frames and t <= frames[-1][0]:
            raise broken(kind, f"frame {len(frames)} is at {t:g} s, not after the one before")
        frames.append((t, mapped(values.items(), CHANNELS, lenient=True)))
    return track.Track(float(fps), tuple(frames))
