"""A daemon's message as the Python client reads it."""

from contextlib import suppress

from npcface.errors import NpcFaceError
from npcface.wire.codec import decode_reply
from tests.fuzz.targets.wire_request import MARK


def run(data: bytes) -> None:
    with suppress(NpcFaceError):
        decode_reply(data.split(MARK, 2))
