"""Zips as no honest tool would write them."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

from tests.character.folders import manifest, png

GOOD = {
    "characters/mira/manifest.json": manifest().to_json(),
    "characters/mira/portrait.png": png(64, 80),
}


def entry(name: str, *, method: int = zipfile.ZIP_DEFLATED, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("placeholder", (1980, 1, 1, 0, 0, 0))
    info.filename = name  # past the constructor, which tidies names up
    info.compress_type, info.external_attr, info.create_system = method, mode << 16, 3
    return info


def zip_bytes(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A zip of the good character and further entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, data in [*GOOD.items(), *entries]:
            zipped.writestr(entry(name) if isinstance(name, str) else name, data)
    return out.getvalue()


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same with some bytes exchanged wherever they stand: in entries and in the directory."""
    assert len(old) == len(new) and old in data
    return data.replace(old, new)


def save(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
