"""Character folders: what enrolment writes, mods share and renderers read. Needs numpy, pydantic and Pillow only."""

from npcface.character.character import Character
from npcface.character.embedding import MODEL_VERSION, EmbeddingKey
from npcface.character.manifest import Framing, Manifest, ManifestError
from npcface.character.rights import Rights
from npcface.character.store import CharacterStore

__all__ = [
    "MODEL_VERSION", "Character", "CharacterStore", "EmbeddingKey", "Framing", "Manifest", "ManifestError", "Rights",
]  # fmt: skip
