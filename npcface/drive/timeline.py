"""Timed symbols → timed sounds: the form in which the mouth model, the stream and track files share a line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from npcface.drive.symbols import LENGTH_MARKS, SymbolReader, guess
from npcface.drive.visemes import SOUNDS
from npcface.errors import StateError


class Phoneme(NamedTuple):
    """One symbol with its time.

    Attributes:
        symbol: as written in its convention; ``""`` or ``"sil"`` is a pause.
        start: seconds from the start of the line.
        end: seconds; None: until the next symbol starts.
    """

    symbol: str
    start: float
    end: float | None = None


@dataclass(slots=True)
class Segment:
    """One sound: ``SOUNDS`` name, start and end in seconds, stress 0 none, 1 primary, 2 secondary."""

    sound: str
    start: float
    end: float
    stress: int = 0


Event = Phoneme | Sequence[Any] | Mapping[str, Any]
_FIRST_SHARE = 0.55  # of a diphthong: the glide begins a little after its middle


def phoneme(event: Event) -> Phoneme:
    """Read one event: ``(symbol, start[, end])`` or a mapping with ``symbol``, ``start`` and ``end`` or ``duration``.

    ``phoneme``, ``viseme`` and ``value`` are accepted for ``symbol`` (Rhubarb's JSON cues say ``value``).

    Raises:
        StateError: no symbol or start, or a time that is not a finite number.
    """
    if isinstance(event, Mapping):
        symbol = next((event[k] for k in ("symbol", "phoneme", "viseme", "value") if k in event), None)
        start, end = event.get("start"), event.get("end")
        if end is None and event.get("duration") is not None and start is not None:
            end = _seconds(start) + _seconds(event["duration"])
    elif isinstance(event, Sequence) and not isinstance(event, str) and 2 <= len(event) <= 3:
        symbol, start, end = event[0], event[1], event[2] if len(event) == 3 else None
    else:
        symbol = start = end = None
    if not isinstance(symbol, str) or start is None:
        raise StateError(
            f"Not a timed phoneme: {event!r:.80}.", "Use (symbol, start) or (symbol, start, end) in seconds."
        )
    first = _seconds(start)
    last = None if end is None else _seconds(end)
    if last is not None and last < first:
        raise StateError(f"Phoneme {symbol!r} ends at {last} s, before its start {first} s.", "Times are in seconds.")
    return Phoneme(symbol, first, last)


def segments(events: Iterable[Event], convention: str = "auto", unknown: str = "error") -> list[Segment]:
    """A whole line as sounds, sorted by start; pauses are left out.

    Args:
        events: timed symbols in any order; a missing end is the next start, the last one gets a typical length.
        convention: ``"auto"``, ``"ipa"``, ``"arpabet"``, ``"oculus"`` or ``"rhubarb"``.
        unknown: ``"error"`` or ``"ignore"``.

    Raises:
        StateError: bad event, convention or symbol.
    """
    line = sorted((phoneme(e) for e in events), key=lambda p: p.start)
    reader = SymbolReader(guess(p.symbol for p in line) if convention == "auto" else convention, unknown)
    found: list[Segment] = []
    for index, item in enumerate(line):
        following = line[index + 1].start if index + 1 < len(line) else None
        end = following if item.end is None else item.end if following is None else min(item.end, following)
        names = reader.read(item.symbol)
        if names:
            found += place(names, item.start, end)
        else:
            lengthen(found, item._replace(end=end))
    return found


def place(names: Sequence[tuple[str, int]], start: float, end: float | None) -> list[Segment]:
    """The sounds of one symbol in its time, pauses left out; without an end they get their typical length."""
    length = sum(SOUNDS[name].seconds for name, _ in names) if end is None else end - start
    shares = [_FIRST_SHARE, 1.0 - _FIRST_SHARE] if len(names) == 2 else [1.0 / len(names)] * len(names)
    found: list[Segment] = []
    for (name, stress), share in zip(names, shares, strict=True):
        if name != "sil" and length > 0.0:
            found.append(Segment(name, start, start + length * share, stress))
        start += length * share
    return found


def lengthen(found: list[Segment], item: Phoneme) -> None:
    """A length mark that came with a time of its own belongs to the vowel before it."""
    if found and item.end is not None and any(mark in item.symbol for mark in LENGTH_MARKS):
        found[-1].end = max(found[-1].end, item.end)


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise StateError(f"{value!r:.40} is not a time in seconds.", "Times are finite numbers.")
    return seconds
