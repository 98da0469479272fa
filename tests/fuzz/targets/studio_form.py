"""A form sent to the studio; the first line is its content type."""

import asyncio

from starlette.requests import Request

from npcface.errors import NpcFaceError
from npcface.studio.enrolment import _options
from npcface.studio.forms import read_form
from tests.fuzz.place import folder


def run(data: bytes) -> None:
    content_type, _, body = data.partition(b"\n")
    asyncio.run(_send(content_type.strip(), body))


async def _send(content_type: bytes, body: bytes) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type)], "app": None}
    request = Request(scope, receive)
    try:
        form = await read_form(request, folder(), 1 << 20)
    except NpcFaceError:
        return
    try:
        assert all(path.parent == form.folder for paths in form.files.values() for path in paths)
        _options(form)
    except NpcFaceError:
        pass
    finally:
        form.close()
