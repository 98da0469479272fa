"""The Python client: ``with Client("tcp://127.0.0.1:5747") as client: …``."""

from npcface.client.client import Client
from npcface.client.connection import DaemonLost, DaemonTimeout
from npcface.client.frame import Frame
from npcface.client.stream import Stream

__all__ = ["Client", "DaemonLost", "DaemonTimeout", "Frame", "Stream"]
