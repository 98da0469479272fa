"""Why a face may be used: options of ``npcface enroll``, and the question on a terminal where they are not given."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npcface.character.rights import Rights


class GroundName(StrEnum):
    """Why a face may be used, as ``npcface.character.rights`` names it."""

    INVENTED = "invented"
    OWN_FACE = "own-face"
    CONSENT = "consent"
    LICENCE = "licence"
    PUBLIC_DOMAIN = "public-domain"


GroundOption = Annotated[
    GroundName | None, typer.Option(help="Why this face may be used; asked on a terminal if it is not given.")
]
HolderOption = Annotated[str | None, typer.Option(help="Who gave that right: the person shown, the photographer …")]
UseOption = Annotated[list[str] | None, typer.Option(help="What for, such as 'this mod'; may be repeated.")]
EvidenceOption = Annotated[str | None, typer.Option(help="Where that is written: an address or a text.")]
SinceOption = Annotated[str | None, typer.Option(help="Day of the consent or licence, YYYY-MM-DD.")]
QUESTIONS = (
    (GroundName.INVENTED, "Nobody real: painted, modelled or made by an image generator"),
    (GroundName.OWN_FACE, "It is my own face"),
    (GroundName.CONSENT, "Somebody who agreed to it"),
    (GroundName.LICENCE, "The picture's licence allows it"),
    (GroundName.PUBLIC_DOMAIN, "The picture is in the public domain"),
)
"""Ground → how the terminal asks for it."""


def rights_of(
    ground: GroundName | None,
    holder: str | None,
    use: list[str] | None,
    evidence: str | None,
    since: str | None,
    *,
    ask: bool,
) -> Rights | None:
    """What the options say, or what is answered.

    Args:
        ground, holder, use, evidence, since: options as they were given.
        ask: on a terminal, if there is no ground.

    Returns:
        None: nothing was said.

    Raises:
        CharacterError: an option has no ground to belong to, or a value cannot stand in a manifest.
    """
    from npcface.errors import CharacterError

    if ground is None and any((holder, use, evidence, since)):
        raise CharacterError("There is no --ground for the rights.", f"Give one of: {', '.join(GroundName)}.")
    if ground is None and ask and sys.stdin.isatty() and sys.stderr.isatty():
        ground, holder, evidence = _asked()
    if ground is None:
        return None
    return _made(ground=ground.value, holder=holder, use=use or [], evidence=evidence, date=since)


def _asked() -> tuple[GroundName | None, str | None, str | None]:
    """Numbered choices; an empty answer skips the question."""
    typer.echo("Why may this face be used?", err=True)
    for number, (_, text) in enumerate(QUESTIONS, 1):
        typer.echo(f"  {number}  {text}", err=True)
    while True:
        answer = typer.prompt("Number, or Enter to leave it open", default="", show_default=False, err=True).strip()
        if not answer:
            return None, None, None
        if answer.isdecimal() and 1 <= int(answer) <= len(QUESTIONS):
            break
        typer.echo(f"A number from 1 to {len(QUESTIONS)}, please.", err=True)
    ground = QUESTIONS[int(answer) - 1][0]
    holder = evidence = None
    if ground in (GroundName.CONSENT, GroundName.LICENCE):
        holder = _line("Who gave that right")
    if ground not in (GroundName.INVENTED, GroundName.OWN_FACE):
        evidence = _line("Where is that written")
    return ground, holder, evidence


def _line(question: str) -> str | None:
    answer: str = typer.prompt(f"{question} (Enter: not told)", default="", show_default=False, err=True)
    return answer.strip() or None


def _made(**fields: object) -> Rights:
    from pydantic import ValidationError

    from npcface.character.rights import RULES, Rights
    from npcface.errors import CharacterError

    try:
        return Rights.model_validate(fields)
    except ValidationError as error:
        field = str(error.errors(include_url=False)[0]["loc"][0])
        allowed, fix = RULES[f"rights.{field}"]
        raise CharacterError(f"{field} cannot be {fields[field]!r}: it is {allowed}.", fix) from error
