"""Voices that tell when they say what: Amazon Polly, Piper, eSpeak NG, MBROLA, VOICEVOX."""

from __future__ import annotations

import re
from typing import Any

from npcface.drive.timing.parts import Row, broken, first, listed, number, spoken
from npcface.drive.track import MOST_PHONEMES, Track

ALIGNMENTS = ("phoneme_alignments", "alignments")
PHO = re.compile(r"(\S{1,8})[ \t]+(\d{1,6}(?:\.\d{1,6})?)(?:[ \t][-\d. \t]{0,400})?")
"""A line of MBROLA's ``.pho``: symbol, milliseconds, then pairs of place and pitch."""
_MARKS = frozenset("^$_")  # Piper's begin, end and padding
_PHONEME_EVENTS = ("phoneme", "PHONEME", "espeakEVENT_PHONEME", 7)


def polly(found: list[Any]) -> Track:
    """Speech marks, one JSON object a line: ``{"time": ms, "type": "viseme", "value": "p"}``; other types are left out.

    Source: "Speech mark output" in Amazon Polly's documentation.
    """
    marks = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    rows: list[Row] = [
        (_text("polly", mark, "value"), number("polly", first(mark, "time"), "time") / 1000.0, None)
        for mark in listed("polly", marks, 4 * MOST_PHONEMES)
        if first(mark, "type") == "viseme"
    ]
    if not rows:
        raise broken("polly", "it has no viseme marks: ask for the speech mark type viseme")
    return spoken(rows, "polly")


def piper(found: list[Any]) -> Track:
    """Phonemes with their number of samples: ``{"sample_rate": 22050, "alignments": [{"phoneme": "h", "num_samples":
    1536}, …]}``, one object a chunk of audio (a list, or one a line); the fields are those of Piper's AudioChunk.

    Source: "Alignments" in the documentation of OHF-Voice/piper1-gpl.
    """
    chunks = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    rows: list[Row] = []
    at_s = 0.0
    for chunk in chunks:
        rate = number("piper", first(chunk, "sample_rate"), "sample_rate")
        if not 1000 <= rate <= 1_000_000:
            raise broken("piper", f"sample_rate is {rate:g}")
        for entry in listed("piper", first(chunk, *ALIGNMENTS), 4 * MOST_PHONEMES):
            samples = number("piper", first(entry, "num_samples"), "num_samples")
            if samples < 0:
                raise broken("piper", f"num_samples is {samples:g}")
            symbol, end_s = _text("piper", entry, "phoneme"), at_s + samples / rate
            rows.append(("" if symbol in _MARKS else symbol, at_s, end_s))
            at_s = end_s
    return spoken(_joined(rows), "ipa")


def _joined(rows: list[Row]) -> list[Row]:
    """Marks without a sound of their own (padding between phonemes) belong to the phoneme before them."""
    kept: list[Row] = []
    for symbol, start, end in rows:
        if symbol == "" and kept:
            kept[-1] = (kept[-1][0], kept[-1][1], end)
        elif symbol:
            kept.append((symbol, start, end))
    return kept


def espeak(found: list[Any]) -> Track:
    """libespeak-ng's events, written as JSON: ``{"type": "phoneme", "audio_position": ms, "id": "h"}``.

    ``phoneme`` may stand for ``id``, 7 (``espeakEVENT_PHONEME``) for the type. Source: eSpeak NG's ``speak_lib.h``;
    phonemes are IPA if the program asked for them so.
    """
    events = found[0] if len(found) == 1 and isinstance(found[0], list) else found
    rows: list[Row] = []
    for event in listed("espeak", events, 4 * MOST_PHONEMES):
        if first(event, "type") in _PHONEME_EVENTS:
            start_s = number("espeak", first(event, "audio_position"), "audio_position") / 1000.0
            rows.append((_text("espeak", event, "phoneme", "id", "string"), start_s, None))
    if not rows:
        raise broken("espeak", "it has no phoneme events")
    return spoken(rows, "ipa")


def mbrola(text: str) -> Track:
    """A ``.pho`` file, as ``espeak-ng --pho`` writes it: symbol (SAMPA) and milliseconds a line, ``;`` comments."""
    rows: list[Row] = []
    at_s = 0.0
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith(";"):
            continue
        match = PHO.fullmatch(line.strip())
        if match is None or len(rows) >= MOST_PHONEMES:
            raise broken("mbrola", f"{line!r:.40} is no symbol with its milliseconds, or it is too long")
        rows.append((match[1], at_s, at_s + float(match[2]) / 1000.0))
        at_s = rows[-1][2] or at_s
    return spoken(rows, "sampa")


def voicevox(found: list[Any]) -> Track:
    """An audio query of VOICEVOX: accent phrases of moras with lengths in seconds.

    Source: the ``AudioQuery`` schema of VOICEVOX's engine.
    """
    query = found[0]
    speed = number("voicevox", first(query, "speedScale") or 1.0, "speedScale")
    if not 0.1 <= speed <= 10.0:
        raise broken("voicevox", f"speedScale is {speed:g}")
    at_s = number("voicevox", first(query, "prePhonemeLength") or 0.0, "prePhonemeLength") / speed
    rows: list[Row] = []
    for phrase in listed("voicevox", first(query, "accent_phrases"), MOST_PHONEMES):
        moras = listed("voicevox", first(phrase, "moras"), MOST_PHONEMES)
        pause = first(phrase, "pause_mora")
        for mora in [*moras, *([pause] if pause else [])]:
            for part in ("consonant", "vowel"):
                symbol, length = first(mora, part), first(mora, f"{part}_length")
                if symbol is None:
                    continue
                end_s = at_s + number("voicevox", length, f"{part}_length") / speed
                rows.append((_JAPANESE.get(str(symbol), str(symbol).lower()), at_s, end_s))
                at_s = end_s
    return spoken(rows, "ipa")


_JAPANESE = {
    "N": "n", "cl": "", "pau": "", "u": "ɯ", "U": "ɯ", "sh": "ʃ", "ch": "tʃ", "j": "dʒ", "y": "j", "r": "ɾ", "f": "ɸ",
    "ky": "kj", "gy": "gj", "ny": "nj", "hy": "hj", "by": "bj", "py": "pj", "my": "mj", "ry": "ɾj", "ty": "tj",
    "dy": "dj", "kw": "kw", "gw": "gw",
}  # fmt: skip
"""VOICEVOX's phonemes that are not IPA; upper-case vowels are devoiced."""


def _text(kind: str, mapping: Any, *keys: str) -> str:
    value = first(mapping, *keys)
    if not isinstance(value, str) or len(value) > 32:
        raise broken(kind, f"{keys[0]} is {value!r:.40}, not a symbol")
    return value
