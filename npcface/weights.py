"""Every file of weights that npcface loads has its sha256 in ``weights.json``, and is compared with it when loaded.

That finds downloads that broke off, disks that rot and files that somebody put in the place of others. It is no defence
against whoever can change ``weights.json`` as well. Who trains sets ``NPCFACE_OWN_WEIGHTS=1`` while trying out files;
``npcface train export`` and ``python -m npcface.weights`` write the list, and the model cards' tables, anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from npcface.errors import DependencyError
from npcface.whole import write_whole

HOME = Path(__file__).parent
MANIFEST = HOME / "weights.json"
OWN_ENV = "NPCFACE_OWN_WEIGHTS"
KINDS = (".onnx", ".safetensors", ".bin")
LICENCES = {"rig": "MIT"}
"""By folder of the package; all others are npcface's own, Apache-2.0. The graphs hold the rig's numbers, too."""
_TABLE = re.compile(r"<!-- sha256 -->.*?<!-- /sha256 -->", re.DOTALL)


class WeightsError(DependencyError):
    """A file of weights is not the one that npcface came with."""


@lru_cache(maxsize=1)
def manifest() -> dict[str, dict[str, dict[str, Any]]]:
    """``files``: path below the package → sha256, bytes, licence; ``others``: name of a file of another package → same.

    Raises:
        WeightsError: the list itself is missing or damaged.
    """
    try:
        table: dict[str, dict[str, dict[str, Any]]] = json.loads(MANIFEST.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"The list of weights {MANIFEST} cannot be read: {error}.", "Reinstall npcface.") from error
    return table


def checked(path: Path) -> Path:
    """A file of weights, if it is the one that is listed. Files that are not listed, given by hand, are let through.

    About 1 ms for 1.5 MB the first time, nothing after that: a file that has not changed is not read again.

    Raises:
        WeightsError: it is another file.
    """
    if own_weights() or not path.is_file():  # whoever opens it says what is missing
        return path
    wanted = expected(path)
    if wanted is None:
        return path
    status = path.stat()
    if status.st_size != wanted["bytes"]:
        found = f"has {status.st_size} bytes, not {wanted['bytes']}"
    else:
        digest = _digest_now(path, status.st_size, status.st_mtime_ns, status.st_ino)
        if digest == wanted["sha256"]:
            return path
        found = f"has sha256 {digest[:16]}…, not {wanted['sha256'][:16]}…"
    raise WeightsError(
        f"{path} {found}: it is damaged, or not the file that belongs to this npcface.",
        f"Reinstall npcface (npcface doctor looks at all files), or set {OWN_ENV}=1 if you trained it yourself.",
    )


def own_weights() -> bool:
    """Whether files of one's own are allowed."""
    return os.environ.get(OWN_ENV, "").lower() in ("1", "on", "true", "yes")


def expected(path: Path) -> dict[str, Any] | None:
    """What the list says of a file; None if it is not listed."""
    place = path.absolute()
    if place.is_relative_to(HOME):
        return manifest()["files"].get(place.relative_to(HOME).as_posix())
    return manifest()["others"].get(place.name)


def record() -> None:
    """Write the list, and the tables of the model cards, from the files that lie here now."""
    files = {}
    for path in sorted(path for path in HOME.glob("*/data/*") if path.suffix in KINDS):
        name, data = path.relative_to(HOME).as_posix(), path.read_bytes()
        licence = LICENCES.get(path.parent.parent.name, "Apache-2.0")
        files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "licence": licence}
    table = {"files": files, "others": manifest()["others"] if MANIFEST.is_file() else {}}
    write_whole(MANIFEST, (json.dumps(table, indent=2) + "\n").encode())
    manifest.cache_clear()
    for card in HOME.glob("*/data/MODEL_CARD.md"):
        text = card.read_text("utf-8")
        beside = [name for name in files if card_of(name) == card]
        rows = "".join(f"| `{name}` | `{files[name]['sha256']}` |\n" for name in beside)
        block = f"<!-- sha256 -->\n\n| file | sha256 |\n| --- | --- |\n{rows}\n<!-- /sha256 -->"
        before, after = _TABLE.split(text, maxsplit=1)
        write_whole(card, f"{before}{block}{after}".encode())


def card_of(name: str) -> Path:
    """The model card that speaks of a listed file."""
    own = HOME / Path(name).parent / "MODEL_CARD.md"
    return own if own.is_file() else HOME / "model/data/MODEL_CARD.md"


def digest_of(path: Path) -> str:
    """Hexadecimal sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=64)
def _digest_now(path: Path, size: int, mtime_ns: int, inode: int) -> str:
    return digest_of(path)


def main() -> None:
    """``python -m npcface.weights``: write the list anew; with ``check``: compare all, and print what that takes."""
    if sys.argv[1:] != ["check"]:
        record()
        return
    for name in manifest()["files"]:
        began = time.perf_counter()
        checked(HOME / name)
        print(f"{1000 * (time.perf_counter() - began):6.1f} ms  {name}")


if __name__ == "__main__":
    main()
