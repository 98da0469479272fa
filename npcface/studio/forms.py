"""What requests carry: multipart forms with files, and JSON; counted while they arrive."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import anyio
import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from npcface.studio.problems import TooLarge, Unfit
from npcface.studio.settings import FORM_MAX_BYTES, MIB, UPLOAD_MAX_BYTES
from npcface.whole import disk_full

JSON_MAX_BYTES = 64 * 1024
_FILES_MAX, _FIELDS_MAX = 40, 64
_CHUNK = 256 * 1024
Shape = TypeVar("Shape")


@dataclass
class Form:
    """A form whose files lie in a folder of their own; whoever has it removes the folder with ``close``.

    Attributes:
        folder: for further files of the same job.
        files: by field, in the order they came. texts: likewise.
    """

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def text(self, name: str, *, needed: bool = False) -> str:
        """A field's only value, without spaces around it; "" if it is missing or empty.

        Raises:
            Unfit: needed and not there, or there twice.
        """
        values = [value.strip() for value in self.texts.get(name, []) if value.strip()]
        if len(values) > 1 or (needed and not values):
            raise Unfit(f"The form has {len(values)} fields {name!r}.", "Send it once, filled in.")
        return values[0] if values else ""

    def one_file(self, name: str) -> Path:
        """A field's only file.

        Raises:
            Unfit: none, or several.
        """
        files = self.files.get(name, [])
        if len(files) != 1:
            raise Unfit(f"The form has {len(files)} files {name!r}.", "Send exactly one.")
        return files[0]

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def read_form(request: Request, folder: Path, limit: int = FORM_MAX_BYTES) -> Form:
    """Receive a multipart form.

    Args:
        request: its body is read.
        folder: in which the form's own folder is made.
        limit: bytes of the whole form.

    Raises:
        TooLarge: a file or the whole goes past its limit; reading stops there.
        Unfit: it is no multipart form. DiskFull: there is no room for it.
    """
    receive = _Counted(request, limit)
    made = None
    try:
        made = Form(Path(tempfile.mkdtemp(dir=folder)))
        counted = Request(request.scope, receive)
        async with counted.form(max_files=_FILES_MAX, max_fields=_FIELDS_MAX, max_part_size=MIB) as fields:
            for name, value in fields.multi_items():
                if isinstance(value, UploadFile):
                    made.files.setdefault(name, []).append(await _kept(name, value, made.folder))
                else:
                    made.texts.setdefault(name, []).append(value)
    except BaseException as error:
        if made is not None:
            made.close()
        if (full := disk_full(error)) is not None:
            await receive.rest()  # only who is done with sending reads an answer
            raise full from error
        if isinstance(error, HTTPException):
            raise Unfit(f"The form cannot be read: {error.detail}", "Send multipart/form-data.") from None
        raise
    return made


async def read_json(request: Request, shape: type[Shape]) -> Shape:
    """Receive a JSON document of a shape.

    Raises:
        TooLarge: more than ``JSON_MAX_BYTES``. Unfit: it has another shape.
    """
    counted = Request(request.scope, _Counted(request, JSON_MAX_BYTES))
    try:
        return msgspec.json.decode(await counted.body(), type=shape)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unfit(f"{error}.", "docs/studio.md lists what is expected.") from None


async def _kept(name: str, upload: UploadFile, folder: Path) -> Path:
    if (upload.size or 0) > UPLOAD_MAX_BYTES:
        raise TooLarge(f"{name} has more than {UPLOAD_MAX_BYTES // MIB} MiB.", "Use a smaller file.")
    # What the browser calls it is never a path here.
    path = folder / f"{sum(1 for _ in folder.iterdir())}{'.json' if name == 'landmarks' else ''}"
    async with await anyio.open_file(path, "xb") as file:
        while chunk := await upload.read(_CHUNK):
            await file.write(chunk)
    return path


class _Counted:
    """A request's ``receive``, which refuses what goes past a limit.

    Raises:
        TooLarge: it says so itself, or turns out to be.
    """

    def __init__(self, request: Request, limit: int) -> None:
        length = request.headers.get("content-length", "0")
        if length.isdigit() and int(length) > limit:
            raise TooLarge(f"The request has {int(length)} bytes.", f"At most {limit} are taken.")
        self._request, self._limit, self._received, self._more = request, limit, 0, True

    async def __call__(self) -> Message:
        message = await self._request.receive()
        self._more = bool(message.get("more_body"))
        self._received += len(message.get("body", b""))
        if self._received > self._limit:
            raise TooLarge(f"The request has more than {self._limit} bytes.", "Use smaller files.")
        return message

    async def rest(self) -> None:
        """Take what is still to come, and drop it."""
        while self._more:
            await self()
