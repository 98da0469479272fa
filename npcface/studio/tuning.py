"""``POST /api/characters/{id}/finetune``: learn from further pictures, kept beside the character as ``{id}-tuned``.

torch takes a gigabyte and holds up everything while it is loaded, so learning happens in a process of its own
(``npcface.studio.tune``).
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from npcface.errors import NpcFaceError
from npcface.studio.forms import Form, read_form
from npcface.studio.jobs import Stopped, Tell, accepted
from npcface.studio.people import described, entry_of, own_folder
from npcface.studio.problems import Unfit

if TYPE_CHECKING:
    from npcface.studio.studio import Studio

SUFFIX = "-tuned"
PICTURES_MAX = 32
"""As of ``npcface.finetune``, which is not asked: it would load torch."""

STEPS_MAX = 500


async def finetune(request: Request) -> JSONResponse:
    """Receive the pictures and queue the work."""
    studio: Studio = request.app.state.studio
    folder = await asyncio.to_thread(own_folder, studio, request.path_params["id"])
    form = await read_form(request, studio.folder)
    try:
        order = _order(form) | {"character": str(folder)}
        order["target"] = str(studio.store.path(folder.name[: 64 - len(SUFFIX)] + SUFFIX))
    except BaseException:
        form.close()
        raise
    job = studio.jobs.submit("finetune", lambda tell: _tuned(studio, order, tell), form.close, slow=True)
    return accepted(job)


def _order(form: Form) -> dict[str, Any]:
    """Pictures and steps for ``npcface.studio.tune``."""
    pictures, steps = form.files.get("portrait", []), form.text("steps")
    if not 1 <= len(pictures) <= PICTURES_MAX:
        raise Unfit(f"{len(pictures)} pictures were sent.", f"Send 1 to {PICTURES_MAX} as fields `portrait`.")
    if steps and not (steps.isdecimal() and 0 < int(steps[:6]) <= STEPS_MAX):
        raise Unfit(f"{steps[:20]!r} steps were asked for.", f"Ask for 1 to {STEPS_MAX}.")
    return {"pictures": [str(path) for path in pictures], "steps": int(steps) if steps else None}


def _tuned(studio: Studio, order: dict[str, Any], tell: Tell) -> dict[str, Any]:
    command = [sys.executable, "-m", "npcface.studio.tune"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
    ) as process:  # what it says otherwise goes where the studio's own log goes
        assert process.stdin is not None and process.stdout is not None
        studio.jobs.children.add(process)
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()  # and left open: the child leaves when it is closed
            told: dict[str, Any] = {}
            for line in process.stdout:
                told = _document(line) or told
                if "step" in told:
                    tell(told["step"], told["share"])
        finally:
            process.kill()
            studio.jobs.children.discard(process)
    if studio.jobs.stopping.is_set():
        raise Stopped("The studio is closing.")
    if "error" in told:
        error = NpcFaceError(told["error"]["cause"], told["error"]["remedy"])
        error.code = told["error"]["code"]
        raise error
    if "after" not in told:
        raise NpcFaceError("The process that learns ended early.", "It needs up to 2 GB of memory.")
    name = told["id"]
    studio.daemon.ask(lambda client: client.reload(name) if name in _loaded(client) else None)
    return {"character": described(entry_of(studio, name)), "before": told["before"], "after": told["after"]}


def _document(line: str) -> dict[str, Any] | None:
    """A line of the child; None if it is not the child's own but a library's that prints."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _loaded(client: Any) -> set[str]:
    return {info.id for info in client.characters() if info.loaded}
