"""Listening to face trackers: what phones and tracking programs send over UDP → FaceStates."""

from npcface.listen.listener import Listener as Listener
from npcface.listen.names import Names as Names
from npcface.listen.packet import Moment as Moment
from npcface.listen.packet import Packet as Packet
from npcface.listen.sources import SOURCES as SOURCES
