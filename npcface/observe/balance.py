"""Does every frame have an end? Reads ``/metrics`` and ``/metrics/streams``, as a soak test or a script does."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

_LINE = re.compile(r"^(npcface_(?:stream_)?frames_(?:due|asked|sent|dropped|in_flight)\w*?)(?:\{(.*)\})? (\S+)$")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class Balance:
    """Frames of the daemon, or of one stream.

    Attributes:
        due, asked: pushed frames whose time came, states that were accepted.
        sent: handed to the network or a ring.
        dropped: reason → frames.
        in_flight: place → frames.
    """

    due: int = 0
    asked: int = 0
    sent: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    in_flight: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Frames that vanished without a count; above or below 0, the daemon has a fault."""
        ended = self.sent + sum(self.dropped.values())
        return self.due + self.asked - ended - sum(self.in_flight.values())


def balance(text: str) -> Balance:
    """Of the whole daemon since its start.

    Args:
        text: the page ``/metrics``.

    Raises:
        ValueError: the page holds no frames.
    """
    found = _read(text, "npcface_frames_")
    if () not in found:
        raise ValueError("npcface_frames_… is not on this page; is it /metrics of an npcface daemon?")
    return found[()]


def stream_balances(text: str) -> dict[tuple[str, ...], Balance]:
    """Of every open stream, by client's number, stream and character.

    Args:
        text: the page ``/metrics/streams``.
    """
    return _read(text, "npcface_stream_frames_")


def _read(text: str, prefix: str) -> dict[tuple[str, ...], Balance]:
    found: dict[tuple[str, ...], Balance] = defaultdict(Balance)
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None or not match[1].startswith(prefix):
            continue
        labels = dict(_LABEL.findall(match[2] or ""))
        one = found[tuple(labels[name] for name in ("client", "stream", "character") if name in labels)]
        what, count = match[1].removeprefix(prefix).removesuffix("_total"), int(float(match[3]))
        if what == "dropped":
            one.dropped[labels["reason"]] = count
        elif what == "in_flight":
            one.in_flight[labels["place"]] = count
        else:
            setattr(one, what, count)
    return dict(found)
