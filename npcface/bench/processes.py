"""Processes seen from outside (Linux)."""

from __future__ import annotations

from pathlib import Path


def children_of(pid: int) -> list[int]:
    """Process ids of what any thread of a process has started, and what still runs."""
    lists = (path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for children in lists for child in children]


def child_of(pid: int) -> int:
    """The only child of a process, such as a supervisor's daemon."""
    (child,) = children_of(pid)
    return child
