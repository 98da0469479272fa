"""Rhubarb Lip Sync's cues as TSV, JSON or XML: mouth shapes A to H and X, in seconds."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from npcface.drive.timing.parts import Row, broken, first, listed, number, numeral, spoken
from npcface.drive.track import MOST_PHONEMES, Track

LINE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\t([A-HX])")
"""A line of the TSV form: start and shape."""


def from_json(found: list[Any]) -> Track:
    """``{"mouthCues": [{"start": 0.00, "end": 0.05, "value": "X"}, …]}``."""
    rows: list[Row] = []
    for cue in listed("rhubarb", first(found[0], "mouthCues"), MOST_PHONEMES):
        start, end = (number("rhubarb", first(cue, key), key) for key in ("start", "end"))
        rows.append((str(first(cue, "value")), start, end))
    return spoken(rows, "rhubarb")


def from_text(text: str) -> Track:
    """The TSV or the XML form."""
    if text.lstrip().startswith("<"):
        return spoken(_xml(text), "rhubarb")
    rows: list[Row] = []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if line.strip() and (match is None or len(rows) >= MOST_PHONEMES):
            raise broken("rhubarb", f"{line!r:.40} is no time with its shape, or there are too many")
        if match is not None:
            rows.append((match[2], float(match[1]), None))
    return spoken(rows, "rhubarb")


def _xml(text: str) -> list[Row]:
    """``<mouthCue start= end=>A</mouthCue>``. A document type, and with it every entity, is refused."""
    rows: list[Row] = []
    cue: dict[str, str] = {}
    shape: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "mouthCue":
            cue.update({"start": "", "end": "", **attributes})
            shape.clear()

    def finish(name: str) -> None:
        if name == "mouthCue":
            if len(rows) >= MOST_PHONEMES:
                raise broken("rhubarb", f"it has more than {MOST_PHONEMES} cues")
            start, end = (numeral("rhubarb", cue[key], key) for key in ("start", "end"))
            rows.append(("".join(shape).strip(), start, end))

    def say(text: str) -> None:
        if cue and len(shape) < 4:  # in pieces, and outside of cues as much as anybody likes
            shape.append(text[:8])

    def refuse(*_: object) -> None:
        raise broken("rhubarb", "its XML declares a document type, which no cue file needs")

    parser = expat.ParserCreate("utf-8")  # what the file says of its encoding is past: it is decoded already
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.CharacterDataHandler = say
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, ValueError) as error:
        raise broken("rhubarb", f"its XML is broken ({error!s:.60})") from None
    if not rows:
        raise broken("rhubarb", "its XML has no mouthCue")
    return rows
