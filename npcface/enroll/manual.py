"""Landmarks placed by hand, for faces that no detector finds: monsters, statues, masks.

The file is JSON of at most ``MAX_BYTES``::

    {"schema": 1, "points": {"jaw0": [102.5, 340], "jaw1": [104, 371], … "inner_lip7": [231, 402]}}

``points`` is either a list of [x, y] in order or an object; 68 points follow the iBUG-68 scheme (keys ``"0"`` to
``"67"`` or the names of ``IBUG_NAMES``), 478 points MediaPipe's (keys ``"0"`` to ``"477"``). x runs right, y runs
down, in pixels of the portrait as it is shown upright, before any scaling down. Other fields are ignored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from npcface.errors import FaceError
from npcface.regular import read_regular

MAX_BYTES = 1024 * 1024
MAX_COORDINATE = 65536.0
_IBUG_PARTS = (
    ("jaw", 17), ("right_brow", 5), ("left_brow", 5), ("nose_bridge", 4), ("nostrils", 5),
    ("right_eye", 6), ("left_eye", 6), ("outer_lip", 12), ("inner_lip", 8),
)  # fmt: skip
IBUG_NAMES: tuple[str, ...] = tuple(f"{part}{index}" for part, count in _IBUG_PARTS for index in range(count))
"""Names of the 68 points in order; right and left are the subject's (the right eye is on the viewer's left)."""


@dataclass(frozen=True, slots=True, eq=False)
class ManualLandmarks:
    """Points [68, 2] or [478, 2] float32 in pixels of the upright original, x right, y down."""

    kind: Literal["ibug68", "mediapipe478"]
    points: NDArray[np.float32]


def load_landmarks(path: str | Path, size: tuple[int, int] | None = None) -> ManualLandmarks:
    """Read and check a landmark file.

    Args:
        path: the JSON file.
        size: width and height of the upright original; points may lie up to half of it outside (chin or brow cut
            off by the frame).

    Raises:
        FaceError: missing, too large, not JSON of the documented form, or with impossible points.
    """
    document = _read(Path(path))
    if not isinstance(document, dict) or document.get("schema") != 1 or "points" not in document:
        raise _bad(path, 'is not {"schema": 1, "points": …}')
    points = _ordered(path, document["points"])
    if size is not None:
        low, high = -0.5 * np.asarray(size, np.float32), 1.5 * np.asarray(size, np.float32)
        outside = np.flatnonzero(((points < low) | (points > high)).any(axis=1))
        if outside.size:
            raise _bad(path, f"has {outside.size} points far outside the picture ({size[0]}×{size[1]} px), "
                             f"the first is number {outside[0]}")  # fmt: skip
    if float(np.ptp(points, axis=0).min()) < 1.0:
        raise _bad(path, "has all its points on one spot or line")
    return ManualLandmarks("ibug68" if len(points) == len(IBUG_NAMES) else "mediapipe478", points)


def _read(path: Path) -> Any:
    try:
        if not path.is_file():
            raise _bad(path, "does not exist or is not a regular file")
        data = read_regular(path, MAX_BYTES)
        if len(data) > MAX_BYTES:
            raise _bad(path, f"is larger than {MAX_BYTES // 1024} KiB")
        return json.loads(data.decode("utf-8"), object_pairs_hook=_without_repeats)
    except OSError as error:
        raise _bad(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _bad(path, f"is not valid JSON: {error}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a point is named twice")
    return table


def _ordered(path: str | Path, given: Any) -> NDArray[np.float32]:
    count = len(given) if isinstance(given, (list, dict)) else -1
    if count not in (68, 478):
        raise _bad(path, f"has {max(count, 0)} points")
    if isinstance(given, dict):
        numbers = [str(index) for index in range(count)]
        keys = IBUG_NAMES if count == 68 and "jaw0" in given else numbers
        missing = [key for key in keys if key not in given]
        if missing:
            raise _bad(path, f"lacks point {missing[0]!r} ({len(missing)} in all) or mixes names and numbers")
        given = [given[key] for key in keys]
    for index, point in enumerate(given):
        if not (isinstance(point, list) and len(point) == 2 and all(_is_coordinate(value) for value in point)):
            raise _bad(path, f"has an impossible point number {index}: {str(point)[:60]}")
    return np.array(given, np.float32)


def _is_coordinate(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and -MAX_COORDINATE <= value <= MAX_COORDINATE  # false for NaN, and of whole numbers of any length


def _bad(path: str | Path, what: str) -> FaceError:
    return FaceError(
        f"The landmark file {path} {what}.",
        "Give 68 (iBUG) or 478 (MediaPipe) [x, y] pairs in pixels; docs/characters.md shows the form.",
    )
