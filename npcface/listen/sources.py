"""The sources npcface can listen to: port, parser and what people should know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from npcface.errors import StateError
from npcface.listen import ifacialmocap, livelink, openseeface
from npcface.listen.audio2face import Audio2FaceReader
from npcface.listen.packet import Packet, Reader
from npcface.listen.vmc import VmcReader


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of sender.

    Attributes:
        name: its key, also the name of its table in ``data/``.
        title: what people call it.
        port: UDP port it sends to unless told otherwise.
        reader: makes a parser with an empty memory.
        start: sent to the phone, again and again, until it answers; empty where the phone starts by itself.
        bursts: frames come in bursts, ahead of their time: recordings go by the sender's clock.
    """

    name: str
    title: str
    port: int
    reader: Callable[[], Reader]
    start: bytes = b""
    bursts: bool = False


class _OneByOne:
    """A reader for sources whose datagram is a whole frame."""

    def __init__(self, parse: Callable[[bytes], Packet]) -> None:
        self._parse = parse

    def read(self, data: bytes) -> list[Packet]:
        return [self._parse(data)]


SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        Source("livelink", "Live Link Face", 11111, lambda: _OneByOne(livelink.parse)),
        Source("vmc", "VMC", 39539, VmcReader),
        Source("openseeface", "OpenSeeFace", 11573, lambda: _OneByOne(openseeface.parse)),
        Source("ifacialmocap", "iFacialMocap", 49983, lambda: _OneByOne(ifacialmocap.parse), ifacialmocap.START),
        Source("a2f", "Audio2Face-3D", 12030, Audio2FaceReader, bursts=True),
    )
}


def source_of(name: str) -> Source:
    """A source by its key.

    Raises:
        StateError: unknown.
    """
    if name not in SOURCES:
        raise StateError(f"Unknown source {name!r:.40}.", f"Use one of {', '.join(SOURCES)}.")
    return SOURCES[name]
