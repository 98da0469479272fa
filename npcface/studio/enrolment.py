"""``POST /api/enroll``: a portrait from the page becomes a character of the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse

from npcface.character.manifest import is_valid_id
from npcface.character.rights import RULES, Rights
from npcface.studio.forms import Form, read_form
from npcface.studio.jobs import Tell, accepted
from npcface.studio.people import described, entry_of
from npcface.studio.problems import Unfit

if TYPE_CHECKING:
    from npcface.studio.studio import Studio


async def enroll(request: Request) -> JSONResponse:
    """Receive the form, check what can be checked at once, queue the rest."""
    studio: Studio = request.app.state.studio
    form = await read_form(request, studio.folder)
    try:
        options = _options(form)
    except BaseException:
        form.close()
        raise
    return accepted(studio.jobs.submit("enroll", lambda tell: _enrolled(studio, options, tell), form.close))


def _options(form: Form) -> dict[str, Any]:
    """Arguments of ``npcface.enroll.enroll``; an empty id stands for one that is free."""
    name, chosen, face = form.text("name", needed=True), form.text("id"), form.text("face")
    if chosen and not is_valid_id(chosen):
        raise Unfit(f"{chosen[:80]!r} cannot be a character's id.", "Use a-z, 0-9, _ and -, at most 64 characters.")
    if face and not (face.isdecimal() and len(face) < 4):
        raise Unfit(f"Face {face[:20]!r} is no number.", "Count from 0, from the left.")
    return {
        "image": form.one_file("portrait"),
        "shots": form.files.get("shot", []),
        "id": chosen,
        "name": name,
        "authors": [author.strip() for author in form.texts.get("author", []) if author.strip()],
        "license": form.text("license", needed=True),
        **_grounds(form),
        "face": int(face) if face else None,
        "landmarks": _landmarks(form),
    }


def _grounds(form: Form) -> dict[str, Any]:
    """Why the face may be used: ``ground`` and what belongs to it, or a free text ``consent``, or both."""
    ground = form.text("ground")
    if not ground:
        return {"consent": form.text("consent", needed=True)}
    told = {name: form.text(name) for name in ("holder", "evidence", "date")}
    use = [part.strip() for text in form.texts.get("use", []) for part in text.split(",") if part.strip()]
    fields = {name: text for name, text in told.items() if text} | {"ground": ground, "use": use}
    try:
        rights = Rights.model_validate(fields)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        allowed, fix = RULES[f"rights.{field}"]
        raise Unfit(f"{field} cannot be {str(fields[field])[:80]!r}: it is {allowed}.", fix) from None
    consent = form.text("consent")
    return {"rights": rights} | ({"consent": consent} if consent else {})


def _unused_id(studio: Studio, name: str) -> str:
    """Made of the name; nobody's character is replaced by accident."""
    from npcface.enroll.pipeline import slug

    wish = slug(name)
    ids = (wish if number == 1 else f"{wish[:58]}-{number}" for number in range(1, 10_000))
    return next(candidate for candidate in ids if not studio.store.path(candidate).exists())


def _landmarks(form: Form) -> Path | None:
    """The points set by hand, sent as a file or as a text field."""
    if "landmarks" in form.files:
        return form.one_file("landmarks")
    if not (text := form.text("landmarks")):
        return None
    path = form.folder / "landmarks.json"
    path.write_text(text, "utf-8")
    return path


def _enrolled(studio: Studio, options: dict[str, Any], tell: Tell) -> dict[str, Any]:
    from npcface.enroll.pipeline import enroll as make

    tell("loading the face finder", 0.02)
    options["id"] = options["id"] or _unused_id(studio, options["name"])  # here, where one job comes after the other
    character = make(
        options.pop("image"),
        landmarker=None if options["landmarks"] else studio.landmarker(),
        progress=lambda step, share: tell(step, 0.05 + 0.9 * share),
        **options,
    )
    tell("writing", 0.96)
    known = studio.store.path(character.id).exists()
    studio.store.save(character)
    if known:  # views that show it change over
        studio.daemon.ask(lambda client: client.reload(character.id))
    return {"character": described(entry_of(studio, character.id))}
