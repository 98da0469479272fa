"""Timing files of voices and trackers: told by their content, read in their own units, refused when broken."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.drive import timing, track
from npcface.drive.arkit import LIVE_LINK_61
from npcface.drive.timing.azure import COLUMNS
from npcface.errors import LimitError, NpcFaceError, StateError

SAMPLES = Path(__file__).parent / "timing"
HELLO: list[tuple[str, float, float | None]] = [
    ("HH", 0.1, 0.16),
    ("AH0", 0.16, 0.24),
    ("L", 0.24, 0.3),
    ("OW1", 0.3, 0.45),
]
SPOKEN: dict[str, tuple[str, list[tuple[str, float, float | None]]]] = {
    "azure-events.json": ("azure", [("12", 0.1, None), ("4", 0.175, None), ("14", 0.2625, None), ("8", 0.3375, None)]),
    "azure-events.jsonl": ("azure", [("21", 0.1, None), ("11", 0.2, None)]),
    "polly.marks": ("polly", [("p", 0.006, None), ("E", 0.073, None), ("r", 0.18, None), ("i", 0.292, None)]),
    "piper.json": ("ipa", [("h", 0.02, 0.12), ("ɛ", 0.12, 0.22), ("l", 0.22, 0.28), ("ˈ", 0.28, 0.28),
                           ("o", 0.28, 0.38), ("ʊ", 0.38, 0.5)]),
    "espeak.json": ("ipa", [("h", 0.04, None), ("ə", 0.11, None), ("l", 0.17, None), ("oʊ", 0.24, None)]),
    "voice.pho": ("sampa", [("h", 0.05, 0.111), ("@", 0.111, 0.166), ("l", 0.166, 0.233), ("@U", 0.233, 0.413)]),
    "voicevox.json": ("ipa", [("k", 0.1, 0.16), ("o", 0.16, 0.26), ("n", 0.26, 0.34), ("n", 0.34, 0.39),
                              ("i", 0.39, 0.48), ("tʃ", 0.48, 0.55), ("i", 0.55, 0.63)]),
    "rhubarb.tsv": ("rhubarb", [("B", 0.1, None), ("D", 0.25, None), ("A", 0.4, None)]),
    "rhubarb.json": ("rhubarb", [("B", 0.1, 0.25), ("D", 0.25, 0.4), ("A", 0.4, 0.52)]),
    "rhubarb.xml": ("rhubarb", [("B", 0.1, 0.25), ("D", 0.25, 0.4), ("A", 0.4, 0.52)]),
    "mfa-long.TextGrid": ("auto", HELLO), "mfa-short.TextGrid": ("auto", HELLO), "mfa.json": ("auto", HELLO),
    "mfa.csv": ("auto", HELLO),
}  # fmt: skip
GRID = 'File type = "ooTextFile"\nObject class = "TextGrid"\n0\n1\n<exists>\n'
SILENT = {"", "0", "sil", "_", "X"}
ACTED = ("azure-blendshapes.jsonl", "azure-animations.json", "a2f.json", "a2f.csv", "livelink.csv")


@pytest.mark.parametrize("name", SPOKEN)
def test_symbols_and_times_of_every_file(name):
    convention, expected = SPOKEN[name]
    found = timing.load(SAMPLES / name)
    said = [p for p in found.phonemes if p.symbol not in SILENT]
    assert found.convention == convention and [p.symbol for p in said] == [symbol for symbol, _, _ in expected]
    assert [p.start for p in said] == pytest.approx([start for _, start, _ in expected], abs=1e-6)
    for phoneme, (_, _, end) in zip(said, expected, strict=True):
        assert phoneme.end == (None if end is None else pytest.approx(end, abs=1e-6))
    assert max(state["jawOpen"] for state in found.states(30)) > 0.05


@pytest.mark.parametrize("name", [*SPOKEN, *ACTED])
def test_tracks_are_loaded_from_them_by_their_content(name, tmp_path):
    (tmp_path / "anything").write_bytes((SAMPLES / name).read_bytes())
    assert len(list(track.load(tmp_path / "anything").states(25))) > 1


def test_every_sample_is_tested():
    assert {p.name for p in SAMPLES.iterdir()} - {"README.md"} == {*SPOKEN, *ACTED}


@pytest.mark.parametrize("name", ["azure-blendshapes.jsonl", "azure-animations.json"])
def test_azures_chunks_are_put_in_order(name):
    frames = timing.load(SAMPLES / name).frames
    assert [t for t, _ in frames] == pytest.approx([k / 60 for k in range(7)])
    for k, (_, state) in enumerate(frames):
        for at, shape in enumerate(COLUMNS[:52]):
            assert state[shape] == pytest.approx(k / 100 + at / 1000, abs=1e-5)


def test_audio2faces_exports():
    for name, count in (("a2f.json", 4), ("a2f.csv", 3)):
        found = timing.load(SAMPLES / name)
        assert [s["jawOpen"] for _, s in found.frames] == pytest.approx([0.2 * k for k in range(count)], abs=1e-6)
        assert found.fps == pytest.approx(30, abs=0.1) and found.frames[0][1]["mouthFunnel"] == pytest.approx(0.1)


def test_audio2faces_lines_are_those_that_are_listened_to():
    found = timing.load(Path(__file__).parents[1] / "listen" / "samples" / "a2f-stream.jsonl")
    assert len(found.frames) == 3 and found.fps == 30.0


def test_a_take_of_live_link_goes_over_midnight_and_leaves_out_lost_faces():
    found = timing.load(SAMPLES / "livelink.csv")
    assert [t for t, _ in found.frames] == pytest.approx([0, 1 / 60, 3 / 60, 4 / 60], abs=1e-4)
    assert [s["jawOpen"] for _, s in found.frames] == pytest.approx([0.0, 0.1, 0.3, 0.4])
    assert found.frames[0][1].head[0] == pytest.approx(11.459, abs=0.01)


def test_a_take_is_refused_at_the_row_that_passes_six_hours():
    """Rows 11 hours apart would begin a new day again and again: those after the limit are not looked at."""
    rows = ["Timecode,BlendShapeCount,JawOpen", *(f"{11 * k % 24:02}:00:00:00,61,0.5" for k in range(9))]
    with pytest.raises(LimitError, match="six hours"):
        timing.read("\n".join([*rows, "never,61,0.5"]).encode())


def test_blanks_behind_a_phoneme_have_an_end():
    with pytest.raises(StateError, match="milliseconds"):
        timing.read(f"h 60\n@ 60{' ' * 1000}5".encode())


def test_azures_columns_are_arkits_and_three_rolls():
    assert len(COLUMNS) == 55 and len(set(COLUMNS)) == 55
    assert COLUMNS[14:18] == ("jawForward", "jawLeft", "jawRight", "jawOpen") and COLUMNS[51] == "tongueOut"
    assert {name[0].upper() + name[1:] for name in COLUMNS[:52]} == set(LIVE_LINK_61[:52])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "knows"),
        ("hello there", "knows"),
        ("[]", "knows"),
        ("{}", "knows"),
        ("null", "knows"),
        ('{"mouthCues": 3}', "no list"),
        ('{"mouthCues": [{"start": 0}]}', "end"),
        ('{"mouthCues": [{"start": 0, "end": 1, "value": "Q"}]}', "Q"),
        ('{"viseme_id": 22, "audio_offset": 0}', "22"),
        ('{"viseme_id": 1.5, "audio_offset": 0}', "1.5"),
        ('{"viseme_id": 1}', "offset"),
        ('{"viseme_id": 1, "audio_offset": -50000000}', "before 0"),
        ('{"viseme_id": 1, "audio_offset": 1e14}', "six hours"),
        ('{"viseme_id": 1, "audio_offset": 0, "animation": "<svg/>"}', "SVG"),
        ('{"FrameIndex": -1, "BlendShapes": []}', "FrameIndex"),
        ('{"FrameIndex": 1e300, "BlendShapes": []}', "not a number"),
        ('{"FrameIndex": 0, "BlendShapes": [[1, 2]]}', "55"),
        ('{"FrameIndex": 0, "BlendShapes": []}', "no frames"),
        ('{"time": 0, "type": "word", "value": "hi"}', "viseme"),
        ('{"time": NaN, "type": "viseme", "value": "p"}', "not a number"),
        ('{"sample_rate": 0, "alignments": []}', "sample_rate"),
        ('{"sample_rate": 22050, "alignments": [{"phoneme": "h", "num_samples": -4}]}', "num_samples"),
        ('{"weightMat": [[1]], "facsNames": []}', "0 numbers"),
        ('{"weightMat": [[1]], "facsNames": ["jawOpen"], "exportFps": 1e9}', "exportFps"),
        ('{"tiers": {"words": {"entries": []}, "more": {"entries": []}}}', "phones"),
        ('{"tiers": {"phones": {"entries": [[0, 1]]}}}', "label"),
        ('{"accent_phrases": [{"moras": [{"vowel": "a"}]}]}', "vowel_length"),
        (GRID + '1\n"IntervalTier"\n"phones"\n0 1 5', "cut off"),
        (GRID + "1e9", "announces"),
        ("<rhubarbResult><mouthCues><mouthCue start='a' end='1'>A</mouthCue></mouthCues></rhubarbResult>", "number"),
        ("<rhubarbResult>", "XML"),
        ("<html></html>", "mouthCue"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rhubarbResult/>', "document type"),
        ("0.00\tX\nnonsense", "nonsense"),
        ("Timecode,BlendShapeCount,JawOpen\n1:2,61,0.5", "timecode"),
        ("Begin,End,Label,Type,Speaker\n0,1,hi,words,x", "phones"),
        ("h 60\nə sixty", "milliseconds"),
        ("[" * 100_000, "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_timing_file_is_refused_with_what_is_wrong(text, said):
    with pytest.raises(NpcFaceError) as caught:
        timing.read(text.encode())
    assert said in f"{caught.value.cause} {caught.value.remedy}" and caught.value.remedy


def test_bytes_that_are_no_text_and_kinds_that_are_none():
    with pytest.raises(StateError, match="UTF-8"):
        timing.read(b"\xc3\x28")
    with pytest.raises(StateError, match="azure, "):
        timing.read(b"{}", "morse")
    with pytest.raises(StateError, match="nowhere"):
        timing.load("nowhere.json")


def test_an_entity_bomb_is_refused_before_it_grows():
    bomb = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(97 + k)} "{f"&{chr(96 + k)};" * 10}">' for k in range(1, 12)
    ) + "]><rhubarbResult>&l;</rhubarbResult>"  # fmt: skip
    with pytest.raises(StateError, match="document type"):
        timing.read(bomb.encode())


def test_a_kind_may_be_named():
    marks = json.dumps([{"time": 0, "type": "viseme", "value": "p"}])
    assert timing.read(marks.encode(), "polly").convention == "polly"


def test_files_have_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(track, "MOST_BYTES", 100)
    (tmp_path / "long.json").write_bytes(b" " * 200)
    with pytest.raises(LimitError):
        timing.load(tmp_path / "long.json")


ALL = [(p.name, p.read_bytes()) for p in sorted(SAMPLES.iterdir()) if p.suffix != ".md"]


@given(
    st.sampled_from(ALL), st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=3)), max_size=4), st.floats(0, 1)
)
def test_damaged_files_are_read_or_refused(sample, changes, end):
    data = bytearray(sample[1])
    for place, new in changes:
        at = int(place * len(data))
        data[at : at + len(new)] = new
    for attempt in (bytes(data), bytes(data[: int(end * len(data))])):
        try:
            found = timing.read(attempt)
        except NpcFaceError as error:
            assert error.cause
        else:
            assert found.frames or found.phonemes or found.convention


@given(st.binary(max_size=300))
def test_noise_is_refused(data):
    with pytest.raises(NpcFaceError):
        timing.read(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([
        "mouthCues", "start", "end", "value", "viseme_id", "audio_offset", "animation", "FrameIndex", "BlendShapes",
        "tiers", "phones", "entries", "time", "type", "weightMat", "facsNames", "exportFps", "sample_rate",
        "alignments", "phoneme", "num_samples", "accent_phrases", "moras", "vowel", "vowel_length", "speedScale",
        "audio_position", "id", "visemes", "animationDataStreamHeader", "schema", "frames", "phonemes",
    ]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(json_values)
def test_any_json_is_read_or_refused(document):
    try:
        timing.read(json.dumps(document).encode())
    except NpcFaceError as error:
        assert error.cause


def test_the_encoding_an_xml_states_is_past() -> None:
    cues = '<m><mouthCue start="0.0" end="0.1">A</mouthCue><mouthCue start="0.1" end="0.2">B</mouthCue></m>'
    plain = timing.read(cues.encode(), "rhubarb").phonemes
    for name in ("utf-99", "utf-16", "latin-1", "rot13"):
        assert timing.read(f'<?xml version="1.0" encoding="{name}"?>{cues}'.encode()).phonemes == plain


def test_text_outside_of_cues_is_not_kept() -> None:
    cue = '<mouthCue start="0" end="1">A</mouthCue>'
    noise = "\n" * 500_000
    assert len(timing.read(f"<m>{noise}{cue}{noise}</m>".encode(), "rhubarb").phonemes) == 1
