"""Put content credentials into a finished file. Nothing goes over a network: no time stamp, no list of trust."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

from npcface.credentials.credit import Credit
from npcface.credentials.keys import CredentialsError, load_keys

MIME = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".mp4": "video/mp4",
}  # fmt: skip
"""Ends of file names that can carry credentials → their media type."""
SETTINGS = {
    # a thumbnail is a second copy of the picture, ten times as large as a still of 256 px
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}


def installed() -> bool:
    """Whether npcface[credentials] is here."""
    return all(importlib.util.find_spec(name) is not None for name in ("c2pa", "cryptography"))


def attach(path: Path, credit: Credit | None) -> Path:
    """Sign a file in its place; the last thing that is done to it.

    Args:
        path: a finished picture or film; other kinds are left as they are.
        credit: None: nothing is done.

    Returns:
        ``path``.

    Raises:
        CredentialsError: the certificate or the file cannot be used; the file stays as it was.
    """
    mime = MIME.get(path.suffix.lower())
    if credit is None or mime is None:
        return path
    part = path.with_name(f".{path.name}.signed")
    try:
        with path.open("rb") as source, part.open("w+b") as target:
            _sign(credit, path.name, mime, source, target)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def attached(data: bytes, name: str, credit: Credit | None) -> bytes:
    """``attach`` for a file that goes into another one, such as a zip.

    Args:
        data: its bytes. name: of the file; its end says what it is.
        credit: None: the bytes come back as they are.

    Raises:
        CredentialsError: as above.
    """
    mime = MIME.get(Path(name).suffix.lower())
    if credit is None or mime is None:
        return data
    target = io.BytesIO()
    _sign(credit, name, mime, io.BytesIO(data), target)
    return target.getvalue()


def _sign(credit: Credit, title: str, mime: str, source: Any, target: Any) -> None:
    import c2pa

    keys = load_keys()
    info = c2pa.C2paSignerInfo(keys.algorithm.encode(), keys.chain, keys.key, None)
    try:
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Builder(credit.definition(title, mime), context) as builder,
        ):
            builder.sign(signer, mime, source, target)
    except c2pa.C2paError as error:
        raise CredentialsError(
            f"{title} cannot be signed: {error}.", "Check the certificate, or write it with --no-credentials."
        ) from error
