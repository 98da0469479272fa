"""npcface-pack.json: what a pack is called, who made it, and which characters it holds.

Optional for readers, who go by the folders: the file is for people, shops and ``npcface validate``.
"""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from npcface.character.manifest import VERSION, CharacterId, Line, plain, read_table, version_range

PACK_NAME = "npcface-pack.json"
PACK_SCHEMA = 1
MAX_CHARACTERS = 256
"""Characters in one pack."""

Text = Annotated[str, Field(max_length=2000)]


class PackInfo(BaseModel):
    """What the author of a pack says about it; everything may be left out."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    name: Annotated[str, Field(max_length=80)] = ""
    version: str = Field(default="1.0.0", pattern=VERSION)
    authors: list[Line] = Field(default_factory=list, max_length=32)
    description: Text = ""
    website: Annotated[str, Field(max_length=500)] = ""
    npcface: Annotated[str, Field(max_length=80), AfterValidator(version_range)] = ">=0.1"


class PackManifest(PackInfo):
    """The whole file; docs/packs.md describes each field."""

    schema_version: int = Field(default=PACK_SCHEMA, alias="schema", ge=1, le=PACK_SCHEMA)
    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(plain)]
    characters: list[CharacterId] = Field(default_factory=list, max_length=MAX_CHARACTERS)

    def to_json(self) -> bytes:
        """The file's bytes: UTF-8, two spaces of indent, fields in the order of the table in docs/packs.md."""
        table = self.model_dump(mode="json", by_alias=True)
        ordered = {"schema": table.pop("schema"), **table}
        return (json.dumps(ordered, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


PACK_RULES = {
    "schema": (f"a whole number from 1 to {PACK_SCHEMA}", "A newer number needs a newer npcface; otherwise write 1."),
    "name": ("text of 1 to 80 characters", "Write the name people shall see."),
    "version": ('three numbers such as "1.2.0"', "Raise the last number with each change."),
    "authors": ("a list of up to 32 names", 'Write ["Your Name"].'),
    "description": ("text of up to 2000 characters", "Shorten it."),
    "website": ("text of up to 500 characters", "Write an address, or remove the field."),
    "npcface": ('a version range such as ">=0.1,<1"', 'Write ">=0.1" if unsure.'),
    "characters": (f"a list of up to {MAX_CHARACTERS} character ids", "Name the folders under characters/."),
}


def parse_pack(data: bytes, file: str = PACK_NAME) -> PackManifest:
    """Read a pack manifest.

    Raises:
        ManifestError: with every finding.
    """
    return read_table(data, file, PackManifest, PACK_RULES, "docs/packs.md")
