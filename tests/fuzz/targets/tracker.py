"""Datagrams of every tracker, several in a row, up to the face they make."""

from npcface.errors import NpcFaceError
from npcface.listen.names import Names, of_source
from npcface.listen.packet import Reader
from npcface.listen.sources import SOURCES

_NAMES: dict[str, Names] = {}
_NEXT = b"\0|next|"


def run(data: bytes) -> None:
    readers: dict[str, Reader] = {name: source.reader() for name, source in SOURCES.items()}
    for piece in data.split(_NEXT)[:8]:
        for name, reader in readers.items():
            names = _NAMES.setdefault(name, of_source(name))
            try:
                for packet in reader.read(piece):
                    packet.who.encode()
                    names.state(packet.values)
            except NpcFaceError as error:
                error.cause.encode()
