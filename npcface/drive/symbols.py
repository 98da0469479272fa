"""Phonemes and visemes by name: IPA, ARPAbet, Oculus-15 and others, each a table to the rows of ``visemes``.

Sources: the IPA chart (2020), the CMU/TIMIT symbol sets, Meta's viseme reference, Rhubarb Lip Sync's mouth shapes, the
viseme ids of Azure's speech service, Amazon Polly's viseme tables, SAMPA as MBROLA's voices write it.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from npcface.drive.visemes import SOUNDS
from npcface.errors import StateError

CONVENTIONS: tuple[str, ...] = ("ipa", "arpabet", "oculus", "rhubarb", "azure", "polly", "sampa")
Table = dict[str, tuple[str, ...]]
"""Symbol → the sounds it is made of, in order; two for diphthongs."""


def _table(rows: str) -> Table:
    """``"sound + sound: symbol symbol …"`` lines to a table."""
    return {
        symbol: tuple(sounds.split("+"))
        for sounds, _, symbols in (row.strip().partition(":") for row in rows.strip().splitlines())
        for symbol in symbols.split()
    }


_IPA = _table("""
    aa: ɑ a
    AE: æ
    AH: ʌ ɐ ɤ
    schwa: ə ɘ ᵊ
    AO: ɔ ɒ ɶ
    E: ɛ e
    IH: ɪ ɨ ᵻ ɯ
    IY: i
    ER: ɚ ɝ ɜ ɞ
    O: o ø œ ɵ
    UH: ʊ ʏ
    U: u y ʉ
    PP: p b m ʙ
    FF: f v ɱ ʋ ɸ β ⱱ
    TH: θ ð
    DD: t d ʈ ɖ ɾ ɽ
    nn: n ɳ ɲ
    L: l ɫ ɭ ʎ ɬ ɮ ʟ
    kk: k g ɡ c ɟ q ɢ ŋ ɴ x ɣ χ ʁ ʀ ɰ
    CH: ʃ ʒ ʂ ʐ ɕ ʑ ʧ ʤ ʨ ʥ tʃ dʒ tɕ dʑ tʂ dʐ
    SS: s z ʦ ʣ ts dz
    RR: r ɹ ɻ ɺ
    W: w ʍ ɥ
    Y: j ʝ
    HH: h ɦ ħ ʕ ʔ ʜ ʢ
""")
_ARPABET = _table("""
    aa: AA
    AE: AE
    AH: AH
    schwa: AX AXH
    AO: AO
    E: EH
    IH: IH IX
    IY: IY
    ER: ER AXR
    UH: UH
    U: UW UX
    aa+IH: AY
    aa+UH: AW
    E+IY: EY
    O+UH: OW
    AO+IH: OY
    PP: P B M EM
    FF: F V
    TH: TH DH
    DD: T D DX
    nn: N EN NX
    L: L EL
    kk: K G NG ENG
    CH: CH JH SH ZH
    SS: S Z
    RR: R
    W: W WH
    Y: Y
    HH: HH HV Q
""")
_OCULUS = _table("""
    sil: sil
    PP: PP
    FF: FF
    TH: TH
    DD: DD
    kk: kk
    CH: CH
    SS: SS
    nn: nn
    RR: RR
    aa: aa
    E: E
    IH: I ih
    O: O oh
    U: U ou
""")
_RHUBARB = _table("""
    PP: A
    SS: B
    E: C
    aa: D
    AO: E
    U: F
    FF: G
    L: H
    sil: X
""")
_AZURE = _table("""
    sil: 0
    AH: 1
    aa: 2
    AO: 3
    E: 4
    ER: 5
    IY: 6
    U: 7
    O: 8
    aa+UH: 9
    AO+IH: 10
    aa+IH: 11
    HH: 12
    RR: 13
    L: 14
    SS: 15
    CH: 16
    TH: 17
    FF: 18
    DD: 19
    kk: 20
    PP: 21
""")
_POLLY = _table("""
    sil: sil
    PP: p
    FF: f B
    TH: T
    DD: t
    SS: s
    CH: S
    kk: k
    L: l
    RR: r
    Y: J
    IY: i
    U: u
    schwa: @
    aa: a
    E: e E
    O: o
    AO: O
""")
_SAMPA = _table("""
    aa: A a A~ a~
    AE: {
    AH: V 6
    schwa: @ l= n= m=
    AO: O Q O~
    E: E e E~ e~
    IH: I 1
    IY: i
    ER: 3 3` @` r= 9~
    O: o 2 9 8 o~
    UH: U Y
    U: u y }
    PP: p b m
    FF: f v P B
    TH: T D
    DD: t d 4
    nn: n J
    L: l 5 L
    kk: k g N x G R c
    CH: S Z C tS dZ
    SS: s z ts dz
    RR: r r\\
    W: w W H
    Y: j
    HH: h ?
    E+IH: eI
    aa+IH: aI
    AO+IH: OI OY
    aa+UH: aU
    O+UH: oU
    schwa+UH: @U
    IH+schwa: I@
    E+schwa: e@ E@
    UH+schwa: U@
""")
TABLES: dict[str, Table] = {
    "ipa": _IPA,
    "arpabet": _ARPABET,
    "oculus": _OCULUS,
    "rhubarb": _RHUBARB,
    "azure": _AZURE,
    "polly": _POLLY,
    "sampa": _SAMPA,
}

_SILENCES = frozenset({"", "_", "|", "#", "^", "$", "sil", "SIL", "sp", "SP", "spn", "pau", "PAU", "h#", "<eps>"})
_PUNCTUATION = frozenset(' \t\n.,;:!?¡¿…—–-()[]"“”«»/')
_STRESS = {"ˈ": 1, "ˌ": 2}
LENGTH_MARKS = "ːˑ"


def guess(symbols: Iterable[str]) -> str:
    """The convention a whole line is written in.

    Rhubarb's letters are a subset of nothing else that forms a line, Azure's are numbers, Oculus has its own spellings,
    ARPAbet is upper case; everything else is IPA. Polly's and SAMPA's letters cannot be told from IPA: name them.

    Args:
        symbols: every symbol of the line, stress marks included.
    """
    seen = {s for s in symbols if s not in _SILENCES}
    if seen and seen <= _RHUBARB.keys():
        return "rhubarb"
    if seen and seen <= _AZURE.keys():
        return "azure"
    if seen and seen <= _OCULUS.keys():
        return "oculus"
    if seen and all(s.rstrip("012") in _ARPABET for s in seen):
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
