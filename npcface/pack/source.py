"""Where characters come from: the folders below one folder, or one zip. Surveys read manifests and nothing else.

What was read is remembered by the file's place, time and size, so that asking again costs a ``stat`` a file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from npcface.character import Character, CharacterStore
from npcface.character.character import CAPS, PORTRAIT_NAME, Changed, Rebuild
from npcface.character.folder import read_members
from npcface.character.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES, Finding, Manifest, ManifestError
from npcface.character.manifest import parse_manifest as parse
from npcface.errors import CharacterError
from npcface.pack.archive import Archive
from npcface.pack.cache import Cache
from npcface.pack.manifest import MAX_CHARACTERS
from npcface.pack.names import PackError
from npcface.pack.write import CHARACTERS

_log = logging.getLogger(__name__)

Stamp = Hashable
"""Differs when a file may have changed: inode, size in bytes, time of change in ns; None where there is none."""


@dataclass(frozen=True, slots=True)
class Found:
    """One character of a source, or why it is none.

    Attributes:
        name: its id; of a bad one that of its folder.
        place: folder on disk, or inside the zip.
        manifest: None for a bad one.
        error: None for a good one.
    """

    name: str
    place: str
    manifest: Manifest | None = None
    error: CharacterError | None = None


class Source(Protocol):
    """Reads characters."""

    path: Path

    def survey(self) -> list[Found]:
        """All it holds, good and bad, by name."""

    def load(self, name: str, rebuild: Rebuild | None = None) -> Character:
        """One by its name in the last survey; ``CharacterError`` if it cannot be used."""

    def peek(self, name: str) -> tuple[Character, str]:
        """As ``load``, but nothing is enrolled again: the character, and why that is due, as ``from_files`` says."""

    def keep(self, before: Character, fresh: Character) -> Character:
        """Keep what was enrolled again in place of what ``peek`` gave; ``Changed`` if something else is there now."""

    def file(self, name: str, file: str) -> bytes | None:
        """One file of a character, such as its icon: a name of ``CAPS``; None if it has none. Raises as ``load``."""

    def stamp(self, name: str) -> Stamp:
        """Differs when ``load`` may give something else."""


class Folders:
    """The character folders below one folder.

    Args:
        path: that folder.
        cache: where embeddings are kept that cannot be written into the folders.
        names: look at these only, such as those that are no packs; by default at all.
    """

    def __init__(self, path: Path, cache: Cache, names: list[str] | None = None) -> None:
        self.path = path
        self._cache = cache
        self.names = names
        self._store = CharacterStore(path)
        self._seen: dict[str, tuple[Stamp, Found | None]] = {}

    def survey(self) -> list[Found]:
        """See ``Source``; folders that hold no file of a character are passed over."""
        names = folders_in(self.path) if self.names is None else self.names
        seen, self._seen = self._seen, {}
        for name in names:
            stamp = stamp_of(os.path.join(self.path, name, MANIFEST_NAME))
            known = seen.get(name)
            if known is None or known[0] != stamp or stamp is None:
                known = (stamp, self._look(name))
            self._seen[name] = known
        return [found for _, found in self._seen.values() if found is not None]

    def load(self, name: str, rebuild: Rebuild | None = None) -> Character:
        """See ``Source``."""
        return self._store.load(name, rebuild)

    def peek(self, name: str) -> tuple[Character, str]:
        """See ``Source``."""
        folder = self._store.entry(name).folder
        character, reason = Character.from_files(read_members(folder, CAPS), str(folder))
        character = replace(character, folder=folder)
        kept = self._cache.find(character) if reason else None
        return (character, reason) if kept is None else (kept, "")

    def keep(self, before: Character, fresh: Character) -> Character:
        """See ``Source``; in the cache where the folder cannot be written."""
        folder = self._store.path(before.id)
        try:
            return fresh.save(folder, instead_of=before)
        except Changed:
            raise
        except CharacterError as error:
            _log.warning("%s: the new embedding is kept in the cache: %s", folder, error)
            self._cache.keep(fresh)
            return replace(fresh, folder=folder)

    def file(self, name: str, file: str) -> bytes | None:
        """See ``Source``."""
        return read_members(self.path / name, {file: CAPS[file]})[file]

    def stamp(self, name: str) -> Stamp:
        """See ``Source``."""
        return (str(self.path), *(stamp_of(os.path.join(self.path, name, file)) for file in CAPS))

    def _look(self, name: str) -> Found | None:
        folder = self.path / name
        try:
            return Found(name, str(folder), self._store.entry(name).manifest)
        except CharacterError as error:
            held = [file for file in CAPS if (folder / file).is_file()]
            if not held or (PORTRAIT_NAME not in held and _is_foreign(folder / MANIFEST_NAME)):
                return None
            return Found(name, str(folder), error=error)


class Zip:
    """The characters of one zip.

    Args:
        path: the zip.
        cache: where embeddings that it lacks are kept.
    """

    def __init__(self, path: Path, cache: Cache) -> None:
        self.path = path
        self._cache = cache
        self._seen: tuple[Stamp, list[Found]] = (None, [])

    def survey(self) -> list[Found]:
        """See ``Source``; a zip that is refused as a whole is one bad one of the zip's name."""
        stamp = stamp_of(self.path)
        if stamp is None or self._seen[0] != stamp:
            self._seen = (stamp, self._look())
        return self._seen[1]

    def load(self, name: str, rebuild: Rebuild | None = None) -> Character:
        """See ``Source``."""
        character, reason = self._read(name)
        return self._cache.completed(character, reason, rebuild) if reason else character

    def peek(self, name: str) -> tuple[Character, str]:
        """See ``Source``."""
        character, reason = self._read(name)
        kept = self._cache.find(character) if reason else None
        return (character, reason) if kept is None else (kept, "")

    def keep(self, before: Character, fresh: Character) -> Character:
        """See ``Source``: in the cache."""
        self._cache.keep(fresh)
        return fresh

    def file(self, name: str, file: str) -> bytes | None:
        """See ``Source``."""
        return self._files(self._place(name), {file: CAPS[file]})[file]

    def stamp(self, name: str) -> Stamp:
        """See ``Source``."""
        return (str(self.path), name, stamp_of(self.path))

    def _read(self, name: str) -> tuple[Character, str]:
        place = self._place(name)
        return Character.from_files(self._files(place, CAPS), f"{self.path}/{place}".rstrip("/"))

    def _place(self, name: str) -> str:
        return next((found.place for found in self._seen[1] if found.name == name), name)

    def _files(self, place: str, caps: Mapping[str, int]) -> dict[str, bytes | None]:
        prefix = f"{place}/" if place else ""
        with Archive(self.path) as archive:
            return {file: archive.read(prefix + file, cap) for file, cap in caps.items()}

    def _look(self) -> list[Found]:
        try:
            with Archive(self.path) as archive:
                places = character_places(archive.files)
                if len(places) > MAX_CHARACTERS:
                    raise PackError(
                        f"{self.path} holds {len(places)} characters, at most {MAX_CHARACTERS} are allowed.",
                        "Split it.",
                    )
                return [self._found(archive, place) for place in places]
        except CharacterError as error:  # half a copy, say: what it held before is in trouble now
            return [Found(one.name, one.place, error=error) for one in self._seen[1]] or [
                Found(self.path.name, "", error=error)
            ]

    def _found(self, archive: Archive, place: str) -> Found:
        name, file = place.rpartition("/")[2], f"{place}/{MANIFEST_NAME}" if place else MANIFEST_NAME
        try:
            manifest = parse(archive.read(file, MAX_MANIFEST_BYTES) or b"", f"{self.path.name}/{file}")
            if name not in ("", manifest.id):
                wrong = Finding(
                    f"{self.path.name}/{file}", "id", repr(manifest.id), f"the folder's name, {name!r}",
                    f"Rename the folder to {manifest.id} or the id to {name}.",
                )  # fmt: skip
                raise ManifestError((wrong,))
        except CharacterError as error:
            return Found(name or self.path.name, place, error=error)
        return Found(manifest.id, place, manifest)


def character_places(files: Collection[str]) -> list[str]:
    """Folders of a pack that are characters, ``""`` for its root, sorted.

    They hold a manifest.json, and either a portrait or the folder above them is called ``characters``: so that the
    manifest of a mod manager at the root is none.

    Args:
        files: names of all files of the pack, with ``/``; best something that is quick to ask with ``in``.
    """
    places = []
    for file in files:
        place, _, name = file.rpartition("/")
        above = place.rpartition("/")[0].rpartition("/")[2]
        if name == MANIFEST_NAME and (above == CHARACTERS or f"{place}/{PORTRAIT_NAME}".lstrip("/") in files):
            places.append(place)
    return sorted(places)


def folders_in(path: Path) -> list[str]:
    """Names of the folders (and of links to some) in a folder, without hidden ones, sorted."""
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir())
    except OSError:
        return []


def stamp_of(path: str | Path) -> Stamp:
    """Of one file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _is_foreign(manifest: Path) -> bool:
    """Whether a manifest.json is another mod's, as mod managers lay them beside each other."""
    try:
        with manifest.open("rb") as file:
            return b'"version_number"' in file.read(MAX_MANIFEST_BYTES)
    except OSError:  # there is none, or it cannot be read
        return False
