"""What all verbs share on the terminal: one console for results, one for errors, JSON when asked for.

Results go to stdout, progress and errors to stderr, so that ``npcface … --json | jq`` always reads one document.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # rich takes a tenth of the daemon's start, and the daemon prints a line
    from rich.console import Console

MACHINE_READABLE = "--machine-readable"
"""The option of verbs that tell launchers how far they are (``npcface.cli.progress``)."""


def out() -> Console:
    """Console on stdout; made on call, so that a redirected stdout is respected."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Console on stderr."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")


def report_error(code: str, cause: str, remedy: str = "", *, as_json: bool = False, lines: bool = False) -> None:
    """Cause in red, remedy below it.

    Args:
        as_json: as ``{"error": …}`` on stdout instead. lines: as a line of ``npcface.cli.progress`` on stderr, too.
    """
    if lines:
        from npcface.cli.progress import write_line

        write_line(sys.stderr, "error", code=code, cause=cause, remedy=remedy)
    if as_json:
        print_json({"error": {"code": code, "cause": cause, "remedy": remedy}})
    if as_json or lines:
        return
    from rich.markup import escape

    console = err()
    console.print(f"[bold red]error[/] [dim]({escape(code)})[/] {escape(cause)}")
    if remedy:
        console.print(f"      {escape(remedy)}")
