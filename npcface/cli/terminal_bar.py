"""The bar that people at a terminal see; it vanishes when all is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from npcface.cli.progress import Bar


class TerminalBar(Bar):
    """Hands every change on to rich."""

    def __init__(self, task: str, total: float | None, progress: Progress) -> None:
        super().__init__(task, total)
        self._progress = progress
        self._row = progress.add_task(escape(task), total=total)

    def show(self) -> None:
        """Move the bar."""
        self._progress.update(
            self._row, completed=self.done, total=self.total, description=escape(self.step or self.task)
        )


@contextmanager
def terminal_bar(task: str, total: float | None, console: Console) -> Iterator[TerminalBar]:
    """A bar on a console as long as the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield TerminalBar(task, total, progress)
