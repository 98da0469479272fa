"""validate: each defect is found, named by file and field, and nothing is found where nothing is wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from npcface.character import Character, EmbeddingKey
from npcface.character.embedding import encode_embedding
from npcface.pack import pack
from npcface.pack.check import validate
from npcface.pack.issue import Severity
from npcface.pack.manifest import MAX_CHARACTERS
from npcface.pack.names import PackError
from npcface.pack.starter import make_starter
from npcface.pack.thunderstore import Thunderstore, ThunderstoreManifest
from npcface.pack.tree import FolderTree
from tests.character.folders import png
from tests.pack.zips import save, zip_bytes

CONSENT = {"license": "CC0-1.0", "consent": "Nobody real is shown."}


@pytest.fixture(scope="module")
def flawless(character: Character, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Arrays of an enrolled person under a small picture, whose manifest is complete; do not change it."""
    manifest = character.manifest.model_copy(update=CONSENT)
    place = tmp_path_factory.mktemp("flawless") / "ada"
    Character(manifest, png(320, 400), png(256, 256), character.tensors).save(place)
    return place


@pytest.fixture
def ada(flawless: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(flawless, tmp_path / "store" / "ada"))


def found(path: Path) -> list[tuple[str, str, str]]:
    """Severity, file below the store, field."""
    return [(issue.severity.value, Path(issue.file).name, issue.field) for issue in validate(path)]


def edit(**changes: Any) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / "manifest.json"
        table = {**json.loads(file.read_text()), **changes}
        file.write_text(json.dumps({key: value for key, value in table.items() if value is not None}))

    return change


def put(name: str, data: bytes | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        if data is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(data)

    return change


def embedding(portrait_sha256: str = "", **key: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        digest = portrait_sha256 or json.loads((folder / "manifest.json").read_text())["portrait_sha256"]
        data = encode_embedding({"atlas": np.zeros(3, np.float32)}, EmbeddingKey(digest, **key))
        (folder / "embedding.safetensors").write_bytes(data)

    return change


MAN, PIC, ICON, EMB = "manifest.json", "portrait.png", "icon.png", "embedding.safetensors"
OTHER = [("warning", MAN, "portrait_sha256"), ("warning", EMB, "portrait_sha256")]  # of another portrait
DEFECTS: list[tuple[Callable[[Path], None], list[tuple[str, str, str]]]] = [
    (edit(license=None, consent=""), [("error", MAN, "license"), ("error", MAN, "consent")]),
    (edit(license="Not stated.", consent="TODO"), [("warning", MAN, "license"), ("warning", MAN, "consent")]),
    (edit(id="eve"), [("error", MAN, "id")]),
    (edit(npcface=">=99"), [("error", MAN, "npcface")]),
    (edit(licence="CC0"), [("warning", MAN, "licence")]),
    (edit(portrait_sha256="0" * 64), [("warning", MAN, "portrait_sha256")]),
    (put(MAN, None), [("error", MAN, "the file")]),
    (put(MAN, b"{"), [("error", MAN, "the file")]),
    (put(MAN, b" " * 70_000), [("error", MAN, "the file")]),
    (put(PIC, None), [("error", PIC, "the file")]),
    (put(PIC, b"GIF89a"), [("error", PIC, "the file"), *OTHER]),
    (put(PIC, png(300, 300)[:-30]), [("error", PIC, "the file"), *OTHER]),
    (put(PIC, png(100, 3000)), [("warning", PIC, "size"), ("warning", PIC, "size"), *OTHER]),
    (put(ICON, None), [("warning", ICON, "the file")]),
    (put(ICON, png(128, 128)), [("error", ICON, "the file")]),
    (put(ICON, png(256, 256)[:100]), [("error", ICON, "the file")]),
    (put(EMB, None), [("warning", EMB, "the file")]),
    (put(EMB, b"damaged"), [("error", EMB, "the file")]),
    (embedding("1" * 64), [("warning", EMB, "portrait_sha256")]),
    (embedding(model_version="old"), [("warning", EMB, "model_version")]),
    (embedding(), [("error", EMB, "arrays")]),
    (put("tool.exe", b"MZ"), [("warning", "tool.exe", "the file")]),
    (put("hello.ogg", b"OggS"), []),
    (put("LICENSE", b"CC0"), []),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), DEFECTS, ids=range(len(DEFECTS)))
def test_every_defect_alone_and_in_a_pack(
    change: Callable[[Path], None], expected: list[tuple[str, str, str]], ada: Path, tmp_path: Path
) -> None:
    assert found(ada) == []
    change(ada)
    assert sorted(found(ada)) == sorted(expected)
    assert sorted(found(ada.parent)) == sorted(expected), "the store that holds it"
    (tmp_path / "mod" / "characters").mkdir(parents=True)
    shutil.copytree(ada, tmp_path / "mod" / "characters" / "ada")
    if (ada / MAN).is_file():
        assert sorted(found(tmp_path / "mod")) == sorted(expected), "a pack that is a folder"


def test_a_pack_is_flawless_and_its_defects_are_found_inside(ada: Path, tmp_path: Path) -> None:
    shop = Thunderstore(
        ThunderstoreManifest(
            name="Ada", version_number="1.0.0", website_url="", description="Ada.", dependencies=["A-B-1.2.3"]
        ),
        png(256, 256), "# Ada\n",
    )  # fmt: skip
    assert found(pack(ada, tmp_path / "plain.zip")) == found(pack(ada, tmp_path / "shop.zip", thunderstore=shop)) == []
    edit(consent="?" * 3000)(ada)
    (tmp_path / "mod" / "characters").mkdir(parents=True)
    shutil.copytree(ada, tmp_path / "mod" / "characters" / "ada")
    (issue,) = validate(tmp_path / "mod")
    assert issue.severity is Severity.ERROR and issue.file.endswith("characters/ada/manifest.json")
    assert "2000 characters" in issue.allowed and "Nobody" in issue.fix.title()


def test_a_thunderstore_package_made_by_hand(ada: Path, tmp_path: Path) -> None:
    table = {
        "name": "My Faces",
        "version_number": "1.0",
        "website_url": "",
        "description": "x" * 251,
        "dependencies": ["A"],
    }
    entries = [("manifest.json", json.dumps(table).encode()), ("icon.png", png(64, 64)), ("tool.dll", b"MZ")]
    problems = found(save(tmp_path / "hand.zip", zip_bytes(*entries)))
    assert {field for severity, file, field in problems if file == "manifest.json"} == {
        "name", "version_number", "description", "dependencies.0",
    }  # fmt: skip
    assert ("error", "icon.png", "the file") in problems and ("error", "README.md", "the file") in problems
    assert ("warning", "mira", "the folder") in problems, "folders outside plugins/ are flattened"
    assert ("warning", "tool.dll", "the file") in problems


def test_stores_and_load_orders(ada: Path) -> None:
    pack(ada, ada.parent / "more.zip")
    (ada.parent / "bad.zip").write_bytes(b"no zip")
    (ada.parent / "load_order.json").write_text('{"order": ["more.zip", "gone.zip", "."]}')
    assert sorted(found(ada.parent)) == [("error", "bad.zip", "the file"), ("warning", "load_order.json", "order")]
    (ada.parent / "load_order.json").write_text('{"order": 1}')
    assert ("error", "load_order.json", "order") in found(ada.parent)


def test_pack_manifests(ada: Path, tmp_path: Path) -> None:
    make_starter(tmp_path / "mod")
    assert found(tmp_path / "mod") == [("error", "mod", "characters")], "a starter lacks characters and nothing else"
    shutil.copytree(ada, tmp_path / "mod" / "characters" / "ada")
    assert found(tmp_path / "mod") == []
    file = tmp_path / "mod" / "npcface-pack.json"
    file.write_text(json.dumps({"name": "Mod", "characters": ["ada", "ben"], "npcface": "<0.0.1"}))
    assert sorted(found(tmp_path / "mod")) == [("error", file.name, "npcface"), ("warning", file.name, "characters")]
    file.write_text('{"name": "", "version": 1}')
    assert sorted(found(tmp_path / "mod")) == [("error", file.name, "name"), ("error", file.name, "version")]


def test_links_are_found(ada: Path) -> None:
    (ada / "readme.txt").symlink_to("/etc/hostname")
    assert found(ada) == [("error", "readme.txt", "the file")]


def test_what_is_not_there(tmp_path: Path) -> None:
    assert found(tmp_path / "nowhere") == [("error", "nowhere", "the file")]
    (tmp_path / "empty").mkdir()
    assert found(tmp_path / "empty") == [("error", "empty", "the folder")]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.tuples(some.integers(0, 1 << 16), some.integers(0, 255)), max_size=6))
def test_mutated_packs_are_findings_never_exceptions(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    data = bytearray(zip_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    assert validate(save(tmp_path / "pack.zip", bytes(data))), "this one lacks an embedding at the least"


def packed(ada: Path, mod: Path) -> Path:
    """A folder with the manifest of a mod manager, whose one character lacks a consent."""
    edit(consent=None)(ada)
    shutil.copytree(ada, mod / "characters" / "ada")
    (mod / MAN).write_text('{"name": "Ada", "version_number": "1.0.0", "description": "", "website_url": ""}')
    return mod


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("npcface-pack.json", b" " * 70_000),
        (ICON, b" " * 3 * 2**20),
        ("README.md", b" " * 600 * 1024),
        ("plugins/npcface-pack.json", b" " * 70_000),
    ],
)
def test_a_file_past_its_cap_hides_no_other_finding(name: str, data: bytes, ada: Path, tmp_path: Path) -> None:
    mod = packed(ada, tmp_path / "mod")
    (mod / "plugins").mkdir()
    (mod / name).write_bytes(data)
    told = found(mod)
    assert ("error", MAN, "consent") in told and ("error", Path(name).name, "the file") in told
    assert {Path(file).name for _, file, _ in told} >= {ICON, "README.md"}


def test_more_characters_than_a_pack_may_hold(tmp_path: Path) -> None:
    for number in range(MAX_CHARACTERS + 1):
        place = tmp_path / "mod" / "characters" / f"c{number}"
        place.mkdir(parents=True)
        (place / MAN).write_bytes(b"{}")
    assert found(tmp_path / "mod") == [("error", "mod", "characters")]


def test_a_store_may_hold_more_files_than_a_pack(ada: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(ada, ada.parent / "more.zip")
    pack(ada, ada.parent / "other.zip")
    (ada.parent / "load_order.json").write_text('{"order": ["gone.zip"]}')
    monkeypatch.setattr("npcface.pack.tree.MAX_ENTRIES", len(list(ada.iterdir())))
    assert found(ada.parent) == [("warning", "load_order.json", "order")]
    (ada.parent / "load_order.json").write_bytes(b" " * 70_000)
    (ada / "tool.exe").touch()
    monkeypatch.undo()
    assert found(ada.parent) == [("error", "load_order.json", "the file"), ("warning", "tool.exe", "the file")]


def test_a_folder_that_cannot_be_read_is_said_to_be() -> None:
    with pytest.raises(PackError, match="cannot be read"):
        FolderTree(Path(__file__))  # listing it fails, as it does without rights


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_names_that_are_no_utf_8_can_be_printed(ada: Path, options: tuple[str, ...]) -> None:
    (ada / os.fsdecode(b"tool-\xff.exe")).touch()
    command = [sys.executable, "-m", "npcface", "validate", str(ada), *options]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "COLUMNS": "500"}, check=False)
    assert done.returncode == 0, done.stderr
    assert b"udcff.exe" in done.stdout
