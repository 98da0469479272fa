"""Face packets of another player, in a row, and what the jitter buffer shows: a length byte before each."""

from contextlib import suppress

import numpy as np

from npcface.relay.decoder import KEYS_KEPT, FaceDecoder
from npcface.relay.packet import PacketError
from npcface.relay.playout import Playout


def run(data: bytes) -> None:
    decoder, playout, at, now_s = FaceDecoder(), Playout(), 0, 0.0
    for _ in range(64):
        if at >= len(data):
            break
        packet, at, now_s = data[at + 1 : at + 1 + data[at]], at + 1 + data[at], now_s + 0.03
        with suppress(PacketError):
            playout.take(decoder.push(packet), now_s)
        assert np.isfinite(playout.face(now_s).weights).all()
    assert len(decoder._keys) <= KEYS_KEPT
