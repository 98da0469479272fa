"""A daemon's message as the Python client reads it, up to the texture of a frame."""

from contextlib import suppress

from npcface.client.inbox import Inbox
from npcface.errors import NpcFaceError
from npcface.wire.codec import decode_reply
from npcface.wire.replies import Frame, Opened
from tests.fuzz.targets.wire_request import MARK


def run(data: bytes) -> None:
    inbox = Inbox(None, copy=True, partial=True)
    with suppress(NpcFaceError):
        message, payload = decode_reply(data.split(MARK, 2))
        if isinstance(message, Opened):
            Inbox(message.ring, copy=True)
        elif isinstance(message, Frame):
            for _ in range(2):  # a part needs one that came before
                frame = inbox.take(message, payload)
                assert frame is None or frame.pixels.nbytes == len(payload or b"") or message.part
