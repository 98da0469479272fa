"""Library: folders, packs and zips side by side; later ones override earlier ones; lists read manifests alone."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from npcface.character import Character, CharacterStore, Manifest
from npcface.errors import CharacterError
from npcface.pack import Library, pack
from npcface.pack import cache as caches
from tests.character.folders import character, png
from tests.pack.zips import save, zip_bytes


def zipped(out: Path, *ids: str, value: int = 1) -> Path:
    """A zip of characters that look alike but for ``value``."""
    made = out.parent / ".making"
    store = CharacterStore(made)
    for name in ids:
        store.save(character(name, value))
    pack([made / name for name in ids], out)
    shutil.rmtree(made)
    return out


def pack_folder(place: Path, *ids: str, value: int, inside: str = "characters") -> None:
    for name in ids:
        CharacterStore(place / inside).save(character(name, value))


def value(library: Library, name: str) -> int:
    return int(library.load(name).tensors["camera"][0])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Plain folders mira and zoe (1), zip ``b`` with mira and ada (2), installed package ``a`` with ada and zoe (3)."""
    root = tmp_path / "store"
    for name in ("mira", "zoe"):
        CharacterStore(root).save(character(name, 1))
    zipped(root / "b.zip", "mira", "ada", value=2)
    pack_folder(root / "a", "ada", "zoe", value=3)
    (root / "a" / "manifest.json").write_text('{"name": "A", "version_number": "1.0.0"}')  # as mod managers leave it
    (root / "dll-mod").mkdir()
    (root / "dll-mod" / "manifest.json").write_text('{"name": "B", "version_number": "1.0.0"}')
    (root / "dll-mod" / "icon.png").write_bytes(png(256, 256))
    return root


def test_by_name_plain_folders_first(store: Path) -> None:
    library = Library([store])
    listing = library.list()
    assert listing.problems == ()
    told = {entry.id: (entry.pack, entry.overrides) for entry in listing.entries}
    assert told == {"ada": ("b.zip", ("a",)), "mira": ("b.zip", (".",)), "zoe": ("a", (".",))}
    assert [value(library, name) for name in ("ada", "mira", "zoe")] == [2, 2, 3]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"order": ["b.zip", "a"]}, [3, 2, 3]),
        ({"order": ["a", "b.zip", "."]}, [2, 1, 1]),
        ({"order": ["."], "disabled": ["b.zip"]}, [3, 1, 1]),
        ({"disabled": ["a"]}, [2, 2, 1]),
        ({"order": ["nobody.zip"]}, [2, 2, 3]),
    ],
)
def test_a_load_order(store: Path, order: dict[str, Any], expected: list[int]) -> None:
    (store / "load_order.json").write_text(json.dumps({"schema": 1, **order}))
    library = Library([store])
    assert [value(library, name) for name in ("ada", "mira", "zoe")] == expected


def test_a_broken_load_order_is_a_problem_and_names_count(store: Path) -> None:
    (store / "load_order.json").write_text('{"order": "b.zip"}')
    library = Library([store])
    (problem,) = library.list().problems
    assert problem.name == "load_order.json" and "names of zips and folders" in str(problem.error)
    assert value(library, "ada") == 2


def test_several_places(store: Path, tmp_path: Path) -> None:
    pack_folder(tmp_path / "mod", "mira", value=4)
    pack_folder(tmp_path / "installed", "zoe", value=5, inside="plugins/characters")
    lone = zipped(tmp_path / "lone.zip", "ada", value=6)
    pack_folder(tmp_path / "other" / "x", "mira", value=7)
    library = Library([store, tmp_path / "mod", tmp_path / "installed", lone, tmp_path / "other", tmp_path / "nowhere"])
    told = {entry.id: (entry.pack, entry.overrides) for entry in library.list().entries}
    assert told["mira"] == ("other/x", (".", "b.zip", "mod"))
    assert told["zoe"][0] == "installed" and told["ada"][0] == "lone.zip"
    assert [value(library, name) for name in ("ada", "mira", "zoe")] == [6, 7, 5]


@pytest.mark.parametrize("place", ["", "mira/", "Some Mod/characters/mira/", "plugins/characters/mira/"])
def test_zips_made_by_hand(place: str, tmp_path: Path) -> None:
    folder = CharacterStore(tmp_path / "made").save(character("mira", 9)).folder
    assert folder is not None
    with zipfile.ZipFile(tmp_path / "hand.zip", "w") as out:
        if place:
            out.writestr("manifest.json", '{"name": "Some_Mod", "version_number": "1.0.0"}')
        for file in folder.iterdir():
            out.write(file, place + file.name)
    assert value(Library([tmp_path / "hand.zip"]), "mira") == 9


def test_a_bad_override_hides_nothing(store: Path) -> None:
    save(store / "c.zip", zip_bytes(("characters/zoe/manifest.json", b'{"id": "zoe"}')))
    save(store / "d.zip", b"no zip")
    library = Library([store])
    listing = library.list()
    assert {(problem.name, problem.pack) for problem in listing.problems} == {("zoe", "c.zip"), ("d.zip", "d.zip")}
    assert value(library, "zoe") == 3


def test_lists_read_no_portrait_icon_or_embedding(store: Path) -> None:
    """They are garbage, and where rights count they cannot even be opened."""
    for file in [*store.rglob("*.png"), *store.rglob("*.safetensors")]:
        file.write_bytes(b"garbage")
        file.chmod(0)
    data = bytearray((store / "b.zip").read_bytes())
    with zipfile.ZipFile(store / "b.zip") as whole:
        for info in whole.infolist():
            if not info.filename.endswith(".json"):  # from its local header to the end of its contents
                end = info.header_offset + 30 + len(info.filename) + info.compress_size
                data[info.header_offset : end] = bytes(end - info.header_offset)
    (store / "b.zip").write_bytes(data)
    listing = Library([store]).list()
    assert [entry.id for entry in listing.entries] == ["ada", "mira", "zoe"] and listing.problems == ()
    with pytest.raises(CharacterError):
        Library([store]).load("ada")


def test_what_has_not_changed_is_not_read_again(store: Path) -> None:
    """Contents are exchanged behind the back of time and size: a library that has seen them does not notice."""
    library = Library([store])
    before = library.list()
    changed = [store / "mira" / "manifest.json", store / "a" / "characters" / "ada" / "manifest.json", store / "b.zip"]
    for file in changed:
        status = file.stat()
        with file.open("r+b") as out:
            out.write(b"#" * status.st_size)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert library.list() == before
    os.utime(changed[0])
    assert [problem.name for problem in library.list().problems] == ["mira"]
    assert len(Library([store]).list().problems) == 3


@pytest.mark.parametrize("name", ["", "..", "../mira", "a/b", "MIRA", "con"])
def test_ids_never_lead_out(store: Path, name: str) -> None:
    with pytest.raises(CharacterError, match="not a character id"):
        Library([store]).load(name)


def test_an_unknown_id_and_a_bad_one(store: Path) -> None:
    (store / "mira" / "manifest.json").write_text("{}")
    (store / "b.zip").unlink()
    with pytest.raises(CharacterError, match="There is no character 'nobody'"):
        Library([store]).load("nobody")
    with pytest.raises(CharacterError, match="4 problems"):
        Library([store]).load("mira")


def test_an_embedding_that_a_zip_lacks_is_cached_beside_it(tmp_path: Path) -> None:
    path = save(tmp_path / "pack.zip", zip_bytes())
    before = path.read_bytes()
    made: list[str] = []

    def rebuild(asked: Manifest, portrait: bytes) -> Character:
        made.append(asked.id)
        return Character(asked, portrait, png(256, 256), character().tensors)

    for _ in range(2):
        loaded = Library([path], tmp_path / "cache").load("mira", rebuild)
        assert loaded.tensors["camera"][0] == 1 and loaded.folder is None
    assert made == ["mira"], "the second time it came from the cache"
    (kept,) = (tmp_path / "cache").iterdir()
    (kept / "embedding.safetensors").write_bytes(b"damaged")
    Library([path], tmp_path / "cache").load("mira", rebuild)
    assert made == ["mira", "mira"], "a damaged one is made again"
    assert path.read_bytes() == before and sorted(file.name for file in tmp_path.iterdir()) == ["cache", "pack.zip"]


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    path = save(tmp_path / "pack.zip", zip_bytes())
    (tmp_path / "cache").write_text("in the way")
    loaded = Library([path], tmp_path / "cache").load(
        "mira", lambda asked, portrait: Character(asked, portrait, png(256, 256), character().tensors)
    )
    assert loaded.id == "mira"


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "MAX_KEPT", 2)
    cache = caches.Cache(tmp_path)
    for number in range(4):
        asked = character("mira", number)
        cache.completed(asked, "missing", lambda m, p: Character(m, p, png(256, 256), character().tensors))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_with_an_icon_alone_is_a_problem_and_hides_nothing(store: Path) -> None:
    (store / "left").mkdir()
    (store / "left" / "icon.png").write_bytes(png(256, 256))
    listing = Library([store]).list()
    assert [entry.id for entry in listing.entries] == ["ada", "mira", "zoe"]
    assert [problem.name for problem in listing.problems] == ["left"]
