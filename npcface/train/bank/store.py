"""The bank on disk: one safetensors file an identity; arrays of its characters and of the pairs drawn from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import NpcFaceError

Arrays = dict[str, NDArray[Any]]
KINDS = ("video", "still", "self", "roundtrip", "rendered")
"""Where a pair's target comes from: another frame of a clip, another photo, the portrait itself, the photo behind a
drawn portrait, a drawing."""

CHARACTER = ("portrait", "marks", "state", "texture", "trust", "plate")
PAIR = ("character", "kind", "head", "maps", "coords", "wanted", "target", "points")


class BankError(NpcFaceError):
    """The training bank is empty or not one."""

    code = "training-bank"


@dataclass
class Record:
    """What was drawn for one identity, to be written as one file."""

    characters: list[Arrays] = field(default_factory=list)
    pairs: list[Arrays] = field(default_factory=list)

    def add_character(self, arrays: Arrays) -> int:
        """Number of the new character in this record."""
        self.characters.append({name: arrays[name] for name in CHARACTER})
        return len(self.characters) - 1

    def add_pair(self, character: int, kind: str, arrays: Arrays) -> None:
        """Arrays: ``head``, ``maps``, ``coords``, ``wanted`` (state), ``target`` and its ``points`` (0..1)."""
        numbers = {"character": np.int32(character), "kind": np.int32(KINDS.index(kind))}
        self.pairs.append({**{name: np.asarray(value) for name, value in numbers.items()}, **arrays})

    def write(self, path: Path) -> None:
        """Write whole or not at all; a record without pairs writes nothing."""
        from safetensors.numpy import save_file

        if not self.pairs:
            return
        tensors = {f"character/{name}": _stacked([c[name] for c in self.characters]) for name in CHARACTER}
        tensors |= {f"pair/{name}": _stacked([p[name] for p in self.pairs]) for name in PAIR}
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        save_file(tensors, temporary)
        temporary.replace(path)


def _stacked(arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Row by row in memory: safetensors writes the bytes as they lie, whatever the array's strides say."""
    return np.ascontiguousarray(np.stack(arrays))


class Shelf:
    """One identity's file, read piece by piece."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            BankError: the file is not one that ``Record.write`` made.
        """
        from safetensors import SafetensorError, safe_open

        try:
            opened: Any = safe_open  # its stubs leave the methods untyped
            self._file: Any = opened(path, framework="numpy")
            self.kinds = np.asarray(self._file.get_tensor("pair/kind"))
            self.of = np.asarray(self._file.get_tensor("pair/character"))
        except (OSError, SafetensorError) as error:
            raise BankError(
                f"{path} is no identity of a training bank: {error}.", "Remove it and prepare again."
            ) from None
        self.path = path
        self.identity = path.stem
        self.characters = int(self._file.get_slice("character/state").get_shape()[0])

    def pair(self, index: int) -> Arrays:
        """One pair's arrays."""
        return {name: self._file.get_slice(f"pair/{name}")[index : index + 1][0] for name in PAIR[2:]}

    def character(self, index: int) -> Arrays:
        """One character's arrays."""
        return {name: self._file.get_slice(f"character/{name}")[index : index + 1][0] for name in CHARACTER}


def shelves(folder: Path) -> list[Shelf]:
    """Every identity of a bank, by name.

    Raises:
        BankError: there is none.
    """
    found = [Shelf(path) for path in sorted(folder.glob("*.safetensors"))]
    if not found:
        raise BankError(f"{folder} holds no training bank.", "Make one with `npcface train prepare`.")
    return found
