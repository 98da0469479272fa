"""ZMTP frames in pieces, as a client without a ZeroMQ library reads them."""

from contextlib import suppress

from npcface.errors import NpcFaceError
from npcface.wire.zmtp import PartReader, check_greeting

_LIMIT = 1 << 16


def run(data: bytes) -> None:
    with suppress(NpcFaceError):
        check_greeting(data[:64])
    reader, step = PartReader(_LIMIT), 1 + len(data) // 7
    try:
        for at in range(0, len(data), step):
            for part in reader.feed(data[at : at + step]):
                assert len(part.body) <= _LIMIT
    except NpcFaceError:
        pass
