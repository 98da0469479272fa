"""What all verbs share on the terminal: one console for results, one for progress, JSON when asked for.

Results go to stdout, progress and errors to stderr, so that ``npcface … --json | jq`` always reads one document.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # rich takes a tenth of the daemon's start, and the daemon prints a line
    from rich.console import Console


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


def report_error(code: str, cause: str, remedy: str = "", *, as_json: bool = False) -> None:
    """Cause in red, remedy below it; as ``{"error": …}`` on stdout when the caller asked for JSON."""
    if as_json:
        print_json({"error": {"code": code, "cause": cause, "remedy": remedy}})
        return
    from rich.markup import escape

    console = err()
    console.print(f"[bold red]error[/] [dim]({escape(code)})[/] {escape(cause)}")
    if remedy:
        console.print(f"      {escape(remedy)}")


@contextmanager
def progress_bar(label: str, total: float | None = None, *, quiet: bool = False) -> Iterator[Callable[..., None]]:
    """A bar on stderr that vanishes when done.

    Args:
        label: what is going on.
        total: number of steps; None shows a pulse.
        quiet: no bar at all.

    Yields:
        ``advance(steps=1, total=None, label=None)``; every argument optional.
    """
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = err()
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(label, total=total)

        def advance(steps: float = 1, total: float | None = None, label: str | None = None) -> None:
            if total is not None:
                progress.update(task, total=total)
            progress.update(task, advance=steps, description=label)

        yield advance
