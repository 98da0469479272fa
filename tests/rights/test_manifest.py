"""``rights`` in manifest.json: kept, explained where wrong, and what counts as stated."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from npcface.character import Manifest, ManifestError, Rights
from npcface.character.manifest import parse_manifest
from npcface.character.rights import GROUNDS, stated
from npcface.cli.rights import GroundName

BASE = {"id": "mira", "name": "Mira", "license": "CC0-1.0", "consent": "Not stated."}
FULL = {
    "ground": "consent", "holder": "Mira Example", "use": ["this mod"], "evidence": "https://example.org/yes",
    "date": "2026-03-01",
}  # fmt: skip


def read(rights: Any, **changes: Any) -> Manifest:
    return parse_manifest(json.dumps({**BASE, **changes, "rights": rights}).encode())


@pytest.mark.parametrize("rights", [FULL, {"ground": "invented"}, {"ground": "licence", "newer": {"a": [1]}}])
def test_what_is_written_comes_back(rights: dict[str, Any]) -> None:
    assert json.loads(read(rights).to_json())["rights"] == rights


def test_a_manifest_without_stays_without() -> None:
    assert "rights" not in json.loads(parse_manifest(json.dumps(BASE).encode()).to_json())


@pytest.mark.parametrize(
    ("rights", "field", "word"),
    [
        ({}, "rights.ground", "missing"),
        ({"ground": "telepathy"}, "rights.ground", "invented"),
        ({"ground": "consent", "date": "1.3.2026"}, "rights.date", "2026-03-01"),
        ({"ground": "consent", "date": "2026-02-30"}, "rights.date", "2026-03-01"),
        ({"ground": "consent", "holder": " "}, "rights.holder", "text"),
        ({"ground": "consent", "holder": "a\nb"}, "rights.holder", "text"),
        ({"ground": "consent", "use": "any"}, "rights.use", "list"),
        ({"ground": "consent", "use": ["x"] * 17}, "rights.use", "16"),
        ({"ground": "consent", "evidence": 7}, "rights.evidence", "text"),
        ("yes", "rights", "ground"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(rights: Any, field: str, word: str) -> None:
    with pytest.raises(ManifestError) as caught:
        read(rights)
    (finding,) = caught.value.findings
    assert finding.field == field and word in str(finding) and finding.fix


@pytest.mark.parametrize(
    ("consent", "rights", "expected"),
    [
        ("Not stated.", None, False),
        ("TODO", None, False),
        (" unknown ", None, False),
        ("She agreed in 2019.", None, True),
        ("Not stated.", {"ground": "invented"}, True),
    ],
)
def test_what_counts_as_stated(consent: str, rights: Any, expected: bool) -> None:
    assert stated(Manifest(**{**BASE, "consent": consent, "rights": rights})) is expected


def test_the_sentences_hold_everything() -> None:
    text = Rights.model_validate(FULL).sentences()
    assert all(part in text for part in ("agreed", "Mira Example", "this mod", "2026-03-01", "https://example.org/yes"))
    for ground in GROUNDS:
        assert Rights(ground=ground).sentences() == GROUNDS[ground]
    with pytest.raises(ValidationError):
        Rights.model_validate({"ground": "none"})


def test_the_command_line_knows_every_ground() -> None:
    assert {one.value for one in GroundName} == set(GROUNDS)
