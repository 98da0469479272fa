"""The bank on disk gives back what was put in, whatever the arrays' layout in memory was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from npcface.train.bank.store import CHARACTER, KINDS, PAIR, BankError, Record, Shelf, shelves

Arrays = dict[str, NDArray[Any]]
RNG = np.random.default_rng(5)
DTYPES: dict[str, Any] = {"state": np.float32, "wanted": np.float32, "points": np.float32, "coords": np.int16}
LAYOUTS = {
    "plain": lambda array: array,
    "channels moved": lambda array: np.moveaxis(np.ascontiguousarray(np.moveaxis(array, -1, 0)), 0, -1),
    "mirrored": lambda array: np.ascontiguousarray(array[:, ::-1])[:, ::-1],
    "transposed": lambda array: np.asfortranarray(array),
    "a window of another": lambda array: np.pad(array, ((2, 1), (1, 2), (0, 0)))[2:-1, 1:-2],
}


def made(names: tuple[str, ...]) -> Arrays:
    return {
        name: RNG.integers(0, 255, (7, 5, 3)).astype(DTYPES.get(name, np.uint8))
        for name in names
        if name not in ("character", "kind")
    }


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_what_is_read_is_what_was_written(tmp_path: Path, layout: str) -> None:
    arranged = LAYOUTS[layout]
    characters, pairs = [made(CHARACTER) for _ in range(2)], [made(PAIR) for _ in range(3)]
    record = Record()
    for number, character in enumerate(characters):
        assert record.add_character({name: arranged(array) for name, array in character.items()}) == number
    for number, pair in enumerate(pairs):
        kept = {name: arranged(array) for name, array in pair.items()}
        assert all(np.array_equal(kept[name], pair[name]) for name in pair)  # a layout changes no value
        record.add_pair(number % 2, KINDS[number], kept)
    record.write(tmp_path / "bank" / "ann.safetensors")

    (shelf,) = shelves(tmp_path / "bank")
    assert (shelf.identity, shelf.characters) == ("ann", 2)
    assert shelf.kinds.tolist() == [0, 1, 2] and shelf.of.tolist() == [0, 1, 0]
    for number, character in enumerate(characters):
        found = shelf.character(number)
        assert set(found) == set(CHARACTER)
        for name, array in character.items():
            assert found[name].dtype == array.dtype and np.array_equal(found[name], array), name
    for number, pair in enumerate(pairs):
        for name, array in shelf.pair(number).items():
            assert array.dtype == pair[name].dtype and np.array_equal(array, pair[name]), name


def test_a_person_without_pairs_leaves_no_file(tmp_path: Path) -> None:
    record = Record()
    record.add_character(made(CHARACTER))
    record.write(tmp_path / "ann.safetensors")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", ["text", "other tensors", "missing"])
def test_what_is_no_bank_is_named(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "ann.safetensors"
    if fault == "text":
        path.write_text("no bank")
    elif fault == "other tensors":
        save_file({"weight": np.zeros(3, np.float32)}, path)
    with pytest.raises(BankError, match=r"ann\.safetensors") as caught:
        Shelf(path)
    assert "prepare" in caught.value.remedy


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(BankError) as caught:
        shelves(tmp_path)
    assert "npcface train prepare" in caught.value.remedy
