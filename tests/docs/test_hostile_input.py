"""docs/hostile-input.md states the limits that the code has."""

from __future__ import annotations

import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

PAGE = Path(__file__).parent.parent.parent / "docs" / "hostile-input.md"
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<limit>[^|]+) \| (?P<past>[^|]*) \| `(?P<place>npcface[\w.]+:[\w.]+)` \|$", re.M
)
ROWS = [(row["place"], row["limit"], row["what"]) for row in ROW.finditer(PAGE.read_text(encoding="utf-8"))]
UNITS = {"KiB": 2**10, "MiB": 2**20}


def stated(limit: str) -> float:
    number, _, unit = limit.strip().partition(" ")
    assert unit in ("", "s", "px", *UNITS), limit
    return float(number.replace(",", "")) * UNITS.get(unit, 1)


def real(place: str) -> float:
    """A constant, a default of a dataclass, or the largest length or value that a msgspec type lets through."""
    module, _, name = place.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        if dataclasses.is_dataclass(found):
            (option,) = (one for one in dataclasses.fields(found) if one.name == part)
            found = option.default
        elif isinstance(found, type) and issubclass(found, msgspec.Struct):
            found = get_type_hints(found, include_extras=True)[part]
        else:
            found = getattr(found, part)
    if isinstance(found, int | float):
        return found * 2**20 if name.endswith("_mb") else found
    (meta,) = (one for one in get_args(found) if isinstance(one, msgspec.Meta))
    value = meta.le if meta.le is not None else meta.max_length
    assert value is not None
    return value


@pytest.mark.parametrize(("place", "limit", "what"), ROWS, ids=[place for place, _, _ in ROWS])
def test_a_limit_is_what_it_says(place: str, limit: str, what: str) -> None:
    assert stated(limit) == real(place), what


def test_the_tables_are_read() -> None:
    lines = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if "`npcface." in line and line.startswith("|")
    ]
    assert len(ROWS) == len(lines) > 60
