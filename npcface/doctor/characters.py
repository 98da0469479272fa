"""The enrolled characters: which are damaged, and which have to be enrolled again by this version of npcface."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from npcface.doctor.finding import Finding, Severity, Surroundings, installed

if TYPE_CHECKING:
    from npcface.pack import Entry

MOST = 300
"""Characters that are looked at; each takes a few milliseconds."""


def check_characters(around: Surroundings) -> Finding:
    """Every character's manifest can be read, suits this version, and its embedding is up to date.

    Of characters inside packs only the manifest is looked at: ``npcface validate`` looks at all of them.
    """
    import npcface
    from npcface.character import CharacterStore
    from npcface.character.manifest import MANIFEST_NAME
    from npcface.character.version import in_range
    from npcface.pack import Library

    listing = CharacterStore(around.store).list()
    entries = listing.entries[:MOST]
    packs = Library([around.store]).list()
    bad = [f"{problem.name} in {problem.pack}" for problem in packs.problems if problem.pack]
    bad += [problem.folder.name for problem in listing.problems if (problem.folder / MANIFEST_NAME).exists()]
    foreign = [entry.id for entry in entries if not in_range(npcface.__version__, entry.manifest.npcface)]
    stale = [entry.id for entry in entries if entry.id not in foreign and not is_current(entry.folder)]
    seen = f"{len(packs.entries)} can be used"
    if bad or foreign:
        reasons = [f"cannot be read: {_named(bad)}"] if bad else []
        reasons += (
            [f"made for another version of npcface than {npcface.__version__}: {_named(foreign)}"] if foreign else []
        )
        return Finding(
            "characters",
            Severity.WARNING,
            f"{seen}; {'; '.join(reasons)}",
            "These characters are left out; the others are not affected.",
            "npcface sheet ID says what is wrong with one, field by field.",
        )
    unstated = _without_rights(packs.entries)
    if not stale and unstated:
        from npcface.character.rights import REMEDY, SHOWN

        return Finding("characters", Severity.INFO, f"{seen}; rights are not stated: {_named(unstated)}", SHOWN, REMEDY)
    if not stale:
        return Finding("characters", Severity.OK, f"{seen}, all up to date")
    able = installed("mediapipe") is not None
    return Finding(
        "characters",
        Severity.INFO if able else Severity.WARNING,
        f"{len(stale)} of {len(listing.entries)} must be enrolled again: {_named(stale)}",
        "Their portrait or npcface's model has changed since. "
        + ("It happens by itself at the first use, a few seconds each." if able else "That needs the enroll extra."),
        f"npcface sheet {' '.join(stale[:3])} does it now" if able else "pip install 'npcface[enroll]'",
    )


def is_current(folder: Path) -> bool:
    """Whether a character's embedding is there, whole, and of this portrait and model."""
    from npcface.character.character import PORTRAIT_NAME
    from npcface.character.embedding import EMBEDDING_NAME, MAX_FILE_BYTES, decode_embedding, is_stale
    from npcface.character.folder import read_members
    from npcface.errors import CharacterError

    try:
        files = read_members(folder, {PORTRAIT_NAME: 64 * 2**20, EMBEDDING_NAME: MAX_FILE_BYTES})
        portrait, embedding = files[PORTRAIT_NAME], files[EMBEDDING_NAME]
        if portrait is None or embedding is None:
            return False
        return not is_stale(decode_embedding(embedding)[1], hashlib.sha256(portrait).hexdigest())
    except CharacterError:
        return False


def _without_rights(entries: tuple[Entry, ...]) -> list[str]:
    from npcface.character.rights import stated

    return [entry.id for entry in entries if not stated(entry.manifest)]


def _named(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
