"""Character: everything the renderer needs of one person, and its folder on disk."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import npcface
from npcface.character.embedding import (
    EMBEDDING_NAME,
    MAX_FILE_BYTES,
    MODEL_VERSION,
    SHOWABLE_VERSIONS,
    EmbeddingKey,
    decode_embedding,
    encode_embedding,
    is_stale,
)
from npcface.character.folder import read_members, replace_folder
from npcface.character.icon import ICON_SIDE, check_png, make_icon
from npcface.character.manifest import MANIFEST_NAME, MAX_MANIFEST_BYTES, Manifest, parse_manifest
from npcface.character.version import in_range
from npcface.errors import CharacterError, NpcFaceError

PORTRAIT_NAME = "portrait.png"
ICON_NAME = "icon.png"
CAPS = {
    MANIFEST_NAME: MAX_MANIFEST_BYTES, PORTRAIT_NAME: 64 * 1024 * 1024, ICON_NAME: 1024 * 1024,
    EMBEDDING_NAME: MAX_FILE_BYTES,
}  # fmt: skip
"""The files of a character and their largest sizes in bytes."""
_log = logging.getLogger(__name__)

Rebuild = Callable[[Manifest, bytes], "Character"]
"""Enrols anew from a manifest and the bytes of ``portrait.png``."""


@dataclass(frozen=True, slots=True, eq=False)
class Character:
    """One enrolled person.

    Attributes:
        manifest: who it is; its ``portrait_sha256`` is filled in here.
        portrait_png: bytes of the portrait as PNG.
        icon_png: bytes of a PNG of 256×256.
        tensors: what the renderer needs, name to array; opaque to everything but enrolment and renderer.
        folder: where it was loaded from or saved to.
    """

    manifest: Manifest
    portrait_png: bytes
    icon_png: bytes
    tensors: dict[str, NDArray[Any]] = field(repr=False)
    folder: Path | None = None

    def __post_init__(self) -> None:
        digest = hashlib.sha256(self.portrait_png).hexdigest()
        if self.manifest.portrait_sha256 != digest:
            object.__setattr__(self, "manifest", self.manifest.model_copy(update={"portrait_sha256": digest}))

    @property
    def id(self) -> str:
        """The manifest's id, which names the folder too."""
        return self.manifest.id

    @property
    def key(self) -> EmbeddingKey:
        """What ``tensors`` belong to: the portrait's hash and the version of the model."""
        return EmbeddingKey(self.manifest.portrait_sha256, MODEL_VERSION)

    def looks_like(self, other: Character) -> bool:
        """Whether manifest, portrait and tensors are the same; wherever they lie, and whatever the icon shows."""
        if (self.manifest, self.portrait_png) != (other.manifest, other.portrait_png):
            return False
        if self.tensors.keys() != other.tensors.keys():
            return False
        return all(np.array_equal(array, other.tensors[name]) for name, array in self.tensors.items())

    @property
    def portrait_path(self) -> Path | None:
        """The portrait on disk, or None before the first save."""
        return None if self.folder is None else self.folder / PORTRAIT_NAME

    @classmethod
    def load(cls, folder: str | Path, rebuild: Rebuild | None = None) -> Character:
        """Read a character folder.

        An embedding that is missing, damaged, made by another model version or from another portrait is computed
        again and written back (kept in memory only where the folder is read-only). A missing icon is drawn anew.

        Args:
            folder: holds manifest.json, portrait.png, icon.png, embedding.safetensors.
            rebuild: how to enrol again; by default ``npcface.enroll.enroll``.

        Raises:
            ManifestError: everything that is wrong with the manifest.
            CharacterError: a file is missing or not usable, the character needs another npcface, or its embedding
                is stale and cannot be computed here.
        """
        place = Path(folder).resolve()
        character, reason = cls.from_files(read_members(place, CAPS), str(place))
        if not reason:
            return replace(character, folder=place)
        _log.info("%s: %s; enrolling it again", place, reason)
        fresh = enrolled_again(character, reason, rebuild)
        try:
            return fresh.save(place, instead_of=character)
        except CharacterError as error:  # changed, or a read-only mod folder: slower, but it works
            _log.warning("%s: the new embedding is not kept: %s", place, error)
            return replace(fresh, folder=place)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes | None], where: str) -> tuple[Character, str]:
        """A character out of the contents of its files.

        Args:
            files: name to contents, None where there is no such file; every name of ``CAPS`` is there.
            where: the folder, for messages.

        Returns:
            The character without ``folder``, and why its tensors have to be computed again: then they are those of
            an older model that can still be shown (``SHOWABLE_VERSIONS``), else empty. The reason is empty when they
            are current.

        Raises:
            ManifestError: everything that is wrong with the manifest.
            CharacterError: a file is missing or not usable, or the character needs another npcface.
        """
        manifest = _manifest(where, files[MANIFEST_NAME])
        portrait, icon = files[PORTRAIT_NAME], files[ICON_NAME]
        if portrait is None:
            raise CharacterError(f"{where}/{PORTRAIT_NAME} is missing.", "Put the portrait back or enrol again.")
        check_png(f"{where}/{PORTRAIT_NAME}", portrait)
        if icon is None:
            icon = make_icon(portrait, manifest.framing)
        check_png(f"{where}/{ICON_NAME}", icon, side=ICON_SIDE)
        tensors, reason = _tensors(files[EMBEDDING_NAME], portrait)
        return cls(manifest, portrait, icon, tensors or {}), reason

    def save(self, folder: str | Path, *, instead_of: Character | None = None) -> Character:
        """Write the folder, all of it or nothing; other files that lie in it are kept. Writers of a store take turns.

        Args:
            folder: where; its parents are made.
            instead_of: what was read before the work that is saved now; if something else lies there by now, that is
                kept. None replaces whatever is there.

        Returns:
            The same character with ``folder`` set.

        Raises:
            Changed: another process has changed or removed ``instead_of`` meanwhile.
            CharacterError: a picture or tensor is not storable, the target is no character folder, or the disk is
                full or not writable; what was there before is untouched then.
        """
        place = Path(folder).resolve()
        check_png(PORTRAIT_NAME, self.portrait_png)
        check_png(ICON_NAME, self.icon_png, side=ICON_SIDE)
        files = {
            MANIFEST_NAME: self.manifest.to_json(),
            PORTRAIT_NAME: self.portrait_png,
            ICON_NAME: self.icon_png,
            EMBEDDING_NAME: encode_embedding(self.tensors, self.key),
        }
        for name, data in files.items():
            if len(data) > CAPS[name]:
                raise CharacterError(f"{name} would have {len(data)} bytes.", f"At most {CAPS[name]} can be loaded.")
        allowed = None if instead_of is None else partial(_check_unchanged, place, instead_of)
        replace_folder(place, files, MANIFEST_NAME, allowed)
        return replace(self, folder=place)


class Changed(CharacterError):
    """A character was changed on disk while something was made of its older self."""


def _check_unchanged(place: Path, before: Character) -> None:
    try:
        now, _ = Character.from_files(read_members(place, CAPS), str(place))
    except CharacterError as error:
        raise Changed(f"{place} was removed or damaged meanwhile: {error.cause}", "Repeat it if need be.") from error
    if not now.looks_like(before):
        raise Changed(f"{place} was changed by another program meanwhile.", "Repeat it, if the new one needs it too.")


def _manifest(where: str, data: bytes | None) -> Manifest:
    if data is None:
        raise CharacterError(f"{where} holds no {MANIFEST_NAME}.", "Give a folder made by npcface enroll.")
    manifest = parse_manifest(data, f"{where}/{MANIFEST_NAME}")
    if not in_range(npcface.__version__, manifest.npcface):
        raise CharacterError(
            f"{manifest.id} needs npcface {manifest.npcface}, this is {npcface.__version__}.",
            "Install a matching npcface, or ask its authors for an update.",
        )
    return manifest


def _tensors(data: bytes | None, portrait: bytes) -> tuple[dict[str, NDArray[Any]] | None, str]:
    """The tensors, None if they cannot be shown, and the reason why they have to be computed again."""
    if data is None:
        return None, f"{EMBEDDING_NAME} is missing"
    try:
        tensors, key = decode_embedding(data)
    except CharacterError as error:
        return None, error.cause.rstrip(".")
    if is_stale(key, hashlib.sha256(portrait).hexdigest()):
        if key.portrait_sha256 != hashlib.sha256(portrait).hexdigest():
            return None, f"{EMBEDDING_NAME} was made for another portrait"
        showable = tensors if key.model_version in SHOWABLE_VERSIONS else None
        return showable, f"{EMBEDDING_NAME} was made for model version {key.model_version[:40]!r}"
    return tensors, ""


def enrolled_again(character: Character, reason: str, rebuild: Rebuild | None = None) -> Character:
    """A character whose tensors are computed from its portrait, in memory.

    Args:
        character: the manifest and portrait that count.
        reason: why, as in ``Character.from_files``.
        rebuild: as in ``Character.load``.

    Raises:
        CharacterError: it cannot be done here; says why.
    """
    try:
        fresh = (rebuild or _enroll_again)(character.manifest, character.portrait_png)
    except NpcFaceError as error:
        raise CharacterError(
            f"{character.id}: {reason}, and enrolling again failed: {error.cause}", error.remedy
        ) from error
    framing = fresh.manifest.framing or character.manifest.framing
    return replace(fresh, manifest=character.manifest.model_copy(update={"framing": framing}))


def _enroll_again(manifest: Manifest, portrait: bytes) -> Character:
    if importlib.util.find_spec("mediapipe") is None:
        raise CharacterError(
            "the part of npcface that reads portraits is not installed.",
            "Run pip install 'npcface[enroll]', or ask the character's author for a newer embedding.safetensors.",
        )
    from npcface.enroll import enroll

    # enrolment wrote down what it was told beyond the picture: which of several faces, or points set by hand
    extra = manifest.model_extra or {}
    face, points = extra.get("face"), extra.get("landmarks")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "landmarks.json"
        file.write_text(json.dumps(points), "utf-8")
        again: Character = enroll(
            portrait,
            id=manifest.id,
            name=manifest.name,
            face=face if type(face) is int else None,
            landmarks=None if points is None else file,
        )
    return again
