"""What a stream is told, one message after the other, and the faces that come of it: never NaN, never out of range."""

import numpy as np

from npcface.errors import NpcFaceError
from npcface.serve.driver import Driver, TimelineFrames
from npcface.wire.channels import ChannelMap
from npcface.wire.codec import decode_request
from npcface.wire.payload import decode_floats
from npcface.wire.requests import Emotion, Idle, Speech, Timeline
from tests.fuzz.targets.wire_request import MARK

NEXT = b"\0|next|"
_CHANNELS = ChannelMap()
_FPS, _MOST_MESSAGES, _FRAMES = 30.0, 16, 3


def run(data: bytes) -> None:
    driver, time_s = Driver(_FPS), 0.0
    driver.feed(Idle(stream=1))
    for piece in data.split(NEXT)[:_MOST_MESSAGES]:
        try:
            message, payload = decode_request(piece.split(MARK, 1))
            if isinstance(message, Speech | Idle | Emotion):
                driver.feed(message)
            elif isinstance(message, Timeline):
                rows = decode_floats(payload, message.frames, len(_CHANNELS.names))
                driver.feed(TimelineFrames(message, rows, _CHANNELS))
        except NpcFaceError:
            pass
        for _ in range(_FRAMES):
            time_s += 1.0 / _FPS
            state, _ended = driver.pushed(time_s)
            assert np.isfinite(state.checked().weights).all()
