"""load_order.json: in which order the packs of a store count, and which of them do not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from npcface.character.folder import read_members
from npcface.character.manifest import MAX_MANIFEST_BYTES, Line, read_table

ORDER_NAME = "load_order.json"
ORDER_SCHEMA = 1
MAX_NAMES = 4096
PLAIN = "."
"""Stands for the plain character folders of a store, which count first unless the order says otherwise."""


class LoadOrder(BaseModel):
    """The file; later ones override earlier ones, and those not named come before those named."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    schema_version: int = Field(default=ORDER_SCHEMA, alias="schema", ge=1, le=ORDER_SCHEMA)
    order: list[Line] = Field(default_factory=list, max_length=MAX_NAMES)
    disabled: list[Line] = Field(default_factory=list, max_length=MAX_NAMES)

    def sorted(self, names: Iterable[str]) -> list[str]:
        """Names of packs (``PLAIN`` among them) in the order in which they count, without disabled ones."""
        rank = {name: place for place, name in enumerate(self.order)}
        wanted = set(names) - set(self.disabled)
        return sorted(wanted, key=lambda name: (rank.get(name, -1), name != PLAIN, name.casefold(), name))


RULES = {
    "schema": (f"a whole number from 1 to {ORDER_SCHEMA}", "A newer number needs a newer npcface; otherwise write 1."),
    "order": (f"a list of up to {MAX_NAMES} names of zips and folders", 'Write ["base.zip", "my-mod"].'),
    "disabled": (f"a list of up to {MAX_NAMES} names of zips and folders", "Write [] if none."),
}


def parse_order(data: bytes, file: str = ORDER_NAME) -> LoadOrder:
    """Read a load order.

    Raises:
        ManifestError: with every finding.
    """
    return read_table(data, file, LoadOrder, RULES, "docs/packs.md")


def read_order(store: Path) -> LoadOrder:
    """The load order of a store; without a file, by name.

    Raises:
        CharacterError: the file cannot be read or is not one.
    """
    data = read_members(store, {ORDER_NAME: MAX_MANIFEST_BYTES})[ORDER_NAME]
    return LoadOrder() if data is None else parse_order(data, str(store / ORDER_NAME))
