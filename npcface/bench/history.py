"""Results of earlier runs: a file of JSON lines, one a run, the newest last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from npcface.errors import NpcFaceError

PARTS = {"time": str, "machine": dict, "setting": dict, "measures": dict}


class HistoryError(NpcFaceError):
    """A history cannot be read, or holds nothing to draw."""

    code = "history"


def append(path: Path, found: dict[str, Any]) -> None:
    """Add a result of ``run_bench`` as one line.

    Raises:
        HistoryError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        raise HistoryError(f"The history {path} cannot be written: {error.strerror}.", "Name another file.") from error


def read(path: Path) -> list[dict[str, Any]]:
    """All runs, oldest first.

    Raises:
        HistoryError: no such file, or a line of it is no result of a bench.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(
            f"The history {path} cannot be read: {error}.", f"Make one: npcface bench --history {path}"
        ) from error
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            run = json.loads(line)
        except ValueError as error:
            raise HistoryError(f"Line {number} of {path} is no JSON: {error}.", "Remove the line.") from error
        if not isinstance(run, dict) or not all(isinstance(run.get(name), kind) for name, kind in PARTS.items()):
            raise HistoryError(f"Line {number} of {path} is no result of npcface bench.", "Remove the line.")
        found.append(run)
    return found
