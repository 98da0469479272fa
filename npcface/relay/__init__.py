"""Faces across a network as numbers: a compact codec, a relay for game servers, and what a client needs to show them.

``docs/multiplayer.md`` says how to use it, "Face packets" in ``engine_bridge/PROTOCOL.md`` is the byte layout.
"""

from npcface.relay.decoder import Arrival, FaceDecoder, Outcome
from npcface.relay.encoder import FaceEncoder
from npcface.relay.listener import Listener
from npcface.relay.packet import PacketError
from npcface.relay.playout import Playout
from npcface.relay.server import Relay
from npcface.relay.speaker import Speaker

__all__ = ["Arrival", "FaceDecoder", "FaceEncoder", "Listener", "Outcome", "PacketError", "Playout", "Relay", "Speaker"]
