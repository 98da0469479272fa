"""What a daemon keeps in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from npcface.character import Character
from npcface.serve.store import Store


def test_a_character_read_again_unchanged_stays_prepared_a_changed_one_takes_its_place(character_store: Path) -> None:
    left: list[Character] = []
    store = Store([character_store], 8, left.append)
    first = store.read("ada").character
    store.keep("ada", first, ())
    again = store.read("ada").character
    assert again is not first
    store.keep("ada", again, ())
    assert store.loaded["ada"] is first and left == []

    wider = replace(again, tensors={**again.tensors, "unit": again.tensors["unit"] * 1.1})
    renamed = replace(again, manifest=again.manifest.model_copy(update={"name": "Ida"}))
    store.keep("ada", wider, ())
    store.keep("ada", renamed, ())
    assert store.loaded["ada"] is renamed and left == [first, wider]
