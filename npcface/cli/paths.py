"""From what people type to characters: an id in the store, a character folder, or a portrait to enrol on the fly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from npcface.errors import CharacterError
from npcface.paths import characters, expanded

if TYPE_CHECKING:
    from npcface.character import Character
    from npcface.doctor import Surroundings


STUDIO_PORT = 5748


def surroundings(project: Path | None = None) -> Surroundings:
    """What the doctor looks at on this machine, and in a game's folder if one is given."""
    from npcface.doctor import Surroundings
    from npcface.serve.config import Config

    config = Config.from_environment()
    return Surroundings(characters(), config.host, config.port, STUDIO_PORT, project)


def character_of(given: str) -> Character:
    """A character by id, folder or portrait file.

    Args:
        given: an id in the store or in a pack of it, a character folder, or an image (enrolled in memory, nothing is
            written).

    Raises:
        CharacterError: none of the three.
        NpcFaceError: the folder or the portrait cannot be used.
    """
    from npcface.character import Character
    from npcface.pack import Library

    path = expanded(given)
    if path.is_file():
        from npcface.enroll import enroll

        enrolled: Character = enroll(path)
        return enrolled
    if (path / "manifest.json").is_file():
        return Character.load(path)
    library = Library([characters()])
    listing = library.list()
    known = [entry.id for entry in listing.entries]
    if given in known or any(problem.name == given for problem in listing.problems):
        return library.load(given)
    raise CharacterError(
        f"{given!r} is neither a picture, nor a character folder, nor an id in {characters()}.",
        f"Known ids: {', '.join(known)}." if known else "Make one with: npcface enroll PORTRAIT",
    )
