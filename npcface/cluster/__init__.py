"""Many daemons as one: ``npcface cluster`` starts them on Ray, a director says which of them shows a character.

The director only hands out addresses; faces travel straight between a client and its worker (docs/cluster.md).
``ClusterClient`` needs no Ray, only ``npcface cluster`` itself does.
"""

from npcface.cluster.client import ClusterClient
from npcface.cluster.config import ClusterConfig
from npcface.cluster.stream import ClusterStream

__all__ = ["ClusterClient", "ClusterConfig", "ClusterStream"]
