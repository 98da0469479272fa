"""What people name on the command line → character folders and what the pack says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from npcface.character.folder import read_members
from npcface.character.icon import make_icon
from npcface.character.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES, Manifest, is_valid_id, parse_manifest
from npcface.errors import CharacterError
from npcface.pack.library import characters_of
from npcface.pack.manifest import PACK_NAME, PackInfo, parse_pack
from npcface.pack.source import folders_in
from npcface.paths import expanded


def gather(given: Sequence[str], store: Path) -> tuple[list[Path], PackInfo]:
    """Character folders behind ids, character folders and mod folders.

    Args:
        given: each an id in the store, a character folder, or a pack folder, of which all characters are taken.
        store: where ids are looked up.

    Returns:
        The folders, and what the first pack folder's npcface-pack.json says.

    Raises:
        CharacterError: none of the three, or a pack folder without characters.
    """
    folders: list[Path] = []
    info: PackInfo | None = None
    for one in given:
        path = expanded(one)
        if inside := characters_of(path):
            held = [place / name for place in inside for name in folders_in(place)]
            if not held:
                raise CharacterError(f"{path} holds no characters.", f"Enrol one: npcface enroll --out {inside[0]}")
            folders += held
            info = info or _info(path)
        elif (path / MANIFEST_NAME).is_file():
            folders.append(path)
        elif is_valid_id(one) and (store / one / MANIFEST_NAME).is_file():
            folders.append(store / one)
        else:
            raise CharacterError(
                f"{one!r} is neither a character folder, nor a pack folder, nor an id in {store}.",
                "npcface list shows the ids; characters inside zips are packed already.",
            )
    return folders, info or PackInfo()


def _info(folder: Path) -> PackInfo | None:
    data = read_members(folder, {PACK_NAME: MAX_MANIFEST_BYTES})[PACK_NAME]
    if data is None:
        return None
    said = parse_pack(data, str(folder / PACK_NAME)).model_dump(exclude_unset=True)
    for field in ("schema_version", "characters", "$schema"):
        said.pop(field, None)
    return PackInfo.model_validate(said)


def manifests(folders: Sequence[Path]) -> list[Manifest]:
    """Of each character folder."""
    found = []
    for folder in folders:
        data = read_members(folder, {MANIFEST_NAME: MAX_MANIFEST_BYTES})[MANIFEST_NAME]
        found.append(parse_manifest(data or b"", str(folder / MANIFEST_NAME)))
    return found


def icon_of(folder: Path) -> bytes:
    """A character's icon, drawn from its portrait if it has none."""
    held = read_members(folder, {"icon.png": 1024 * 1024, "portrait.png": 64 * 1024 * 1024})
    return held["icon.png"] or make_icon(held["portrait.png"] or b"")


def readme_of(name: str, description: str, cast: Sequence[Manifest]) -> str:
    """Markdown for a shop: who is in the pack, under which licences and with whose consent."""
    lines = [
        f"# {name}",
        "",
        description,
        "",
        "| character | id | portrait licence | consent |",
        "| --- | --- | --- | --- |",
    ]
    for one in cast:
        cells = (one.name, f"`{one.id}`", one.license, one.consent)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join([*lines, "", "Made with npcface; a game that uses npcface shows these faces.", ""])
