"""Version ranges such as ``>=0.1,<1``, as manifests state them."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"(>=|<=|==|!=|>|<)\s*(\d{1,9}(?:\.\d{1,9}){0,2})")


def range_problem(text: str) -> str:
    """What is wrong with a range, or an empty string."""
    for clause in text.split(","):
        if _CLAUSE.fullmatch(clause.strip()) is None:
            return f"{clause.strip()!r} is not a comparison with a version"
    return ""


def in_range(version: str, text: str) -> bool:
    """Whether a version fulfils every clause of a valid range; a suffix such as ``.dev1`` or ``-rc1`` is ignored."""
    have = _numbers(version)
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause.strip())
        if match is None or not _holds(have, match[1], _numbers(match[2])):
            return False
    return True


def _holds(have: tuple[int, ...], operator: str, want: tuple[int, ...]) -> bool:
    return {
        ">=": have >= want, "<=": have <= want, ">": have > want, "<": have < want,
        "==": have == want, "!=": have != want,
    }[operator]  # fmt: skip


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", version)
    return tuple(int(part or 0) for part in match.groups()) if match else (0, 0, 0)
