"""Character folders → one zip: the same files make the same bytes, and what is written can be read back."""

from __future__ import annotations

import json
import os
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from npcface.character.character import PORTRAIT_NAME
from npcface.character.folder import read_members
from npcface.character.icon import check_png
from npcface.character.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES, Manifest, parse_manifest
from npcface.errors import CharacterError
from npcface.pack.archive import MAX_FILE_BYTES, Archive
from npcface.pack.manifest import MAX_CHARACTERS, PACK_NAME, PackInfo, PackManifest, parse_pack
from npcface.pack.names import PackError, is_archive, is_junk, name_problem
from npcface.pack.thunderstore import PREFIX, Thunderstore
from npcface.pack.tree import refuse, status_of
from npcface.whole import DISK_FULL, whole

CHARACTERS = "characters"
"""Folder of a pack that holds the character folders."""
_WHEN = (1980, 1, 1, 0, 0, 0)  # the oldest date a zip can state
_PACKED = (".png", ".jpg", ".jpeg", ".webp", ".ogg", ".mp3", ".opus", ".flac", ".mp4")

Given = str | Path | Iterable[str | Path]


def pack(
    folders: Given, out: str | Path, info: PackInfo | None = None, thunderstore: Thunderstore | None = None
) -> Path:
    """Write a pack, whole or not at all.

    Inside lie ``npcface-pack.json`` and ``characters/<id>/…`` with everything that is in the folders but hidden files;
    for Thunderstore both below ``plugins/``. Times, order and rights are fixed, so that the same folders give the
    same bytes (with the same zlib).

    Args:
        folders: one character folder or several.
        out: the zip, replaced if it is there; in a folder that exists it gets a name made of the pack's own.
        info: what the pack says about itself; by default what its characters say.
        thunderstore: also make it a Thunderstore package.

    Returns:
        Path of the zip.

    Raises:
        ManifestError: a character's manifest, with every finding.
        CharacterError: a folder is no character, two have the same id, or a file cannot be packed (a link, an archive,
            a name some system refuses, too large).
    """
    given = [Path(one) for one in ([folders] if isinstance(folders, str | Path) else folders)]
    cast = _cast(given)
    about = _about(info or PackInfo(), cast)
    prefix = PREFIX if thunderstore else ""
    files: dict[str, Path | bytes] = {f"{prefix}{PACK_NAME}": about.to_json()}
    files |= thunderstore.files() if thunderstore else {}
    for manifest, folder in cast.values():
        for name, path in _files(folder):
            files[f"{prefix}{CHARACTERS}/{manifest.id}/{name}"] = path
    target = Path(out)
    if target.is_dir():
        target /= thunderstore.file_name if thunderstore else f"{'-'.join(list(cast)[:3])}-{about.version}.zip"
    _write(target, files)
    return target


def _cast(folders: list[Path]) -> dict[str, tuple[Manifest, Path]]:
    cast: dict[str, tuple[Manifest, Path]] = {}
    for folder in folders:
        found = read_members(folder, {MANIFEST_NAME: MAX_MANIFEST_BYTES, PORTRAIT_NAME: MAX_FILE_BYTES})
        data, portrait = found[MANIFEST_NAME], found[PORTRAIT_NAME]
        if data is None or portrait is None:
            missing = MANIFEST_NAME if data is None else PORTRAIT_NAME
            raise CharacterError(f"{folder} holds no {missing}.", "Give a folder made by npcface enroll.")
        manifest = parse_manifest(data, str(folder / MANIFEST_NAME))
        check_png(str(folder / PORTRAIT_NAME), portrait)
        if manifest.id in cast:
            raise PackError(f"{folder} and {cast[manifest.id][1]} are both {manifest.id!r}.", "Give each an id.")
        cast[manifest.id] = (manifest, folder)
    if not 0 < len(cast) <= MAX_CHARACTERS:
        raise PackError(f"{len(cast)} characters were given.", f"Give 1 to {MAX_CHARACTERS} character folders.")
    return dict(sorted(cast.items()))


def _about(info: PackInfo, cast: Mapping[str, tuple[Manifest, Path]]) -> PackManifest:
    """The pack's manifest; what the author left out is taken from the characters."""
    people = [manifest for manifest, _ in cast.values()]
    said = info.model_dump(exclude_unset=True)
    defaults = {
        "name": ", ".join(manifest.name for manifest in people)[:80],
        "version": people[0].version if len(people) == 1 else "1.0.0",
        "authors": list(dict.fromkeys(author for manifest in people for author in manifest.authors))[:32],
    }
    table = json.dumps({**defaults, **said, "characters": list(cast)})
    return parse_pack(table.encode(), f"{PACK_NAME}, to be written")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a character folder but hidden ones: name with ``/``, path."""
    for place, inner, names in os.walk(folder, onerror=refuse):
        inner[:] = sorted(name for name in inner if not is_junk(name))
        for name in [*inner, *sorted(names)]:
            path = Path(place) / name
            relative = path.relative_to(folder).as_posix()
            if is_junk(relative):
                continue
            status = status_of(path)
            if stat.S_ISDIR(status.st_mode):
                continue
            if not stat.S_ISREG(status.st_mode):
                raise PackError(f"{path} is a link or no regular file.", "Put the file itself there.")
            if status.st_size > MAX_FILE_BYTES:
                raise PackError(f"{path} has {status.st_size} bytes.", f"At most {MAX_FILE_BYTES} can be packed.")
            if problem := "is an archive" if is_archive(name) else name_problem(relative):
                raise PackError(f"{path} cannot be packed: its name {problem}.", "Rename it or take it out.")
            yield relative, path


def _write(target: Path, files: Mapping[str, Path | bytes]) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole(target) as unfinished:
            with zipfile.ZipFile(unfinished, "x") as zipped:
                for name in sorted(files):
                    content = files[name]
                    data = content if isinstance(content, bytes) else content.read_bytes()
                    zipped.writestr(_entry(name, data), data, compresslevel=9)
            with Archive(unfinished):  # never write what would be refused on reading
                pass
    except OSError as error:
        remedy = "Free some space." if error.errno in DISK_FULL else "Choose a place you may write to."
        raise PackError(f"{target} cannot be written: {error.strerror or error}.", remedy) from error


def _entry(name: str, data: bytes) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.create_system, entry.external_attr = 3, (stat.S_IFREG | 0o644) << 16  # the same whoever packs
    # what is packed already would grow; what shrinks too well would look like a bomb to the reader
    plain = name.lower().endswith(_PACKED) or len(data) > 50 * len(zlib.compress(data, 1))
    entry.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
    return entry
