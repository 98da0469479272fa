"""The published schemas are what the code makes, and say of good and bad files what the readers say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from npcface.enroll.manual import IBUG_NAMES
from npcface.errors import NpcFaceError
from npcface.pack.schema import MODELS, schema, schema_text
from tests.character.folders import manifest

DOCS = Path(__file__).parents[2] / "docs" / "schema"
GOOD: dict[str, dict[str, Any]] = {
    "manifest": json.loads(manifest().to_json()),
    "pack": {"$schema": "x.json", "schema": 1, "name": "Faces", "characters": ["mira"]},
    "load_order": {"schema": 1, "order": ["a.zip", "."], "disabled": []},
    "thunderstore": {
        "name": "Faces", "version_number": "1.0.0", "website_url": "", "description": "x",
        "dependencies": ["A-B-1.0.0"],
    },
    "landmarks": {"schema": 1, "points": {name: [1.5, 2] for name in IBUG_NAMES}},
    "track": {"schema": 1, "frames": [{"weights": {"jawOpen": 0.5}, "head": [1, 2, 3]}],
              "emotions": [[0, "happy", 0.5]]},
}  # fmt: skip
BAD: list[tuple[str, dict[str, Any]]] = [
    ("manifest", {"id": "Mira"}), ("manifest", {"consent": ""}), ("manifest", {"version": "1"}),
    ("manifest", {"schema": 2}),
    ("pack", {"name": ""}), ("pack", {"characters": ["../x"]}), ("load_order", {"order": "a.zip"}),
    ("thunderstore", {"description": "x" * 251}), ("thunderstore", {"name": "a b"}),
    ("thunderstore", {"dependencies": ["A-B"]}), ("landmarks", {"points": [[1, 2]] * 67}),
    ("landmarks", {"points": [[1, 2, 3]] * 68}), ("track", {"fps": 0}), ("track", {"phonemes": [["a", 0.0]]}),
    ("track", {"frames": [{"head": [1, 2]}]}), ("track", {"emotions": [[0, "hungry", 1]]}),
]  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_the_published_file_is_what_the_code_makes(name: str) -> None:
    published = (DOCS / f"{name}.json").read_text(encoding="utf-8")
    assert published == schema_text(name), f"npcface schema {name} > docs/schema/{name}.json"
    jsonschema.Draft202012Validator.check_schema(schema(name))
    jsonschema.validate(GOOD[name], schema(name))


def test_nothing_else_is_published() -> None:
    assert sorted(file.name for file in DOCS.iterdir()) == sorted(f"{name}.json" for name in MODELS)


@pytest.mark.parametrize(("name", "change"), BAD, ids=str)
def test_bad_files_are_refused(name: str, change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(GOOD[name] | change, schema(name))


def test_an_unknown_name() -> None:
    with pytest.raises(NpcFaceError, match="Known are: manifest"):
        schema("recipe")
