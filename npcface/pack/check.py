"""``validate``: everything that is wrong with a character folder, a pack, a zip or a whole store, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import npcface
from npcface.character.character import PORTRAIT_NAME
from npcface.character.icon import ICON_SIDE, check_png
from npcface.character.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES
from npcface.character.version import in_range
from npcface.errors import NpcFaceError
from npcface.pack.archive import Archive
from npcface.pack.check_character import check_character, unknown_file
from npcface.pack.issue import Issue, error, of_error, warning
from npcface.pack.library import characters_of, zips_in
from npcface.pack.manifest import MAX_CHARACTERS, PACK_NAME, parse_pack
from npcface.pack.order import ORDER_NAME, PLAIN, read_order
from npcface.pack.source import character_places, folders_in
from npcface.pack.starter import STARTER_FILES
from npcface.pack.thunderstore import (
    ICON_NAME,
    MAX_ICON_BYTES,
    MAX_README_BYTES,
    PREFIX,
    README_NAME,
    parse_thunderstore,
)
from npcface.pack.tree import FolderTree, Tree

_COMPANY = frozenset({PACK_NAME, f"{PREFIX}{PACK_NAME}", "CHANGELOG.md", "LICENSE", "LICENSE.md", "LICENSE.txt"})


def validate(path: str | Path) -> list[Issue]:
    """Look at one path.

    Args:
        path: a character folder, a pack (folder or zip), or a store that holds any of them.

    Returns:
        Every finding; empty when all is well. Bad input is a finding, never an exception.
    """
    place = Path(path)
    found: list[Issue] = []
    try:
        for issue in _validate(place):
            found.append(issue)  # so that it stays found when what follows raises
    except NpcFaceError as problem:
        found += of_error(str(place), problem, "a character, a pack or a store")
    except OSError as problem:
        fix = "Check the path and its rights."
        found.append(error(str(place), "the file", problem.strerror or str(problem), "what can be read", fix))
    return found


def _validate(place: Path) -> Iterator[Issue]:
    if place.is_file():
        with Archive(place) as archive:
            yield from _pack(archive, str(place))
    elif not place.is_dir():
        yield error(str(place), "the file", "missing", "a character, a pack or a store", "Check the path.")
    elif characters_of(place):
        yield from _folder(place, is_pack=True)
    elif (place / PORTRAIT_NAME).is_file() or (place / MANIFEST_NAME).is_file():
        yield from _folder(place, is_pack=False)
    else:
        yield from _store(place)


def _folder(place: Path, *, is_pack: bool) -> Iterator[Issue]:
    tree = FolderTree(place)
    for link in tree.links:
        yield error(f"{place}/{link}", "the file", "a link or a device", "a regular file", "Put the file itself there.")
    if is_pack:
        yield from _pack(tree, str(place))
    else:
        yield from check_character(tree, "", str(place), place.resolve().name)


def _store(store: Path) -> Iterator[Issue]:
    inside = [store / name for name in folders_in(store)] + zips_in(store)
    yield from _order(store / ORDER_NAME, {PLAIN, *(path.name for path in inside)})
    if not inside:
        yield error(str(store), "the folder", "empty", "characters, packs", "Make one with npcface enroll.")
    for path in inside:
        yield from validate(path)


def _order(file: Path, names: set[str]) -> Iterator[Issue]:
    try:
        order = read_order(file.parent)
    except NpcFaceError as problem:
        yield from of_error(str(file), problem, "a load order")
        return
    for field in ("order", "disabled"):
        for name in getattr(order, field):
            if name not in names:
                yield warning(str(file), field, repr(name), "names of zips and folders beside it", "Remove it.")


def _pack(tree: Tree, where: str) -> Iterator[Issue]:
    places = character_places(tree.files)
    if len(places) > MAX_CHARACTERS:
        yield error(where, "characters", str(len(places)), f"at most {MAX_CHARACTERS}", "Split it.")
        return
    ids: dict[str, str] = {}
    for place in places:
        name = place.rpartition("/")[2]
        if name in ids:
            yield error(where, "characters", f"{ids[name]} and {place}", "each id once", "Remove one of them.")
        ids[name] = place
        yield from check_character(tree, place, where, name)
    if not places:
        yield error(
            where, "characters", "none", "characters/ID/manifest.json and portrait.png", "Make it by npcface pack."
        )
    for prefix in ("", PREFIX):
        yield from _manifest(tree, f"{prefix}{PACK_NAME}", where, ids)
    packaged = MANIFEST_NAME in tree.files and "" not in places
    if packaged:
        yield from _thunderstore(tree, where, places)
    root = {MANIFEST_NAME, ICON_NAME} if packaged else set()
    within = tuple(f"{place}/" for place in places)
    for file in sorted(tree.files) if "" not in places else ():
        company = file in _COMPANY or file in root or file == README_NAME or file.startswith(STARTER_FILES)
        if not company and not file.startswith(within):
            yield unknown_file(f"{where}/{file}")


def _manifest(tree: Tree, name: str, where: str, ids: dict[str, str]) -> Iterator[Issue]:
    file = f"{where}/{name}"
    try:
        data = tree.read(name, MAX_MANIFEST_BYTES)
        if data is None:
            return
        manifest = parse_pack(data, file)
    except NpcFaceError as problem:
        yield from of_error(file, problem, "a pack manifest")
        return
    if not in_range(npcface.__version__, manifest.npcface):
        yield error(
            file, "npcface", repr(manifest.npcface), f"a range with {npcface.__version__}", "Try it with this version."
        )
    if manifest.characters and set(manifest.characters) != ids.keys():
        named, held = ", ".join(sorted(manifest.characters)), ", ".join(sorted(ids))
        yield warning(file, "characters", named, held, "Make the pack again, or remove the field.")


def _thunderstore(tree: Tree, where: str, places: list[str]) -> Iterator[Issue]:
    file = f"{where}/{MANIFEST_NAME}"
    try:
        parse_thunderstore(tree.read(MANIFEST_NAME, MAX_MANIFEST_BYTES) or b"", file)
    except NpcFaceError as problem:
        yield from of_error(file, problem, "a Thunderstore manifest")
    try:
        check_png(f"{where}/{ICON_NAME}", tree.read(ICON_NAME, MAX_ICON_BYTES) or b"", side=ICON_SIDE)
    except NpcFaceError as problem:
        value = problem.cause.rstrip(".") if ICON_NAME in tree.files else "missing"
        yield error(f"{where}/{ICON_NAME}", "the file", value, "a PNG of 256×256", "Make it 256×256.")
    file = f"{where}/{README_NAME}"
    try:
        if not tree.read(README_NAME, MAX_README_BYTES):
            yield error(file, "the file", "missing or empty", "Markdown", "Say what is in the pack.")
    except NpcFaceError as problem:
        yield from of_error(file, problem, "Markdown")
    for place in places:
        if isinstance(tree, Archive) and not place.startswith(PREFIX):
            fix = "Make it by npcface pack --thunderstore: mod managers flatten other folders."
            yield warning(f"{where}/{place}", "the folder", place, f"below {PREFIX}", fix)
