"""Put content credentials into a file before it gets its name. Nothing goes over a network: no time stamp, no list of
trust.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from npcface.credentials.credit import Credit
from npcface.credentials.keys import CredentialsError, load_keys
from npcface.whole import whole

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


@contextlib.contextmanager
def signed(path: Path, credit: Credit | None) -> Iterator[Path]:
    """``whole`` for a picture or film that is signed first: under ``path`` there is the signed file or what was there.

    Args:
        path: its end says what it is; other kinds than those of ``MIME`` are written without.
        credit: None: likewise.

    Raises:
        CredentialsError: the certificate or the file cannot be used. OSError: as ``whole``.
    """
    mime = MIME.get(path.suffix.lower())
    with whole(path) as part:
        if credit is None or mime is None:
            yield part
            return
        draft = part.with_suffix(".draft")
        try:
            yield draft
            with draft.open("rb") as source, part.open("x+b") as target:
                _sign(credit, path.name, mime, source, target)
        finally:
            draft.unlink(missing_ok=True)


def attach(path: Path, credit: Credit | None) -> Path:
    """Sign a file that is already there; those that are being written go through ``signed``.

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
    with whole(path) as part:
        with path.open("rb") as source, part.open("x+b") as target:
            _sign(credit, path.name, mime, source, target)
        shutil.copymode(path, part)
    return path


def attached(data: bytes, name: str, credit: Credit | None) -> bytes:
    """``signed`` for a file that is made in memory, such as one that goes into a zip.

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
    seen = _Target(target)
    try:
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Context.from_dict(SETTINGS) as context,
            c2pa.Builder(credit.definition(title, mime), context) as builder,
        ):
            builder.sign(signer, mime, source, seen)
    except c2pa.C2paError as error:
        if seen.failed is not None:
            raise seen.failed from error
        raise CredentialsError(
            f"{title} cannot be signed: {error}.", "Check the certificate, or write it without: --no-credentials."
        ) from error


class _Target:
    """A file to write to that keeps why it failed: c2pa says only that it did, and a full disk has a remedy of its own.

    Args:
        file: open to read and write.
    """

    def __init__(self, file: Any) -> None:
        self.failed: OSError | None = None
        for name in ("read", "write", "seek", "tell", "flush"):
            setattr(self, name, self._kept(getattr(file, name)))

    def _kept(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            try:
                return do(*given)
            except OSError as error:
                self.failed = self.failed or error
                raise

        return done
