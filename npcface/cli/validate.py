"""``npcface validate``: all that is wrong with characters, packs and stores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from npcface.cli.console import err, out, print_json


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Character folders, packs, zips or stores.")],
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Report everything that is wrong, with what is allowed and what to do. Exit code 1 on errors."""
    from npcface.pack.check import validate as check
    from npcface.pack.issue import Severity, count

    issues = [issue for path in paths for issue in check(path)]
    errors, warnings = count(issues)
    if as_json:
        print_json({"errors": errors, "warnings": warnings, "findings": [issue.as_dict() for issue in issues]})
    else:
        from rich.markup import escape

        console = out()
        for issue in issues:
            mark = "[bold red]error[/]" if issue.severity is Severity.ERROR else "[yellow]warning[/]"
            console.print(f"{mark} [bold]{escape(issue.file)}[/]: {escape(issue.field)} is {escape(issue.value)}")
            console.print(f"    allowed: {escape(issue.allowed)}\n    → {escape(issue.fix)}")
        err().print(f"{errors} error(s), {warnings} warning(s)")
    raise typer.Exit(1 if errors or (strict and warnings) else 0)
