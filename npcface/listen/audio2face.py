"""Audio2Face-3D (NVIDIA): the animation stream of its service as JSON lines, names first, then frames.

    {"animationDataStreamHeader": {"skelAnimationHeader": {"blendShapes": ["EyeBlinkLeft", …]}}}
    {"animationData": {"skelAnimation": {"blendShapeWeights": [{"timeCode": 0.033, "values": [0.1, …]}, …]}}}
    {"status": {"code": "SUCCESS"}}

The service itself speaks gRPC; these lines are protobuf's JSON form of its messages (camelCase or snake_case), as a
client writes them with ``MessageToJson``. Written from the public client in NVIDIA/Audio2Face-3D-Samples (Apache-2.0).
"""

from __future__ import annotations

import json
from typing import Any

from npcface.listen.packet import MOST_NAME, MOST_VALUES, Packet, finite, malformed

NAME = "Audio2Face-3D"
LARGEST_BYTES = 65_507
MOST_FRAMES = 256
"""Frames of one line; the service sends about a second at once."""


class Audio2FaceReader:
    """Reads lines; remembers the names that the header told."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()

    def read(self, data: bytes) -> list[Packet]:
        """The frames of one or more lines.

        Args:
            data: UTF-8, at most ``LARGEST_BYTES``.

        Raises:
            ProtocolError: anything else, or frames before their names.
        """
        if not 1 <= len(data) <= LARGEST_BYTES:
            raise malformed(NAME, f"it has {len(data)} bytes")
        found: list[Packet] = []
        for line in data.splitlines():
            if line.strip():
                found += self._line(line)
        if len(found) > MOST_FRAMES:
            raise malformed(NAME, f"it has more than {MOST_FRAMES} frames")
        return found

    def _line(self, line: bytes) -> list[Packet]:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            raise malformed(NAME, "a line is not JSON") from None
        header = _inside(message, "animationDataStreamHeader", "skelAnimationHeader")
        if header is not None:
            self._names = _names(_field(header, "blendShapes"))
            return []
        rows = _field(_inside(message, "animationData", "skelAnimation"), "blendShapeWeights")
        if rows is None:
            if isinstance(message, dict) and message.keys() & {"status", "animationData", "animation_data"}:
                return []
            raise malformed(NAME, "a line is neither header, frames nor status")
        if not isinstance(rows, list) or len(rows) > MOST_FRAMES:
            raise malformed(NAME, "its frames are no list, or too many")
        return [self._frame(row) for row in rows]

    def _frame(self, row: Any) -> Packet:
        time_s, values = _field(row, "timeCode") or 0.0, _field(row, "values")
        if not self._names:
            raise malformed(NAME, "frames came before their names")
        if not isinstance(values, list) or len(values) != len(self._names):
            raise malformed(NAME, f"a frame does not hold {len(self._names)} values")
        if not all(type(number) in (int, float) for number in (time_s, *values)):
            raise malformed(NAME, "a frame holds something else than numbers")
        finite(NAME, (time_s, *values))
        return Packet(dict(zip(self._names, map(float, values), strict=True)), time_s=float(time_s))


def _inside(message: Any, *path: str) -> Any:
    for name in path:
        message = _field(message, name)
    return message


def _field(message: Any, name: str) -> Any:
    """A field in either of protobuf's spellings."""
    if not isinstance(message, dict):
        return None
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return message.get(name, message.get(snake))


def _names(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not 0 < len(names) <= MOST_VALUES:
        raise malformed(NAME, "its header holds no list of names")
    if not all(isinstance(name, str) and 0 < len(name) <= MOST_NAME for name in names) or len(set(names)) < len(names):
        raise malformed(NAME, "its header holds something else than names")
    return tuple(names)
