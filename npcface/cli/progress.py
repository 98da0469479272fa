"""How far a verb is: a bar for people at a terminal, lines of JSON for launchers, nothing for anybody else.

All of it goes to stderr, so that stdout holds results alone. A line is one object:

    {"event": "progress", "task": "enrolling", "step": "finding the face", "done": 0.1, "total": 1.0}

``total`` is null where nobody knows. An error is ``{"event": "error", "code", "cause", "remedy"}``. Other lines
on stderr are logs of libraries: a launcher skips what does not begin with ``{``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TextIO

import typer

from npcface.cli.console import MACHINE_READABLE, err

MachineReadable = Annotated[
    bool, typer.Option(MACHINE_READABLE, help="Progress as JSON lines on stderr, for launchers.")
]
EVERY_S = 0.1
"""Least time between two lines of the same step."""


class Bar:
    """Counts steps. This one shows nothing; what is shown is the subclasses' business.

    Args:
        task: what is going on.
        total: number of steps, in any unit; None if nobody knows.
    """

    def __init__(self, task: str, total: float | None) -> None:
        self.task, self.step, self.done, self.total = task, "", 0.0, total
        self._begun = False

    def __call__(self, steps: float = 1, total: float | None = None, label: str | None = None) -> None:
        """Some more steps are done; the total and what is going on may change at the same time."""
        self.at(self.done + steps, label, total)

    def at(self, done: float, label: str | None = None, total: float | None = None) -> None:
        """So much is done in all."""
        self.done = done
        self.step = self.step if label is None else label
        self.total = self.total if total is None else total
        self.show()

    def begin(self, label: str) -> None:
        """The next step begins, and so the one before it is done."""
        self.at(self.done + self._begun, label)
        self._begun = True

    def show(self) -> None:
        """Called after every change."""


class Lines(Bar):
    """JSON lines: one for each new step, and in between not more than one in ``EVERY_S``."""

    def __init__(self, task: str, total: float | None, stream: TextIO) -> None:
        super().__init__(task, total)
        self._stream, self._written, self._shown_s = stream, ("", -1.0), 0.0
        self.show()

    def show(self) -> None:
        """Write a line if there is something new to tell."""
        now_s = time.monotonic()
        is_end = self.total is not None and self.done >= self.total and self._written[1] < self.done
        if self.step == self._written[0] and now_s < self._shown_s + EVERY_S and not is_end:
            return
        self._written, self._shown_s = (self.step, self.done), now_s
        done = round(self.done, 4)
        write_line(self._stream, "progress", task=self.task, step=self.step, done=done, total=self.total)


def write_line(stream: TextIO, event: str, **facts: Any) -> None:
    """One JSON object on a line, at once."""
    stream.write(json.dumps({"event": event, **facts}, ensure_ascii=False) + "\n")
    stream.flush()


@contextmanager
def progress_bar(label: str, total: float | None = None, *, quiet: bool = False, lines: bool = False) -> Iterator[Bar]:
    """Show on stderr how far something is.

    Args:
        label: what is going on.
        total: number of steps; None shows a pulse.
        quiet: no bar for people.
        lines: JSON lines instead, also when quiet.

    Yields:
        The ``Bar`` to tell it.
    """
    console = None if lines or quiet else err()
    if lines:
        yield Lines(label, total, sys.stderr)
    elif console is None or not console.is_terminal:
        yield Bar(label, total)
    else:
        from npcface.cli.terminal_bar import terminal_bar

        with terminal_bar(label, total, console) as bar:
            yield bar
