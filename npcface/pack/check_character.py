"""Everything that can be said about one character of a folder or pack, without enrolling or drawing it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import npcface
from npcface.character.character import CAPS, ICON_NAME, PORTRAIT_NAME
from npcface.character.embedding import EMBEDDING_NAME, MODEL_VERSION, decode_embedding
from npcface.character.icon import ICON_SIDE, check_png, open_png
from npcface.character.manifest import MANIFEST_NAME, Manifest, parse_manifest
from npcface.character.rights import NAMED, REMEDY, SHOWN, Rights, stated, states
from npcface.character.version import in_range
from npcface.errors import NpcFaceError
from npcface.image_header import read_header
from npcface.pack.issue import Issue, error, of_error, warning
from npcface.pack.tree import Tree

MAX_SIDE_PX, MIN_SIDE_PX = 2048, 256
KNOWN_EXTRA = ("$schema", "$comment", "face", "landmarks")
COMPANY = (".md", ".txt", ".wav", ".ogg", ".opus", ".mp3", ".flac", ".json", ".png", ".jpg", ".jpeg", ".webp")
"""Ends of names that may lie beside a character: texts, voice lines, pictures, tracks."""


def check_character(tree: Tree, place: str, where: str, name: str) -> Iterator[Issue]:
    """Look at one character.

    Args:
        tree: holds it.
        place: its folder in the tree, ``""`` for the root.
        where: the tree, as messages name it.
        name: of its folder; empty if that does not matter.
    """
    prefix, shown = (f"{place}/" if place else ""), f"{where}/{place}".rstrip("/")
    found: dict[str, bytes | None] = {}
    for file, cap in CAPS.items():
        try:
            found[file] = tree.read(prefix + file, cap)
        except NpcFaceError as problem:
            yield from of_error(f"{shown}/{file}", problem, f"up to {cap >> 10} KiB that can be read")
    manifest: Manifest | None = None
    if MANIFEST_NAME in found:
        data = found[MANIFEST_NAME]
        if data is None:
            yield error(f"{shown}/{MANIFEST_NAME}", "the file", "missing", "a manifest", "See docs/characters.md.")
        else:
            try:
                manifest = parse_manifest(data, f"{shown}/{MANIFEST_NAME}")
            except NpcFaceError as problem:
                yield from of_error(f"{shown}/{MANIFEST_NAME}", problem, "a manifest")
    portrait = found.get(PORTRAIT_NAME)
    if manifest is not None:
        yield from _manifest(f"{shown}/{MANIFEST_NAME}", manifest, name, portrait)
    if PORTRAIT_NAME in found:
        yield from _portrait(f"{shown}/{PORTRAIT_NAME}", portrait)
    if ICON_NAME in found:
        yield from _icon(f"{shown}/{ICON_NAME}", found[ICON_NAME])
    if EMBEDDING_NAME in found:
        yield from _embedding(f"{shown}/{EMBEDDING_NAME}", found[EMBEDDING_NAME], portrait)
    for file in sorted(tree.files):
        if file.startswith(prefix) and file.removeprefix(prefix) not in CAPS and not _is_company(file):
            yield unknown_file(f"{where}/{file}")


def unknown_file(file: str) -> Issue:
    """A file that nothing here reads."""
    return warning(file, "the file", "unknown", "texts, sounds and pictures beside a character", "Leave it out.")


def _is_company(file: str) -> bool:
    return file.lower().endswith(COMPANY) or file.rpartition("/")[2].upper().startswith(
        ("LICENSE", "LICENCE", "README")
    )


def _manifest(file: str, manifest: Manifest, name: str, portrait: bytes | None) -> Iterator[Issue]:
    if name and manifest.id != name:
        fix = f"Rename the folder to {manifest.id} or the id to {name}."
        yield error(file, "id", repr(manifest.id), f"the folder's name, {name!r}", fix)
    if not in_range(npcface.__version__, manifest.npcface):
        yield error(
            file, "npcface", repr(manifest.npcface), f"a range with {npcface.__version__}", "Try it with this version."
        )
    for field, fix in (
        ("license", 'Name the licence of the portrait, such as "CC0-1.0".'),
        ("consent", "State who agreed to this use of the face, or that nobody real is shown."),
    ):
        value = getattr(manifest, field)
        if not states(value):
            yield warning(file, field, repr(value), "what others need to know before they pass it on", fix)
    yield from _rights(file, manifest)
    if manifest.portrait_sha256 and portrait is not None:
        digest = hashlib.sha256(portrait).hexdigest()
        if digest != manifest.portrait_sha256:
            yield warning(file, "portrait_sha256", f"{manifest.portrait_sha256[:12]}…", f"{digest[:12]}…", "Remove it.")
    for field in sorted((manifest.model_extra or {}).keys() - set(KNOWN_EXTRA)):
        yield warning(file, field, "unknown", "the fields of docs/characters.md", "Check its spelling; it is ignored.")


def _rights(file: str, manifest: Manifest) -> Iterator[Issue]:
    rights = manifest.rights
    if rights is None:
        if not stated(manifest):  # one with a consent of its own is as good as those made before there were rights
            yield warning(file, "rights", "missing", "why this face may be used", f"{REMEDY} {SHOWN}")
        return
    if rights.ground in NAMED and not rights.holder:
        yield warning(
            file, "rights.holder", "missing", f"who gave the right, for the ground {rights.ground}", "Name them."
        )
    for field in sorted((rights.model_extra or {}).keys()):
        yield warning(
            file, f"rights.{field}", "unknown", ", ".join(Rights.model_fields), "Check its spelling; it is ignored."
        )


def _portrait(file: str, data: bytes | None) -> Iterator[Issue]:
    if data is None:
        yield error(file, "the file", "missing", "a PNG", "Put the portrait there, or enrol again.")
        return
    damage = _picture(file, data, None)
    yield from damage
    header = read_header(data)
    if damage or header is None:
        return
    size = f"{header.width}×{header.height} px"
    if max(header.width, header.height) > MAX_SIDE_PX:
        yield warning(file, "size", size, f"sides up to {MAX_SIDE_PX} px", "Scale it down: players load it.")
    if min(header.width, header.height) < MIN_SIDE_PX:
        yield warning(
            file, "size", size, f"sides from {MIN_SIDE_PX} px", "Use a larger portrait, or it will be blurred."
        )


def _icon(file: str, data: bytes | None) -> Iterator[Issue]:
    if data is None:
        yield warning(file, "the file", "missing", "a PNG of 256×256", "Load the character once: it is drawn anew.")
    else:
        yield from _picture(file, data, ICON_SIDE)


def _picture(file: str, data: bytes, side: int | None) -> list[Issue]:
    """What is wrong with a PNG, decoding all of it."""
    allowed = "a PNG" if side is None else f"a PNG of {side}×{side}"
    try:
        check_png(file, data, side=side)
        with open_png(file, data) as picture:
            picture.load()
    except NpcFaceError as problem:
        return [error(file, "the file", problem.cause.removeprefix(file).strip(" ."), allowed, problem.remedy)]
    except Exception as problem:  # decoders raise whatever they like
        return [error(file, "the file", f"damaged ({problem})", allowed, "Save it again.")]
    return []


def _embedding(file: str, data: bytes | None, portrait: bytes | None) -> Iterator[Issue]:
    allowed, fix = (
        "what the renderer reads, of this portrait",
        "Load the character once where npcface[enroll] is installed.",
    )
    if data is None:
        yield warning(file, "the file", "missing", allowed, f"{fix} Players without it cannot show this character.")
        return
    try:
        tensors, key = decode_embedding(data)
    except NpcFaceError as problem:
        yield error(file, "the file", problem.cause.rstrip("."), allowed, fix)
        return
    if key.model_version != MODEL_VERSION:
        yield warning(file, "model_version", repr(key.model_version[:40]), repr(MODEL_VERSION), fix)
    elif portrait is not None and key.portrait_sha256 != hashlib.sha256(portrait).hexdigest():
        yield warning(file, "portrait_sha256", "of another portrait", "that of portrait.png", fix)
    else:
        from npcface.render.schema import check
        from npcface.rig.rig import load_rig

        try:
            check(tensors, load_rig().grid)
        except NpcFaceError as problem:
            yield error(file, "arrays", problem.cause.rstrip("."), allowed, problem.remedy)
