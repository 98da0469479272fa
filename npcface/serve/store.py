"""The characters a daemon can show: those on disk, and those of them that are in memory."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.errors import CharacterError, NpcFaceError
from npcface.serve.config import StartupError
from npcface.wire.replies import CharacterInfo

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.pack import Library

log = logging.getLogger("npcface.serve")


@dataclass(frozen=True, slots=True)
class Sight:
    """A character on disk at a moment.

    Attributes:
        stamp: differs when ``Store.read`` may give something else than before.
        problem: why it cannot be used, or the one of its name in a pack that would override it.
    """

    stamp: Hashable
    problem: str


@dataclass(frozen=True, slots=True)
class Found:
    """A character as it lies on disk.

    Attributes:
        character: with its tensors, which may be those of an older model.
        reason: why they have to be computed again; empty when they are current.
        showable: whether the renderer can draw them as they are.
        stamp: as in ``Sight``.
    """

    character: Character
    reason: str
    showable: bool
    stamp: Hashable


class Store:
    """Characters by id.

    ``prepare``, ``survey``, ``read`` and ``sights`` touch the disk and run in a worker thread; the rest belongs to the
    main loop.

    Args:
        places: stores, pack folders and zips; later ones override earlier ones.
        limit: characters kept in memory; those without a stream leave first.
        dropped: called with every character that leaves memory.

    Attributes:
        places: as given.
        loaded: characters in memory, the least recently used first.
        failed: characters whose older self is shown, because what lies on disk now cannot be used; why.

    Raises:
        StartupError: one of the places does not exist.
    """

    def __init__(self, places: Sequence[Path], limit: int, dropped: Callable[[Character], None]) -> None:
        for place in places:
            if not place.is_dir() and not (place.suffix.lower() == ".zip" and place.is_file()):
                raise StartupError(
                    f"The character store {place} is not a folder.", "Enrol a portrait first, or name another folder."
                )
        self.places = tuple(places)
        self._limit = limit
        self._dropped = dropped
        self.loaded: OrderedDict[str, Character] = OrderedDict()
        self.failed: dict[str, NpcFaceError] = {}

    def prepare(self) -> None:
        """Load the code that reads characters: it takes as long as a client takes to connect."""
        assert self._disk is not None

    def survey(self) -> list[CharacterInfo]:
        """All characters by id; a bad one is listed with its error and does not hide the others."""
        listing = self._disk.list()
        found = [_info(entry.id, entry.manifest.name, "") for entry in listing.entries]
        good = {entry.id for entry in listing.entries}
        for problem in listing.problems:  # a bad one that would have overridden a good one is named with its pack
            name = f"{problem.pack}/{problem.name}" if problem.name in good else problem.name
            found.append(_info(name, "", str(problem.error)))
        return sorted(found, key=lambda info: info.id)

    def read(self, character: str) -> Found:
        """Read a character from disk; it is not enrolled again here.

        Raises:
            CharacterError: not there, damaged, or not what the renderer reads: who opens a stream of it is told, and
                no batch has to find out.
        """
        from npcface.render.schema import check
        from npcface.rig.rig import load_rig

        stamp = self._disk.stamp(character)
        found, reason = self._disk.peek(character)
        try:
            check(found.tensors, load_rig().grid)
        except CharacterError:
            if not reason:
                raise
            return Found(found, reason, False, stamp)
        return Found(found, reason, True, stamp)

    def sights(self) -> dict[str, Sight]:
        """Every character on disk, good or bad, as seen now."""
        listing = self._disk.list()
        problems = {problem.name: str(problem.error) for problem in listing.problems}
        found = {entry.id: Sight(entry.source.stamp(entry.id), problems.pop(entry.id, "")) for entry in listing.entries}
        return found | {name: Sight(None, problem) for name, problem in problems.items()}

    @cached_property
    def _disk(self) -> Library:
        from npcface.pack import Library

        return Library(self.places)

    def keep(self, character: str, loaded: Character, in_use: Iterable[str]) -> None:
        """Put a character in memory (in place of its older self) and let unused ones go if there are too many.

        An older self that looks the same stays: the renderer has prepared it, and who shows it need not wait.
        """
        old = self.loaded.get(character)
        if old is not None and (old is loaded or old.looks_like(loaded)):
            self.loaded.move_to_end(character)
            if old is not loaded:
                self.failed.pop(character, None)  # it has just been read
            return
        self.drop(character)
        self.loaded[character] = loaded
        used = {*in_use, character}
        for candidate in [name for name in self.loaded if name not in used]:
            if len(self.loaded) <= self._limit:
                break
            self.drop(candidate)
            log.info(
                "Character %s left memory: %d are allowed.", candidate, self._limit, extra={"character": candidate}
            )

    def drop(self, character: str) -> bool:
        """Forget a character; False if it was not in memory."""
        old = self.loaded.pop(character, None)
        self.failed.pop(character, None)
        if old is not None:
            self._dropped(old)
        return old is not None


def _info(character: str, name: str, error: str) -> CharacterInfo:
    return CharacterInfo(id=character[:64], name=name, loaded=False, streams=0, error=error[:1000])
