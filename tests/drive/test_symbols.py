"""Symbols of four conventions and the times they come with."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.drive.symbols import CONVENTIONS, TABLES, SymbolReader, guess
from npcface.drive.timeline import Phoneme, phoneme, segments
from npcface.drive.visemes import SOUNDS
from npcface.errors import StateError
from npcface.vocab import VISEMES_15


def names(symbol, convention):
    return [sound for sound, _ in SymbolReader(convention).read(symbol)]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_symbol_of_a_table_is_a_sound(convention):
    for symbol in TABLES[convention]:
        assert names(symbol, convention) and set(names(symbol, convention)) <= set(SOUNDS)


def test_the_tables_are_complete():
    assert set(VISEMES_15) | {"ih", "oh", "ou"} == set(TABLES["oculus"])
    assert set("ABCDEFGHX") == set(TABLES["rhubarb"])
    assert {str(k) for k in range(22)} == set(TABLES["azure"])
    assert set("ptSTfkirsu@aeEoO") | {"sil"} <= set(TABLES["polly"])  # English (US), Amazon Polly's table
    cmu = [
        "AA",
        "AE",
        "AH",
        "AO",
        "AW",
        "AY",
        "B",
        "CH",
        "D",
        "DH",
        "EH",
        "ER",
        "EY",
        "F",
        "G",
        "HH",
        "IH",
        "IY",
        "JH",
        "K",
        "L",
        "M",
        "N",
        "NG",
        "OW",
        "OY",
        "P",
        "R",
        "S",
        "SH",
        "T",
        "TH",
        "UH",
        "UW",
        "V",
        "W",
        "Y",
        "Z",
        "ZH",
    ]
    assert len(cmu) == 39 and set(cmu) <= set(TABLES["arpabet"])


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_bilabials_seal_in_every_convention(convention):
    symbols = {
        "ipa": "pbm",
        "arpabet": "PBM",
        "oculus": ["PP"],
        "rhubarb": "A",
        "azure": ["21"],
        "polly": "p",
        "sampa": "pbm",
    }[convention]
    for symbol in symbols:
        assert all(SOUNDS[name].seals for name in names(symbol, convention))


def test_ipa_folds_marks_ties_and_clusters():
    assert names("t͡ʃ", "ipa") == names("tʃ", "ipa") == names("ʧ", "ipa") == ["CH"]
    assert names("pʰ", "ipa") == names("p", "ipa") == ["PP"]
    assert names("ɑ̃ː", "ipa") == ["aa"]
    assert names("oʊ", "ipa") == ["O", "UH"]
    assert SymbolReader("ipa").read("həˈləʊ") == [("HH", 0), ("schwa", 0), ("L", 0), ("schwa", 1), ("UH", 0)]


def test_a_stress_mark_of_its_own_waits_for_its_vowel():
    reader = SymbolReader("ipa")
    assert reader.read("ˈ") == [] and reader.read("t") == [("DD", 0)] and reader.read("a") == [("aa", 1)]
    assert reader.read("a") == [("aa", 0)]
    assert SymbolReader("arpabet").read("EH1") == [("E", 1)] and SymbolReader("arpabet").read("T") == [("DD", 0)]


@pytest.mark.parametrize(
    ("symbols", "convention"),
    [
        (["HH", "AH0", "L", "OW1"], "arpabet"),
        (["X", "A", "B", "C"], "rhubarb"),
        (["sil", "PP", "aa", "E"], "oculus"),
        (["h", "ə", "l", "oʊ"], "ipa"),
        (["h", "ˈ", "a", "", "."], "ipa"),
        ([], "ipa"),
    ],
)
def test_a_whole_line_tells_its_convention(symbols, convention):
    assert guess(symbols) == convention


def test_unknown_symbols_are_named_with_the_nearest():
    with pytest.raises(StateError, match=r"'AHH'.*Nearest: .*(AH|HH)"):
        segments([("AHH", 0.0, 0.1)], "arpabet")
    with pytest.raises(StateError, match="'漢'"):
        segments([("漢", 0.0, 0.1)], "ipa")
    assert segments([("漢", 0.0, 0.1), ("a", 0.1, 0.2)], "ipa", unknown="ignore")[0].sound == "aa"
    with pytest.raises(StateError, match="convention"):
        segments([], "klingon")


@given(st.text(max_size=12), st.sampled_from(CONVENTIONS))
def test_any_text_is_read_or_refused(symbol, convention):
    try:
        found = names(symbol, convention)
    except StateError as error:
        assert error.remedy
    else:
        assert set(found) <= set(SOUNDS)
    assert {s for s, _ in SymbolReader(convention, "ignore").read(symbol)} <= set(SOUNDS)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(TABLES["ipa"])), st.floats(0, 60), st.none() | st.floats(0, 1)), max_size=20
    )
)
def test_segments_lie_in_order_inside_their_line(rows):
    line = [(symbol, start, None if length is None else start + length) for symbol, start, length in rows]
    found = segments(line, "ipa")
    assert all(s.end > s.start for s in found)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(found))


@pytest.mark.parametrize(
    "event",
    [
        ("a", 0.5),
        ["a", 0.5, None],
        {"symbol": "a", "start": 0.5},
        {"value": "a", "start": 0.5, "end": None},
        Phoneme("a", 0.5),
    ],
)
def test_events_come_in_several_forms(event):
    assert phoneme(event) == Phoneme("a", 0.5, None)


def test_a_duration_is_an_end():
    assert phoneme({"phoneme": "a", "start": 0.5, "duration": 0.25}).end == 0.75


@pytest.mark.parametrize(
    "event",
    ["a", ("a",), ("a", "soon"), ("a", math.nan), ("a", 1.0, 0.5), (1, 0.0), {"start": 0.0}, None, ("a", math.inf), 3],
)
def test_bad_events_are_refused(event):
    with pytest.raises(StateError):
        phoneme(event)


def test_a_length_mark_with_its_own_time_stretches_its_vowel():
    (vowel,) = segments([("a", 0.0, 0.1), ("ː", 0.1, 0.25)], "ipa")
    assert vowel.end == 0.25


def test_sampa_is_ipa_in_other_letters():
    pairs = {
        "{": "æ",
        "@": "ə",
        "T": "θ",
        "tS": "tʃ",
        "eI": "eɪ",
        "@U": "əʊ",
        "N": "ŋ",
        "i:": "iː",
        "V": "ʌ",
        "r\\": "ɹ",
    }
    for sampa, ipa in pairs.items():
        assert names(sampa, "sampa") == names(ipa, "ipa"), sampa


def test_sampa_stress_goes_to_the_vowel():
    assert SymbolReader("sampa").read('"aI') == [("aa", 1), ("IH", 1)]


def test_azures_numbers_are_recognised():
    assert guess(["0", "21", "4", "14", "8"]) == "azure"
