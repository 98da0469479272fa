"""Montreal Forced Aligner, and Praat: TextGrids (long and short), and MFA's JSON and CSV. Seconds.

Sources: "TextGrid file formats" in Praat's manual, "Output formats" in the aligner's documentation.
"""

from __future__ import annotations

import csv
import re
from typing import Any

from npcface.drive.timing.parts import Row, broken, listed, number, numeral, spoken
from npcface.drive.track import MOST_PHONEMES, Track

_PHONES = ("phones", "phone", "phonemes", "phoneme", "phons", "mau")
# Praat reads numbers, quoted strings and <flags> that stand free, and takes everything else for decoration
_TOKEN = re.compile(r'(?<!\S)("(?:[^"]|"")*"|[-+]?\d[\d.]*(?:[eE][-+]?\d+)?|<exists>)(?!\S)')
_MOST_TIERS = 64


def from_text(text: str) -> Track:
    """A TextGrid, or the aligner's CSV."""
    if text.lstrip().lower().startswith("begin,"):
        return spoken(_csv(text), "auto")
    return spoken(_phones(_tiers(text)), "auto")


def from_json(found: list[Any]) -> Track:
    """``{"tiers": {"phones": {"entries": [[start, end, "AH0"], …]}}}``."""
    tiers: dict[str, list[Row]] = {}
    named = found[0].get("tiers") if isinstance(found[0], dict) else None
    if not isinstance(named, dict):
        raise broken("mfa", "its tiers are no object")
    for name, tier in named.items():
        entries = listed("mfa", tier.get("entries") if isinstance(tier, dict) else None, MOST_PHONEMES)
        tiers[name] = [_entry(entry) for entry in entries]
    return spoken(_phones(tiers), "auto")


def _entry(entry: Any) -> Row:
    if not isinstance(entry, list) or len(entry) < 3 or not isinstance(entry[2], str):
        raise broken("mfa", f"{entry!r:.40} is not [start, end, label]")
    return entry[2], number("mfa", entry[0], "a start"), number("mfa", entry[1], "an end")


def _csv(text: str) -> list[Row]:
    """Columns Begin, End, Label, Type, Speaker."""
    rows: list[Row] = []
    try:
        for row in csv.DictReader(text.splitlines(), strict=True):
            if (row.get("Type") or "").strip().lower() in _PHONES:
                begin, end = (numeral("mfa", row.get(key) or "", key) for key in ("Begin", "End"))
                rows.append(((row.get("Label") or "").strip(), begin, end))
    except csv.Error as error:
        raise broken("mfa", f"its CSV is broken ({error!s:.60})") from None
    if not rows:
        raise broken("mfa", "its CSV has no rows of type phones")
    return rows


def _phones(tiers: dict[str, list[Row]]) -> list[Row]:
    """The tier of phones: by its name, which may begin with a speaker's; of several speakers the first."""
    for name, rows in tiers.items():
        if re.split(r"[\s\-_]+", name.strip().lower())[-1] in _PHONES:
            return rows
    if len(tiers) == 1:
        return next(iter(tiers.values()))
    names = ", ".join(f"{name!r:.30}" for name in list(tiers)[:6])
    raise broken("mfa", f"none of its tiers is called phones ({names})")


def _tiers(text: str) -> dict[str, list[Row]]:
    """The interval tiers of a TextGrid by name."""
    tokens = iter(match[1] for match in _TOKEN.finditer(text))
    try:
        if [_string(next(tokens)) for _ in range(2)] != ["ooTextFile", "TextGrid"]:
            raise broken("mfa", "it is no TextGrid")
        for _ in range(2):
            numeral("mfa", next(tokens), "a time")
        tiers: dict[str, list[Row]] = {}
        if next(tokens) != "<exists>":
            raise broken("mfa", "its TextGrid has no tiers")
        for _ in range(_count(next(tokens), _MOST_TIERS)):
            kind, name = _string(next(tokens)), _string(next(tokens))
            next(tokens), next(tokens)
            count = _count(next(tokens), MOST_PHONEMES)
            if kind == "IntervalTier":
                tiers[name] = [_interval(next(tokens), next(tokens), next(tokens)) for _ in range(count)]
            else:
                for _ in range(2 * count):
                    next(tokens)
    except (StopIteration, RuntimeError):
        raise broken("mfa", "its TextGrid is cut off") from None
    return tiers


def _interval(start: str, end: str, label: str) -> Row:
    return _string(label).strip(), numeral("mfa", start, "a start"), numeral("mfa", end, "an end")


def _count(token: str, most: int) -> int:
    value = numeral("mfa", token, "a count")
    if value != int(value) or not 0 <= value <= most:
        raise broken("mfa", f"its TextGrid announces {value:g} entries, at most {most}")
    return int(value)


def _string(token: str) -> str:
    if not token.startswith('"'):
        raise broken("mfa", f"{token:.40} stands where a text should")
    return token[1:-1].replace('""', '"')
