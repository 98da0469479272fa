"""The rest of a line that was cut off: what another worker has to be told so that it goes on from there.

A new daemon starts its clock at 0: what it is told is moved back by what has been shown, what it shows forward again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from npcface.client.frame import Frame

Timed = Sequence[object]  # (symbol, start_s) or (symbol, start_s, end_s), as in ``Stream.stream_speech``


def rest_of_line(phonemes: Sequence[Timed], from_s: float) -> list[tuple[object, ...]]:
    """The sounds that are not over at ``from_s``, on a clock that starts there.

    Args:
        phonemes: ``(symbol, start_s)`` or ``(symbol, start_s, end_s)``, in order; without an end one lasts until the
            next starts, and the last one is always kept.
        from_s: seconds in the line.
    """
    rest: list[tuple[object, ...]] = []
    for index, item in enumerate(phonemes):
        symbol, start, *ends = item
        following = phonemes[index + 1][1] if index + 1 < len(phonemes) else None
        end = ends[0] if ends and ends[0] is not None else following
        if end is not None and _seconds(end) <= from_s:
            continue
        times = (start, *(known for known in ends if known is not None))
        rest.append((symbol, *(max(_seconds(time) - from_s, 0.0) for time in times)))
    return rest


def rows_left(count: int, fps: float, from_s: float) -> slice:
    """Which of ``count`` rows at ``fps`` rows a second remain at ``from_s`` seconds; at least the last one."""
    return slice(min(int(from_s * fps), count - 1), count)


def shifted(frame: Frame, from_s: float, fps: float) -> Frame:
    """A pushed frame of a line that went on at ``from_s`` seconds, numbered as if it had never been cut off.

    Args:
        frame: as it came from the new worker.
        from_s: where that worker's clock stands at 0.
        fps: frames a second of the stream.
    """
    if from_s == 0.0:
        return frame
    return replace(frame, sequence=frame.sequence + round(from_s * fps), time_s=frame.time_s + from_s)


def _seconds(value: object) -> float:
    return float(value)  # type: ignore[arg-type]  # numbers, as the daemon's protocol wants them
