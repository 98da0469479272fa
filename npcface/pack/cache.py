"""Embeddings that were computed for characters in zips: kept beside, because nothing is ever written into a zip."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path

from npcface.character import MODEL_VERSION, Character
from npcface.character.character import Rebuild, enrolled_again
from npcface.errors import CharacterError

MAX_KEPT = 256
"""Characters in the cache; those written longest ago leave first."""
_log = logging.getLogger(__name__)


class Cache:
    """A folder of character folders, named by all that an embedding is computed from.

    Args:
        root: made when the first one is kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def completed(self, character: Character, reason: str, rebuild: Rebuild | None = None) -> Character:
        """A character with the tensors it lacks: from here if they were computed before, else enrolled again and kept.

        Args:
            character: out of a zip, without tensors.
            reason: why they are missing, as in ``Character.from_files``.
            rebuild: as in ``Character.load``.

        Raises:
            CharacterError: they are not here and cannot be computed.
        """
        if (kept := self.find(character)) is not None:
            return kept
        _log.info("%s: %s; enrolling it again", character.id, reason)
        fresh = enrolled_again(character, reason, rebuild)
        self.keep(fresh)
        return fresh

    def find(self, character: Character) -> Character | None:
        """A character with tensors that were computed before, None if they are not here."""
        try:
            kept = Character.load(self.root / _name(character), _not_here)
        except CharacterError:
            return None
        framed = character.manifest.model_copy(update={"framing": kept.manifest.framing})
        return replace(character, manifest=framed, tensors=kept.tensors)

    def keep(self, fresh: Character) -> None:
        """Keep what was computed; where that cannot be written, starts are slower, but it works."""
        try:
            fresh.save(self.root / _name(fresh))
        except (CharacterError, OSError) as error:
            _log.warning("%s: the new embedding is not kept: %s", fresh.id, error)
            return
        try:
            self._prune()
        except OSError as error:  # another process prunes too: the next time will do
            _log.info("The cache of embeddings is not pruned: %s", error)

    def _prune(self) -> None:
        kept = [folder for folder in self.root.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
        kept.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
        for folder in kept[MAX_KEPT:]:
            shutil.rmtree(folder, ignore_errors=True)


def told(character: Character) -> str:
    """All that an embedding is computed from, as text."""
    extra = character.manifest.model_extra or {}
    return json.dumps([character.key.portrait_sha256, MODEL_VERSION, extra.get("face"), extra.get("landmarks")])


def _name(character: Character) -> str:
    return f"{character.id}-{hashlib.sha256(told(character).encode()).hexdigest()[:32]}"


def _not_here(*_: object) -> Character:
    raise CharacterError("It is not in the cache.")
