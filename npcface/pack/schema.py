"""JSON Schema of every file that people write, made from the models that read them, so that editors can help.

Source: JSON Schema draft 2020-12, which is what pydantic writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from npcface.character.manifest import RULES, Manifest
from npcface.errors import NpcFaceError
from npcface.pack import documents, manifest, order, thunderstore

MODELS: dict[str, tuple[type[BaseModel], Mapping[str, tuple[str, str]], str]] = {
    "manifest": (Manifest, RULES, "manifest.json of a character"),
    "pack": (manifest.PackManifest, manifest.PACK_RULES, "npcface-pack.json of a pack"),
    "load_order": (order.LoadOrder, order.RULES, "load_order.json of a store"),
    "thunderstore": (thunderstore.ThunderstoreManifest, thunderstore.RULES, "manifest.json of a Thunderstore package"),
    "landmarks": (documents.LandmarkFile, documents.LANDMARK_RULES, "landmarks placed by hand"),
    "track": (documents.TrackFile, documents.TRACK_RULES, "track.json, a performance"),
}
"""Name → model, what is allowed in its fields, title."""


def schema(name: str) -> dict[str, Any]:
    """One schema.

    Raises:
        NpcFaceError: an unknown name.
    """
    if name not in MODELS:
        raise NpcFaceError(f"There is no schema {name[:40]!r}.", f"Known are: {', '.join(MODELS)}.")
    model, rules, title = MODELS[name]
    made = model.model_json_schema(by_alias=True)
    for field, table in made["properties"].items():
        table.pop("title", None)
        if field in rules:
            table["description"] = f"{rules[field][0]}. {rules[field][1]}"
    made.pop("description", None)
    made["properties"] = {"$schema": {"type": "string", "description": "Path of this schema, for editors."}} | made[
        "properties"
    ]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": title}


def schema_text(name: str) -> str:
    """One schema as a file's text."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
