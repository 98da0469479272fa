"""What every parser returns, and the checks they share. Parsers are pure: bytes in, Packet or ProtocolError out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from npcface.errors import ProtocolError
from npcface.state import FaceState

MOST_VALUES = 512
"""Named numbers of one frame; trackers send 60 to 150."""
MOST_NAME = 64
"""Characters of one name, of a subject or a shape."""
LARGEST = 1e6
"""Numbers beyond are refused: no tracker's weight, angle or pixel is that large."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What one datagram says about one face.

    Attributes:
        values: finite numbers under the source's own names, in the source's own units.
        face: the sender sees a face; False: the values are of no use.
        who: name of the subject, phone or program, as far as it is sent.
        time_s: the sender's clock in seconds, as far as it is sent.
        number: the sender's count of frames, as far as it is sent.
        complete: False: further packets belong to the same frame (VMC).
    """

    values: Mapping[str, float] = field(default_factory=dict)
    face: bool = True
    who: str = ""
    time_s: float | None = None
    number: int | None = None
    complete: bool = True


class Moment(NamedTuple):
    """One face at one time.

    Attributes:
        time_s: seconds on this machine's clock, or on the sender's where frames come faster than they are shown.
        state: the face.
    """

    time_s: float
    state: FaceState


class Reader(Protocol):
    """A parser with a memory, for sources whose frames span datagrams."""

    def read(self, data: bytes) -> list[Packet]:
        """Whole frames that a datagram completes, in order; ProtocolError if it is malformed."""
        ...


def malformed(source: str, what: str) -> ProtocolError:
    """The error of every parser."""
    return ProtocolError(f"Not a packet of {source}: {what}.", "Is another program sending to this port?")


def finite(source: str, numbers: Iterable[float]) -> None:
    """Refuse NaN, infinity and what no tracker sends.

    Raises:
        ProtocolError: one of them is there.
    """
    for number in numbers:
        if not -LARGEST <= number <= LARGEST:  # false for NaN, too
            raise malformed(source, f"{number!r:.30} is no number of a face")


def text(source: str, raw: bytes, what: str) -> str:
    """A name as UTF-8 without control characters, so that it can be shown on a terminal.

    Raises:
        ProtocolError: too long, or not UTF-8.
    """
    if len(raw) > 4 * MOST_NAME:
        raise malformed(source, f"its {what} has {len(raw)} bytes")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise malformed(source, f"its {what} is not UTF-8") from None
    return "".join(c for c in decoded if c.isprintable())[:MOST_NAME]
