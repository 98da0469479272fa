"""How sounds are written: IPA, ARPAbet, Oculus-15 and others, each a table to the rows of ``visemes``.

Sources: the IPA chart (2020), the CMU/TIMIT symbol sets, Meta's viseme reference, Rhubarb Lip Sync's mouth shapes, the
viseme ids of Azure's speech service, Amazon Polly's viseme tables, SAMPA as MBROLA's voices write it.
"""

from __future__ import annotations

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
