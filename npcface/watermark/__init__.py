"""Invisible marks in pictures that npcface drew: put in by exports and, where asked, by live textures; found again.

What they are for and what they cannot do: docs/watermark.md.
"""

from npcface.watermark.payload import Payload, character_hash
from npcface.watermark.still import Marker

__all__ = ["Marker", "Payload", "character_hash"]
