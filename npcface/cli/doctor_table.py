"""The doctor's findings as a table on a terminal: what needs attention first, what is well in short lines below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from npcface.cli.doctor import COLOURS, MARKS

if TYPE_CHECKING:
    from npcface.doctor import Finding


def table(findings: Sequence[Finding]) -> Table:
    """One row a finding: its mark, the check's name, and everything there is to say."""
    rows = Table(box=box.SIMPLE_HEAD, show_lines=False, pad_edge=False, expand=False)
    rows.add_column("", width=1)
    rows.add_column("check", style="bold", no_wrap=True)
    rows.add_column("what was found, why it matters, what to do", overflow="fold")
    severities = list(COLOURS)
    for finding in sorted(findings, key=lambda finding: -severities.index(finding.severity.value)):
        colour = COLOURS[finding.severity.value]
        rows.add_row(Text(MARKS[finding.severity.value], colour), finding.check, _words(finding))
    return rows


def _words(finding: Finding) -> Text:
    words = Text(finding.finding)
    if finding.severity.value == "ok":
        return words
    if finding.cause:
        words.append(f"\n{finding.cause}", "dim")
    if finding.fix:
        words.append(f"\n→ {finding.fix}", "cyan")
    return words.append(f"\n  docs/{finding.docs}", "dim italic")
