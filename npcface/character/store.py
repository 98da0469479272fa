"""CharacterStore: a directory of character folders, each named after its id."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from npcface.character.character import Character, Rebuild
from npcface.character.folder import delete_folder, read_members
from npcface.character.manifest import (
    MANIFEST_NAME,
    MAX_MANIFEST_BYTES,
    Finding,
    Manifest,
    ManifestError,
    is_valid_id,
    parse_manifest,
)
from npcface.errors import CharacterError


@dataclass(frozen=True, slots=True)
class Entry:
    """A character that can be loaded (its embedding may still have to be computed)."""

    id: str
    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Problem:
    """A folder that looks like a character but cannot be used, and why."""

    folder: Path
    error: CharacterError


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory holds, sorted by folder name."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


class CharacterStore:
    """The characters below one directory. Ids from outside never lead out of it.

    Args:
        root: the directory; it need not exist yet.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).resolve()

    def path(self, character_id: str) -> Path:
        """Folder of an id, existing or not.

        Raises:
            CharacterError: not a valid id, or a link that leads out of the directory.
        """
        if not is_valid_id(character_id):
            raise CharacterError(
                f"{character_id[:80]!r} is not a character id.", "Use a-z, 0-9, _ and -, at most 64 characters."
            )
        folder = self.root / character_id
        if folder.resolve() != folder:
            raise CharacterError(f"{folder} is a link that leads elsewhere.", "Copy the folder itself to this place.")
        return folder

    def list(self) -> Listing:
        """Every character, reading manifests only; bad ones are reported and do not hide the good ones."""
        entries: list[Entry] = []
        problems: list[Problem] = []
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else []:
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            try:
                entries.append(self.entry(folder.name))
            except CharacterError as error:
                problems.append(Problem(folder, error))
        return Listing(tuple(entries), tuple(problems))

    def load(self, character_id: str, rebuild: Rebuild | None = None) -> Character:
        """``Character.load`` by id.

        Raises:
            CharacterError: see ``path`` and ``Character.load``.
        """
        return Character.load(self.entry(character_id).folder, rebuild)

    def save(self, character: Character) -> Character:
        """``Character.save`` under its own id."""
        return character.save(self.path(character.id))

    def delete(self, character_id: str) -> None:
        """Remove a character and everything in its folder, in one step for whoever reads.

        Raises:
            CharacterError: see ``path``; it is not there, is no character, or cannot be removed.
        """
        delete_folder(self.path(character_id), MANIFEST_NAME)

    def entry(self, name: str) -> Entry:
        """One character by its folder's name, reading its manifest only.

        Raises:
            ManifestError: everything that is wrong with the manifest.
            CharacterError: see ``path``, or there is no manifest.
        """
        folder = self.path(name)
        data = read_members(folder, {MANIFEST_NAME: MAX_MANIFEST_BYTES})[MANIFEST_NAME]
        if data is None:
            raise CharacterError(f"{folder} holds no {MANIFEST_NAME}.", "Remove the folder or enrol into it.")
        manifest = parse_manifest(data, str(folder / MANIFEST_NAME))
        if manifest.id != name:
            raise ManifestError(
                (Finding(str(folder / MANIFEST_NAME), "id", repr(manifest.id), f"the folder's name, {name!r}",
                         f"Rename the folder to {manifest.id} or the id to {name}."),)
            )  # fmt: skip
        return Entry(name, folder, manifest)
