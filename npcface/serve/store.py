"""The characters a daemon can show: those on disk, and those of them that are in memory."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.serve.config import StartupError
from npcface.wire.replies import CharacterInfo

if TYPE_CHECKING:
    from npcface.character import Character, CharacterStore

log = logging.getLogger("npcface.serve")


class Store:
    """Characters by id.

    ``prepare``, ``survey`` and ``read`` touch the disk and run in a worker thread; the rest belongs to the main loop.

    Args:
        folder: one folder per character.
        limit: characters kept in memory; those without a stream leave first.
        dropped: called with every character that leaves memory.

    Raises:
        StartupError: the folder does not exist.
    """

    def __init__(self, folder: Path, limit: int, dropped: Callable[[Character], None]) -> None:
        if not folder.is_dir():
            raise StartupError(
                f"The character store {folder} is not a folder.", "Enrol a portrait first, or name another folder."
            )
        self._folder = folder
        self._limit = limit
        self._dropped = dropped
        self.loaded: OrderedDict[str, Character] = OrderedDict()  # the least recently used first

    def prepare(self) -> None:
        """Load the code that reads characters: it takes as long as a client takes to connect."""
        assert self._disk is not None

    def survey(self) -> list[CharacterInfo]:
        """All character folders by id; a bad one is listed with its error and does not hide the others."""
        listing = self._disk.list()
        found = [_info(entry.id, entry.manifest.name, "") for entry in listing.entries]
        found += [_info(problem.folder.name, "", str(problem.error)) for problem in listing.problems]
        return sorted(found, key=lambda info: info.id)

    def read(self, character: str) -> Character:
        """Load a character from disk.

        Raises:
            CharacterError: not there, damaged, not enrolled by this version, or not what the renderer reads: who opens
                a stream of it is told, and no batch has to find out.
        """
        from npcface.render.schema import check
        from npcface.rig.rig import load_rig

        found = self._disk.load(character)
        check(found.tensors, load_rig().grid)
        return found

    @cached_property
    def _disk(self) -> CharacterStore:
        from npcface.character import CharacterStore

        return CharacterStore(self._folder)

    def keep(self, character: str, loaded: Character, in_use: Iterable[str]) -> None:
        """Put a character in memory (in place of its older self) and let unused ones go if there are too many."""
        self.drop(character)
        self.loaded[character] = loaded
        used = {*in_use, character}
        for candidate in [name for name in self.loaded if name not in used]:
            if len(self.loaded) <= self._limit:
                break
            self.drop(candidate)
            log.info("Character %s left memory: %d are allowed.", candidate, self._limit)

    def drop(self, character: str) -> bool:
        """Forget a character; False if it was not in memory."""
        old = self.loaded.pop(character, None)
        if old is not None:
            self._dropped(old)
        return old is not None


def _info(character: str, name: str, error: str) -> CharacterInfo:
    return CharacterInfo(id=character[:64], name=name, loaded=False, streams=0, error=error[:1000])
