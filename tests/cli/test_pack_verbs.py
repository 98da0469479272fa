"""init, list, validate, pack, schema: what they print, what they return, and the whole way from one to the other."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from npcface.character import CharacterStore
from npcface.cli.app import app
from npcface.pack.schema import schema_text
from tests.character.folders import character, png

run = CliRunner()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "store"
    for name in ("mira", "zoe"):
        CharacterStore(root).save(character(name, name=name.title()))
    monkeypatch.setenv("NPCFACE_CHARACTERS", str(root))
    return root


def document(*arguments: str, code: int = 0) -> Any:
    result = run.invoke(app, [*arguments, "--json"])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_from_a_new_mod_to_a_list_with_its_pack(store: Path, tmp_path: Path) -> None:
    mod = tmp_path / "my-mod"
    assert "npcface-pack.json" in document("init", str(mod), "--name", "My Mod")["files"]
    shutil.copytree(store / "mira", mod / "characters" / "mira")
    packed = document("pack", str(mod), "--version", "2.0.0", "--out", str(store / "my-mod.zip"))
    assert packed["characters"] == 1 and Path(packed["file"]).stat().st_size == packed["bytes"]
    with zipfile.ZipFile(packed["file"]) as zipped:
        about = json.loads(zipped.read("npcface-pack.json"))
    assert (about["name"], about["version"], about["characters"]) == ("My Mod", "2.0.0", ["mira"])
    listed = document("list")
    told = {one["id"]: (one["pack"], one["overrides"]) for one in listed["characters"]}
    assert told == {"mira": ("my-mod.zip", ["."]), "zoe": ("", [])} and listed["problems"] == []


def test_list_as_text(store: Path, tmp_path: Path) -> None:
    CharacterStore(tmp_path / "other").save(character("zoe", name="Other Zoe", version="3.0.0"))
    (store / "bad.zip").write_bytes(b"no zip")
    result = run.invoke(app, ["list", "--characters", str(store), "--characters", str(tmp_path / "other")])
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("zoe")]
    assert line.split() == ["zoe", "Other", "Zoe", "3.0.0", "CC0-1.0", "consent", "text", "other", "."]
    assert "bad.zip" in result.stderr and "Get the pack again." in result.stderr
    assert "2 character(s), 1 problem(s)" in result.stderr


def test_packs_by_id_and_for_thunderstore(store: Path, tmp_path: Path) -> None:
    more = ("--thunderstore", "--namespace", "Anna", "--name", "My Faces", "--depends", "A-B-1.0.0")
    made = document("pack", "mira", "zoe", "--out", str(tmp_path), *more)["file"]
    assert Path(made).name == "Anna-My_Faces-1.0.0.zip"
    with zipfile.ZipFile(made) as zipped:
        table = json.loads(zipped.read("manifest.json"))
        readme = zipped.read("README.md").decode()
    assert table["dependencies"] == ["A-B-1.0.0"] and table["website_url"] == ""
    assert "| Mira | `mira` | CC0-1.0 | Nobody real is shown. |" in readme


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nobody"], "neither a character folder"),
        (["mira", "--version", "one"], "three numbers"),
        (["mira", "--thunderstore"], "Give --namespace"),
        (["mira", "--thunderstore", "--namespace", "A", "--description", "x" * 251], "1 to 250 characters"),
        (["mira", "--thunderstore", "--namespace", "A", "--depends", "B"], "Author-Mod-1.2.3"),
        (["mira", "--thunderstore", "--namespace", "A", "--icon", "gone.png"], "cannot be read"),
    ],
)
def test_what_pack_refuses(store: Path, tmp_path: Path, options: list[str], said: str) -> None:
    error = document("pack", *options, "--out", str(tmp_path / "x.zip"), code=1)["error"]
    assert error["code"] == "character" and said in error["cause"] + error["remedy"]
    assert not (tmp_path / "x.zip").exists()


def test_an_icon_of_another_size(store: Path, tmp_path: Path) -> None:
    (tmp_path / "icon.png").write_bytes(png(64, 64))
    more = (
        "--thunderstore",
        "--namespace",
        "A",
        "--icon",
        str(tmp_path / "icon.png"),
        "--out",
        str(tmp_path / "x.zip"),
    )
    assert "256×256" in document("pack", "mira", *more, code=1)["error"]["remedy"]


def test_validate_counts_and_exit_codes(store: Path) -> None:
    for folder in ("mira", "zoe"):
        (store / folder / "embedding.safetensors").unlink()
    found = document("validate", str(store))
    assert (found["errors"], found["warnings"]) == (0, 2)
    assert set(found["findings"][0]) == {"severity", "file", "field", "value", "allowed", "fix"}
    assert document("validate", str(store), "--strict", code=1)["errors"] == 0
    (store / "mira" / "portrait.png").unlink()
    text = run.invoke(app, ["validate", str(store / "mira"), str(store / "zoe")])
    assert text.exit_code == 1 and "1 error(s), 2 warning(s)" in text.stderr
    assert "portrait.png" in text.stdout and "→ Put the portrait there" in text.stdout


def test_schema(tmp_path: Path) -> None:
    assert run.invoke(app, ["schema", "pack"]).stdout == schema_text("pack")
    assert run.invoke(app, ["schema", "recipe"]).exit_code == 1


def test_init_refuses_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert "not empty" in document("init", str(tmp_path), code=1)["error"]["cause"]
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
