"""init: a mod that begins without findings, whose template becomes a valid manifest and whose schemas are current."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from npcface.character.manifest import parse_manifest
from npcface.errors import CharacterError
from npcface.pack.manifest import parse_pack
from npcface.pack.schema import schema_text
from npcface.pack.starter import TEMPLATE_NAME, make_starter


def test_a_new_mod(tmp_path: Path) -> None:
    folder = tmp_path / "My Mod"
    files = make_starter(folder)
    assert files == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert parse_pack((folder / "npcface-pack.json").read_bytes()).name == "My Mod"
    assert "npcface pack . --out my-mod.zip" in (folder / "README.md").read_text()
    template = parse_manifest((folder / TEMPLATE_NAME).read_bytes())
    assert template.id == "mira"
    for name in ("manifest", "pack", "landmarks", "track"):
        assert (folder / "schema" / f"{name}.json").read_text() == schema_text(name)
    rules = json.loads((folder / "schema" / "manifest.json").read_text())
    jsonschema.validate(json.loads((folder / TEMPLATE_NAME).read_text()), rules)


def test_links_to_schemas_lead_somewhere(tmp_path: Path) -> None:
    make_starter(tmp_path / "mod")
    settings = json.loads((tmp_path / "mod" / ".vscode" / "settings.json").read_text())
    places = [tmp_path / "mod" / one["url"] for one in settings["json.schemas"]]
    table = json.loads((tmp_path / "mod" / TEMPLATE_NAME).read_text())
    places.append(tmp_path / "mod" / "characters" / "mira" / table["$schema"])
    (tmp_path / "mod" / "characters" / "mira").mkdir()
    assert len(places) == 5 and all(place.resolve().is_file() for place in places)


@pytest.mark.parametrize("name", [".hidden", "readme.txt"])
def test_a_folder_that_is_not_empty_is_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(CharacterError, match="is not empty"):
        make_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "mod").write_text("x")
    with pytest.raises(CharacterError, match="cannot be written"):
        make_starter(tmp_path / "mod")
