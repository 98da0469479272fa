"""CharacterStore: lists good and bad side by side, and no id leads out of its directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from npcface.character import CharacterStore
from npcface.errors import CharacterError
from tests.character.folders import character


def test_good_ones_are_listed_beside_bad_ones(tmp_path: Path) -> None:
    store = CharacterStore(tmp_path / "characters")
    assert store.list().entries == ()
    for name in ("zoe", "mira", "broken", "moved", "empty"):
        store.save(character(name))
    (store.root / "broken" / "manifest.json").write_text('{"id": "broken"}')
    (store.root / "moved").rename(store.root / "elsewhere")
    (store.root / "empty" / "manifest.json").unlink()
    (store.root / "My Mod").mkdir()
    (store.root / ".mira.0000.new").mkdir()
    (store.root / "readme.txt").write_text("hello")
    listing = store.list()
    assert [entry.id for entry in listing.entries] == ["mira", "zoe"]
    assert listing.entries[0].manifest.name == "Mira"
    found = {problem.folder.name: str(problem.error) for problem in listing.problems}
    assert sorted(found) == ["My Mod", "broken", "elsewhere", "empty"]
    assert "3 problems" in found["broken"] and "not a character id" in found["My Mod"]
    assert "Rename the folder to moved" in found["elsewhere"] and "holds no manifest" in found["empty"]
    assert store.load("mira").folder == store.root / "mira"
    with pytest.raises(CharacterError, match="Rename the folder"):
        store.load("elsewhere")


@pytest.mark.parametrize("name", ["", ".", "..", "../mira", "a/../../mira", "/etc", "mira\0", "MIRA", "con", "x" * 65])
def test_ids_never_lead_out(name: str, tmp_path: Path) -> None:
    CharacterStore(tmp_path).save(character())
    (tmp_path / "inner").mkdir()
    with pytest.raises(CharacterError, match="not a character id"):
        CharacterStore(tmp_path / "inner").load(name)


def test_links_out_of_the_store_are_problems(tmp_path: Path) -> None:
    outside, store = CharacterStore(tmp_path / "outside"), CharacterStore(tmp_path / "inside")
    outside.save(character())
    store.root.mkdir()
    (store.root / "mira").symlink_to(outside.root / "mira")
    (problem,) = store.list().problems
    assert "leads elsewhere" in str(problem.error)
    for action in (lambda: store.load("mira"), lambda: store.save(character())):
        with pytest.raises(CharacterError, match="leads elsewhere"):
            action()


def test_a_store_behind_a_link_works(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    CharacterStore(tmp_path / "link").save(character())
    assert [entry.id for entry in CharacterStore(tmp_path / "link").list().entries] == ["mira"]
