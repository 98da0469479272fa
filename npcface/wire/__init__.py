"""The wire: bytes ↔ typed messages, no sockets. ``engine_bridge/PROTOCOL.md`` is the document it follows."""

from npcface.wire.codec import decode_reply, decode_request, encode
from npcface.wire.version import PROTOCOL

__all__ = ["PROTOCOL", "decode_reply", "decode_request", "encode"]
