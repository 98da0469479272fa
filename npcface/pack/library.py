"""Library: all characters of one store or several, out of plain folders, pack folders and zips.

Later packs override earlier ones by id. A pack that cannot be used is reported; what it would have overridden stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from pathlib import Path

from npcface.character import Character, Manifest
from npcface.character.character import PORTRAIT_NAME, Changed, Rebuild, enrolled_again
from npcface.character.lock import REBUILDING, locked
from npcface.character.manifest import is_valid_id
from npcface.errors import CharacterError, whole
from npcface.pack.cache import Cache, told
from npcface.pack.manifest import PACK_NAME
from npcface.pack.order import PLAIN, LoadOrder, read_order
from npcface.pack.source import Folders, Source, Stamp, Zip, folders_in
from npcface.pack.thunderstore import PREFIX
from npcface.pack.write import CHARACTERS
from npcface.paths import cache as cache_folder

INSIDE = (CHARACTERS, f"{PREFIX}{CHARACTERS}")
"""Where a pack that is a folder keeps its characters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A character that can be loaded.

    Attributes:
        id: its id.
        manifest: its manifest.
        pack: name of the zip or pack folder it comes from; empty for a plain folder of the first store.
        place: folder on disk, or inside the zip.
        overrides: packs that hold the same id and count before this one, ``"."`` for plain folders.
        source: reads it.
    """

    id: str
    manifest: Manifest
    pack: str
    place: str
    overrides: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Problem:
    """A character, pack or load order that cannot be used: its name, the pack it is in, and why."""

    name: str
    pack: str
    error: CharacterError


Problems = list[Problem]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a library holds: entries by id, problems in the order of loading."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    def entry(self, character_id: str) -> Entry | None:
        """The one of an id."""
        return next((entry for entry in self.entries if entry.id == character_id), None)


class Library:
    """The characters of some stores. Not for several threads at once.

    Args:
        roots: each a store (plain character folders, zips and pack folders side by side), one pack folder or one zip;
            later ones override earlier ones. They need not exist.
        cache: folder for embeddings that zips lack; by default the user's.
    """

    def __init__(self, roots: Sequence[str | Path], cache: str | Path | None = None) -> None:
        self.roots = tuple(Path(root).resolve() for root in roots)
        self._cache = Cache(Path(cache) if cache is not None else cache_folder() / "characters")
        self._sources: dict[Path, Source] = {}

    def list(self) -> Listing:
        """Everything, reading nothing but manifests and load orders; what was read is remembered until it changes."""
        found: dict[str, Entry] = {}
        problems: Problems = []
        for label, source in self._in_order(problems):
            for one in source.survey():
                if one.manifest is None:
                    assert one.error is not None
                    problems.append(Problem(whole(one.name), whole(label), one.error))
                    continue
                before = found.get(one.name)
                overrides = (*before.overrides, before.pack or PLAIN) if before else ()
                found[one.name] = Entry(one.name, one.manifest, whole(label), one.place, overrides, source)
        return Listing(tuple(found[name] for name in sorted(found)), tuple(problems))

    def load(self, character_id: str, rebuild: Rebuild | None = None) -> Character:
        """One character, from the pack that counts.

        Raises:
            CharacterError: no such character, or it cannot be used: see ``Character.load``.
        """
        return self._source(character_id).load(character_id, rebuild)

    def peek(self, character_id: str) -> tuple[Character, str]:
        """One character as it lies there; nothing is enrolled again.

        Returns:
            The character, and why its tensors have to be computed again, as ``Character.from_files`` says.

        Raises:
            CharacterError: no such character, or it cannot be used at all.
        """
        return self._source(character_id).peek(character_id)

    def stamp(self, character_id: str) -> Stamp:
        """Differs when ``load`` may give something else; None when there is no such character."""
        entry = self.list().entry(character_id)
        return entry.source.stamp(character_id) if entry is not None else None

    def rebuild(self, character_id: str, rebuild: Rebuild | None = None, patience_s: float = 600.0) -> Character:
        """Compute a character's tensors again and keep them, unless another process has done it by now.

        Rebuilds of a store take turns, and what somebody else has changed meanwhile is never overwritten.

        Args:
            character_id: its id.
            rebuild: as in ``Character.load``.
            patience_s: how long to wait for another process that rebuilds.

        Raises:
            CharacterError: no such character, it cannot be enrolled here, or it changes all the time.
        """
        source = self._source(character_id)
        with ExitStack() as stack:
            for place in (source.path if source.path.is_dir() else source.path.parent, self._cache.root):
                try:
                    place.mkdir(parents=True, exist_ok=True)
                    stack.enter_context(locked(place, REBUILDING, purpose="rebuild", patience_s=patience_s))
                    break
                except OSError:  # a folder of mods that cannot be written
                    continue
            fresh = None
            for _ in range(3):
                before, reason = self.peek(character_id)
                if not reason:
                    return before
                if fresh is None or told(before) != told(fresh):
                    fresh = enrolled_again(before, reason, rebuild)
                framed = before.manifest.model_copy(update={"framing": fresh.manifest.framing})
                try:
                    return self._source(character_id).keep(before, dataclass_replace(fresh, manifest=framed))
                except Changed:
                    continue
        raise CharacterError(f"{character_id} is changed again and again.", "Stop the program that writes it.")

    def _source(self, character_id: str) -> Source:
        """Who reads a character; raises as ``load``."""
        if not is_valid_id(character_id):
            raise CharacterError(
                f"{character_id[:80]!r} is not a character id.", "Use a-z, 0-9, _ and -, at most 64 characters."
            )
        listing = self.list()
        entry = listing.entry(character_id)
        if entry is not None:
            return entry.source
        for problem in listing.problems:
            if problem.name == character_id:
                raise problem.error
        places = ", ".join(str(root) for root in self.roots)
        raise CharacterError(f"There is no character {character_id!r} in {places}.", "Make one with npcface enroll.")

    def _in_order(self, problems: Problems) -> Iterator[tuple[str, Source]]:
        used: dict[Path, Source] = {}
        for number, root in enumerate(self.roots):
            above = "" if number == 0 else f"{root.name}/"
            if root.is_file() and root.suffix.lower() == ".zip":
                yield root.name, self._reuse(used, Zip(root, self._cache))
            elif inside := characters_of(root):
                for folder in inside:
                    yield root.name, self._reuse(used, Folders(folder, self._cache))
            else:
                for name, source in self._store(root, above, problems):
                    yield f"{above}{name}".rstrip("/"), self._reuse(used, source)
        self._sources = used

    def _store(self, root: Path, above: str, problems: Problems) -> Iterator[tuple[str, Source]]:
        """Sources of a store in load order, each with its name, which is empty for the plain folders."""
        packs = {name: inside for name in folders_in(root) if (inside := characters_of(root / name))}
        zips = {path.name: path for path in zips_in(root)}
        try:
            order = read_order(root) if root.is_dir() else LoadOrder()
        except CharacterError as error:
            order = LoadOrder()
            problems.append(Problem("load_order.json", above.rstrip("/"), error))
        for name in order.sorted([PLAIN, *packs, *zips]):
            if name == PLAIN:
                yield "", Folders(root, self._cache, [name for name in folders_in(root) if name not in packs])
            elif name in zips:
                yield name, Zip(zips[name], self._cache)
            else:
                for folder in packs[name]:
                    yield name, Folders(folder, self._cache)

    def _reuse(self, used: dict[Path, Source], source: Source) -> Source:
        """The source of the same place as last time, which remembers what it has read."""
        known = self._sources.get(source.path)
        if isinstance(known, Folders) and isinstance(source, Folders):
            known.names = source.names
        if known is None or type(known) is not type(source):
            known = source
        used[source.path] = known
        return known


def characters_of(folder: Path) -> list[Path]:
    """The folders of characters in a pack that is a folder; none if it is no pack."""
    inside = [place for name in INSIDE if (place := folder / name).is_dir()]
    if inside and (folder / PORTRAIT_NAME).is_file() and not (folder / PACK_NAME).is_file():
        return []  # a character with further files of its own
    return inside


def zips_in(folder: Path) -> list[Path]:
    """Zips that lie in a folder, by name."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".zip" and _is_pack(path))
    except OSError:
        return []


def _is_pack(path: Path) -> bool:
    return not path.name.startswith(".") and path.is_file()
