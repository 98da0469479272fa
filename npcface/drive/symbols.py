"""Phonemes and visemes by name: from the symbols of a convention to sounds."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from npcface.drive.conventions import CONVENTIONS as CONVENTIONS
from npcface.drive.conventions import TABLES as TABLES
from npcface.drive.visemes import SOUNDS
from npcface.errors import StateError

_SILENCES = frozenset({"", "_", "|", "#", "^", "$", "sil", "SIL", "sp", "SP", "spn", "pau", "PAU", "h#", "<eps>"})
_PUNCTUATION = frozenset(' \t\n.,;:!?¡¿…—–-()[]"“”«»/')
_STRESS = {"ˈ": 1, "ˌ": 2}
LENGTH_MARKS = "ːˑ"
MOST_SIGNS = 64
"""Of one symbol, which may be a cluster of sounds."""


def guess(symbols: Iterable[str]) -> str:
    """The convention a whole line is written in.

    Rhubarb's letters are a subset of nothing else that forms a line, Azure's are numbers, Oculus has its own spellings,
    ARPAbet is upper case; everything else is IPA. Polly's and SAMPA's letters cannot be told from IPA: name them.

    Args:
        symbols: every symbol of the line, stress marks included.
    """
    seen = {s for s in symbols if s not in _SILENCES}
    if seen and seen <= TABLES["rhubarb"].keys():
        return "rhubarb"
    if seen and seen <= TABLES["azure"].keys():
        return "azure"
    if seen and seen <= TABLES["oculus"].keys():
        return "oculus"
    if seen and all(s.rstrip("012") in TABLES["arpabet"] for s in seen):
        return "arpabet"
    return "ipa"


class SymbolReader:
    """Turns symbols of one convention into sounds; remembers a stress mark until its vowel comes.

    Args:
        convention: one of ``CONVENTIONS``.
        unknown: ``"error"``, or ``"ignore"`` to treat an unknown symbol as silence.

    Raises:
        StateError: the convention is unknown.
    """

    def __init__(self, convention: str, unknown: str = "error") -> None:
        if convention not in TABLES:
            raise StateError(f"Unknown phoneme convention {convention!r}.", f"Use one of {', '.join(CONVENTIONS)}.")
        if unknown not in ("error", "ignore"):
            raise StateError(f"unknown={unknown!r} is not a policy.", "Use 'error' or 'ignore'.")
        self.convention, self._table, self._unknown = convention, TABLES[convention], unknown
        self._stress = 0

    def read(self, symbol: str) -> list[tuple[str, int]]:
        """Sounds of one symbol as (name in ``SOUNDS``, stress 0/1/2).

        An IPA symbol may be a cluster (``"oʊ"``, ``"t͡ʃ"``, ``"həˈləʊ"``). A mark alone (``"ˈ"``, ``"ː"``) gives an
        empty list.

        Raises:
            StateError: not a symbol of the convention (unless ``unknown="ignore"``).
        """
        if len(symbol) > MOST_SIGNS:
            raise StateError(
                f"A symbol of {len(symbol)} signs: {symbol[:40]!r}….", f"A sound has at most {MOST_SIGNS}."
            )
        if symbol in _SILENCES or (symbol and set(symbol) <= _PUNCTUATION):
            self._stress = 0
            return [("sil", 0)]
        if self.convention == "ipa":
            return self._read_ipa(symbol)
        key, stress = symbol, 0
        if self.convention == "arpabet":
            key = symbol.upper().rstrip("012")
            stress = int(symbol[-1]) if symbol[-1:] in ("1", "2") else 0
        if self.convention == "sampa" and key not in self._table:
            key, stress = symbol.lstrip("\"%'").rstrip(":"), int(symbol.startswith(('"', "'")))
        if key not in self._table:
            return self._fail(symbol)
        return [(sound, stress if SOUNDS[sound].vowel else 0) for sound in self._table[key]]

    def _read_ipa(self, symbol: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        rest = "".join(c for c in unicodedata.normalize("NFD", symbol) if unicodedata.category(c) not in ("Mn", "Sk"))
        while rest:
            size = 2 if rest[:2] in self._table else 1
            head, rest = rest[:size], rest[size:]
            if head in self._table:
                for sound in self._table[head]:
                    vowel = SOUNDS[sound].vowel
                    found.append((sound, self._stress if vowel else 0))
                    self._stress = 0 if vowel else self._stress
            elif head in _STRESS:
                self._stress = _STRESS[head]
            elif head in _PUNCTUATION:
                found.append(("sil", 0))
            elif unicodedata.category(head) not in ("Lm", "Sm", "So", "No"):  # ʰ ʲ ː → ² say nothing about the mouth
                found += self._fail(symbol)
        return found

    def _fail(self, symbol: str) -> list[tuple[str, int]]:
        if self._unknown == "ignore":
            return [("sil", 0)]
        near = difflib.get_close_matches(symbol, self._table, 3, 0.3)
        hint = f"Nearest: {', '.join(near)}." if near else f"Known: {' '.join(list(self._table)[:12])} …"
        raise StateError(f"Unknown {self.convention} symbol {symbol!r}.", f"{hint} Or pass unknown='ignore'.")
