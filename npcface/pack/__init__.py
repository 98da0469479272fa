"""Character packs: zips and folders of characters that modders ship and stores read. Zips are untrusted."""

from npcface.pack.library import Entry, Library, Listing
from npcface.pack.manifest import PackInfo, PackManifest
from npcface.pack.names import PackError
from npcface.pack.write import pack

__all__ = ["Entry", "Library", "Listing", "PackError", "PackInfo", "PackManifest", "pack"]
