"""A client's message as the daemon's main loop reads it: header, a mark, payload."""

from npcface.errors import NpcFaceError
from npcface.wire.channels import ChannelMap
from npcface.wire.codec import decode_request, encode, peek
from npcface.wire.payload import decode_floats
from npcface.wire.requests import Hello, Landmarks, State, Timeline

MARK = b"\0|payload|"
_CHANNELS = ChannelMap()


def run(data: bytes) -> None:
    frames = data.split(MARK, 2)
    seen = peek(frames)
    assert -1 <= seen.stream < 1 << 63 and -1 <= seen.sequence < 1 << 63 and 0 <= seen.request < 1 << 63
    try:
        message, payload = decode_request(frames)
        encode(message)
        if isinstance(message, Hello):
            ChannelMap(message.channels)
        elif isinstance(message, State):
            _CHANNELS.state(message.values, message.named)
            if payload is not None:
                decode_floats(payload, 478, 2)
        elif isinstance(message, Landmarks):
            decode_floats(payload, message.points, message.dims)
        elif isinstance(message, Timeline):
            for row in decode_floats(payload, message.frames, len(_CHANNELS.names))[:8]:
                _CHANNELS.state(row)
    except NpcFaceError as error:
        error.cause.encode(), error.remedy.encode()  # it has to travel
