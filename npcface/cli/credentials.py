"""``npcface credentials``: what a picture or film says about itself, and whether it has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from npcface.cli.console import out, print_json

if TYPE_CHECKING:
    from npcface.credentials.read import Report

CredentialsOption = Annotated[
    bool,
    typer.Option(
        "--credentials/--no-credentials",
        help="Sign what is written, so that it says what it is; needs npcface[credentials].",
    ),
]


def credentials(
    file: Annotated[Path, typer.Argument(help="A PNG, JPEG, WebP or MP4.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show the content credentials (C2PA) of FILE. Exit code 1: it has none, or it has changed since it was signed."""
    from npcface.credentials.read import read

    report = read(file)
    if as_json:
        print_json({"file": str(file), "credentials": None if report is None else report.as_dict()})
    elif report is None:
        out().print(f"{file.name} carries no content credentials.", markup=False)
    else:
        for name, text in _lines(report):
            out().print(f"{name:<13}{text}", markup=False)
    raise typer.Exit(0 if report is not None and report.intact else 1)


def _lines(report: Report) -> list[tuple[str, str]]:
    lines = [("made by", report.program), ("what it is", report.source)]
    for person in report.characters:
        name, number, licence = (_text(person, key) for key in ("name", "id", "license"))
        lines += [("character", f"{name} ({number}), licence: {licence}"), ("rights", _rights(person))]
    lines += [("portrait", text) for text in report.portraits]
    lines.append(("signed by", f"{report.signer} ({report.algorithm})"))
    broken = ", ".join(report.problems) or "the signature does not hold"
    lines.append(("unchanged", "yes, since it was signed" if report.intact else f"NO, something differs: {broken}"))
    known = "yes, on the C2PA trust list" if report.trusted else "no, anybody can make such a certificate"
    return [*lines, ("vouched for", known)]


def _rights(person: dict[str, Any]) -> str:
    from pydantic import ValidationError

    from npcface.character.rights import NOTICE, Rights, states

    consent = _text(person, "consent")
    if person.get("rights") is None:
        return consent if states(consent) else NOTICE
    try:
        return " ".join(Rights.model_validate(person["rights"]).sentences().split())
    except ValidationError:
        return "written in a way that this npcface does not know"


def _text(person: dict[str, Any], key: str) -> str:
    """Of a stranger: on one line, printable."""
    return "".join(sign if sign.isprintable() else " " for sign in str(person.get(key, "")))[:300]
