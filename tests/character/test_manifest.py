"""manifest.json: every finding at once, unknown fields kept, nothing that crashes the parser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.character.manifest import MAX_MANIFEST_BYTES, Manifest, ManifestError, is_valid_id, parse_manifest
from npcface.character.version import in_range, range_problem

GOOD: dict[str, Any] = {
    "schema": 1, "id": "mira", "name": "Mira", "version": "1.2.0", "authors": ["A. Painter"], "license": "CC0-1.0",
    "consent": "Nobody real is shown.", "npcface": ">=0.1,<1", "portrait_sha256": "ab" * 32,
    "framing": {"left": -4.5, "top": 10, "side": 512},
}  # fmt: skip


def parsed(**changes: Any) -> Manifest:
    table = {key: value for key, value in (GOOD | changes).items() if value is not ...}
    return parse_manifest(json.dumps(table).encode(), "mira/manifest.json")


def test_round_trip_keeps_unknown_fields() -> None:
    manifest = parsed(voice={"pitch": 1.5, "tags": ["alto", None]}, framing={**GOOD["framing"], "rotation": 3})
    again = parse_manifest(manifest.to_json())
    assert again == manifest
    table = json.loads(manifest.to_json())
    assert table["voice"] == {"pitch": 1.5, "tags": ["alto", None]} and table["framing"]["rotation"] == 3
    assert table["schema"] == 1 and list(table)[:3] == ["schema", "id", "name"]


def test_only_a_few_fields_are_needed() -> None:
    manifest = Manifest(id="mira", name="Mira", license="CC0-1.0", consent="Nobody real is shown.")
    assert (manifest.version, manifest.authors, manifest.framing) == ("1.0.0", [], None)
    assert parse_manifest(manifest.to_json()) == manifest
    assert parse_manifest(b"\xef\xbb\xbf" + manifest.to_json()) == manifest, "editors on Windows write that mark"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", 2), ("schema", 0), ("schema", "1"), ("schema", True), ("id", "Mira"), ("id", ""), ("id", ".."),
        ("id", "a/b"), ("id", "a" * 65), ("id", "mira\n"), ("id", "con"), ("id", "lpt3"), ("id", 3), ("id", ...),
        ("name", ""), ("name", "  "), ("name", "a\0b"), ("name", "x" * 81), ("name", ...), ("version", "1.2"),
        ("version", "01.2.3"), ("version", "1.2.3\n"), ("version", 1), ("authors", "me"), ("authors.0", [3]),
        ("authors", ["me"] * 33), ("license", ...), ("license", ""), ("consent", ...), ("consent", "x" * 2001),
        ("npcface", ""), ("npcface", "1"), ("npcface", ">=1,"), ("npcface", ">=1.x"), ("portrait_sha256", "AB" * 32),
        ("portrait_sha256", "ab"), ("framing", 3), ("framing.side", {"left": 0, "top": 0, "side": 0}),
        ("framing.left", {"left": "0", "top": 0, "side": 1}), ("framing.top", {"left": 0, "side": 1}),
    ],
)  # fmt: skip
def test_each_bad_field_is_named(field: str, value: Any) -> None:
    top = field.split(".")[0]
    with pytest.raises(ManifestError) as caught:
        parsed(**{top: value})
    (finding,) = caught.value.findings
    assert (finding.file, finding.field) == ("mira/manifest.json", field)
    assert finding.allowed and finding.fix
    shown = value if top == field else value[0] if isinstance(value, list) else value.get(field.split(".")[1], ...)
    assert finding.value == "missing" if shown is ... else finding.value[:60] == repr(shown)[:60]


def test_all_findings_come_at_once() -> None:
    with pytest.raises(ManifestError, match="4 problems") as caught:
        parsed(id="A B", version="one", license=..., authors=[1])
    assert [finding.field for finding in caught.value.findings] == ["id", "version", "authors.0", "license"]
    assert "a-z, 0-9" in str(caught.value) and "missing" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"3", b"{", b"\xff", b'{"id": NaN}', b'{"x": 1e999}', b'{"x": "\\ud800"}', b"[" * 60000,
        b'{"id": "a", "id": "b"}', b'{"x": ' + b"9" * 5000 + b"}", b" " * (MAX_MANIFEST_BYTES + 1),
    ],
)  # fmt: skip
def test_what_is_not_a_manifest_at_all(data: bytes) -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(data)
    assert caught.value.findings[0].field == "the file" and caught.value.findings[0].fix


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*GOOD]) | st.text(max_size=6), JSON, max_size=4))
def test_any_change_gives_findings_or_a_manifest_that_can_be_written(changes: dict[str, Any]) -> None:
    try:
        manifest = parsed(**changes)
    except ManifestError as error:
        assert error.findings and all(finding.allowed for finding in error.findings)
    else:
        assert parse_manifest(manifest.to_json()) == manifest


@given(st.text(max_size=70))
def test_valid_ids_are_safe_folder_names(text: str) -> None:
    assert not is_valid_id(text) or (set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") and 0 < len(text) <= 64)


@pytest.mark.parametrize(
    ("version", "text", "fits"),
    [
        ("0.1.0", ">=0.1", True), ("0.1.0", ">0.1", False), ("0.10.0", ">=0.9,<1", True), ("1.0.0", ">=0.9, <1", False),
        ("1.2.3.dev4", "==1.2.3", True), ("2.0.0-rc1", "<=2", True), ("1.0.0", "!=1", False), ("0.2.0", "<0.2", False),
    ],
)  # fmt: skip
def test_version_ranges(version: str, text: str, fits: bool) -> None:
    assert range_problem(text) == "" and in_range(version, text) is fits
