"""Performances from files and from written text."""

import importlib.util
import json
import sys
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.drive import Idle, Phoneme, Track, speech
from npcface.drive import text as text_driver
from npcface.drive.emotion import MOST_KEYS, EmotionTrack
from npcface.drive.lips import aperture
from npcface.drive.symbols import SymbolReader
from npcface.drive.timeline import segments
from npcface.drive.track import MOST_FRAMES, load, parse, save
from npcface.errors import DependencyError, LimitError, StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_52

LINE = (Phoneme("HH", 0.1, 0.16), Phoneme("AY1", 0.16, 0.4))


# --- files -----------------------------------------------------------------------------------------------------------

angles = st.floats(-20, 20, width=32)


@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from(ARKIT_52), st.floats(0, 1, width=32)), angles, angles), max_size=6
    )
)
@settings(max_examples=40, deadline=None)
def test_frames_survive_a_round_trip(tmp_path_factory, rows):
    frames = tuple(
        (k / 25, FaceState.of(weights, head=(a, b, 0), gaze=(b / 3, a / 3), scale=1.25))
        for k, (weights, a, b) in enumerate(rows)
    )
    path = tmp_path_factory.mktemp("track") / "track.json"
    save(Track(25.0, frames), path)
    again = load(path)
    assert again.fps == 25.0 and len(again.frames) == len(frames)
    for (t, a), (u, b) in zip(frames, again.frames, strict=True):
        assert t == pytest.approx(u)
        for name in ("weights", "head", "gaze"):
            np.testing.assert_allclose(getattr(a, name), getattr(b, name), atol=1e-3)
        assert b.scale == 1.25


def test_phonemes_and_emotions_survive_a_round_trip(tmp_path):
    track = Track(30.0, phonemes=(*LINE, Phoneme("M", 0.4)), convention="arpabet", emotions=((0.0, "happy", 0.5),))
    save(track, tmp_path / "track.json")
    assert load(tmp_path / "track.json") == track
    assert [p.name for p in tmp_path.iterdir()] == ["track.json"]
    spoken = list(track.states(24))
    assert spoken[-1]["mouthSmileLeft"] > 0.2 and max(s["jawOpen"] for s in spoken) > 0.2


def test_frames_are_resampled_to_any_rate():
    track = parse({"schema": 1, "fps": 10, "frames": [{"weights": {"jawOpen": k / 10}} for k in range(11)]})
    for fps in (10, 25, 60):
        jaws = [s["jawOpen"] for s in track.states(fps)]
        np.testing.assert_allclose(jaws, np.arange(fps + 1) / fps, atol=1e-5)
    assert any(s["eyeBlinkLeft"] > 0 or s.gaze.any() for s in track.states(30, idle=Idle(1)))


def test_uneven_times_are_kept():
    track = parse({"schema": 1, "frames": [{"t": 2.0}, {"t": 2.1, "jawOpen": 1.0}, {"t": 3.0, "jawOpen": 0.0}]})
    jaws = [s["jawOpen"] for s in track.states(10)]
    assert len(jaws) == 11 and jaws[1] == pytest.approx(1.0) and jaws[5] == pytest.approx(5 / 9, abs=1e-5)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "schema"),
        ({"schema": 2, "frames": []}, "schema"),
        ({"schema": 1}, "either"),
        ({"schema": 1, "frames": [], "phonemes": []}, "either"),
        ({"schema": 1, "fps": "fast", "frames": []}, "fps"),
        ({"schema": 1, "fps": True, "frames": []}, "fps"),
        ({"schema": 1, "frames": {}}, "list"),
        ({"schema": 1, "frames": [3]}, "Frame 0"),
        ({"schema": 1, "frames": [{}, {"jawOpn": 1}]}, "Frame 1.*jawOpn"),
        ({"schema": 1, "frames": [{"t": 1.0}, {"t": 1.0}]}, "Frame 1"),
        ({"schema": 1, "frames": [{"t": None}]}, "Frame 0"),
        ({"schema": 1, "phonemes": [["AA"]]}, "AA"),
        ({"schema": 1, "convention": "ipa", "phonemes": [["漢", 0]]}, "漢"),
        ({"schema": 1, "convention": 5, "phonemes": []}, "convention"),
        ({"schema": 1, "frames": [], "emotions": [["happy"]]}, "emotion"),
        ({"schema": 1, "frames": [], "emotions": [[0, "hungry", 1]]}, "hungry"),
        ({"schema": 1, "frames": [], "emotions": [[1, "sad", 1], [0, "sad", 1]]}, "order"),
    ],
)
def test_bad_documents_are_refused_with_their_place(document, said):
    with pytest.raises(StateError, match=said):
        parse(document)


def test_limits_are_kept(tmp_path):
    with pytest.raises(LimitError):
        parse({"schema": 1, "frames": [{}] * (MOST_FRAMES + 1)})
    with pytest.raises(LimitError):
        parse({"schema": 1, "frames": [{"t": 0}, {"t": 1e7}]})
    with pytest.raises(LimitError):
        parse({"schema": 1, "convention": "ipa", "phonemes": [["a", -1.0, 0.0]]})
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(LimitError, match="MiB"):
        load(huge)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b'{"schema": 1, "frames": [{"t": NaN}]}']
)
def test_files_that_are_no_tracks(tmp_path, content):
    path = tmp_path / "track.json"
    path.write_bytes(content)
    with pytest.raises(StateError):
        load(path)
    with pytest.raises(StateError, match="Cannot read"):
        load(tmp_path / "missing.json")


def test_a_failed_save_leaves_nothing_behind(tmp_path):
    (tmp_path / "track.json").mkdir()
    with pytest.raises(OSError, match=r"."):
        save(Track(phonemes=LINE), tmp_path / "track.json")
    assert [p.name for p in tmp_path.iterdir()] == ["track.json"]


keys = st.sampled_from(["schema", "frames", "phonemes", "emotions", "convention", "t", "weights", "fps", "jawOpen"])
leaves = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
documents = st.recursive(leaves, lambda c: st.lists(c, max_size=4) | st.dictionaries(keys, c, max_size=4))


@given(st.dictionaries(keys, documents, max_size=4))
def test_any_json_is_a_track_or_refused(document):
    try:
        track = parse(json.loads(json.dumps(document | {"schema": 1})))
    except (StateError, LimitError) as error:
        assert error.cause
    else:
        assert isinstance(track, Track)


# --- text ------------------------------------------------------------------------------------------------------------

needs_reader = pytest.mark.skipif(
    importlib.util.find_spec("hibari") is None, reason="the speech extra is not installed"
)


@dataclass
class Spoken:
    symbol: str
    start: float
    end: float


def spoken_text(text: str) -> list[Spoken]:
    return [Spoken(p.symbol, p.start, p.end) for p in text_driver.phonemes(text) if p.end is not None]


@needs_reader
def test_text_becomes_a_timed_line_with_pauses():
    line = spoken_text("Hello, my brother Bob! Dr. Smith paid $3.50.")
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(line))
    assert line[0].start == pytest.approx(0.15)
    pauses = [p.end - p.start for p in line if p.symbol == ""]
    assert pauses[0] == pytest.approx(0.2) and max(pauses) > 0.4
    for p in line:
        SymbolReader("ipa").read(p.symbol)
    spoken = [p for p in line if p.symbol]
    assert 8 < len(spoken) / sum(p.end - p.start for p in spoken) < 15, "sounds a second"
    assert sum(p.stress == 1 for p in segments(text_driver.phonemes("Hello, my brother Bob!"), "ipa")) >= 2


@needs_reader
def test_spoken_text_closes_the_lips_for_its_bilabials():
    line = spoken_text("Bob bought a map.")
    states = list(speech("Bob bought a map.", 60))
    openings = [aperture(s.weights) for s in states]
    bilabials = [p for p in line if p.symbol in ("b", "m", "p")]
    assert len(bilabials) == 5
    for p in bilabials:
        assert min(openings[int(p.start * 60) : int(p.end * 60) + 2]) < 0.0
    assert max(openings) > 0.35


@needs_reader
def test_speed_and_accent():
    slow, fast = (text_driver.phonemes("a short walk", speed=s)[-1].start for s in (0.5, 2.0))
    assert slow > 3 * fast
    assert text_driver.phonemes("I can't dance") != text_driver.phonemes("I can't dance", british=True)


@needs_reader
@pytest.mark.parametrize(("text", "speed"), [("", 1.0), ("…?!", 1.0), ("漢字", 1.0), ("hello", 0.0)])
def test_text_that_cannot_be_spoken(text, speed):
    with pytest.raises(StateError):
        text_driver.phonemes(text, speed=speed)


def test_a_novel_is_too_long():
    with pytest.raises(LimitError):
        text_driver.phonemes("a" * 20_001)


def test_without_the_extra_the_remedy_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "hibari", None)
    monkeypatch.setitem(sys.modules, "hibari.g2p", None)
    text_driver._reader.cache_clear()
    try:
        with pytest.raises(DependencyError, match=r"npcface\[speech\]"):
            next(speech("hello"))
    finally:
        text_driver._reader.cache_clear()


@pytest.mark.parametrize(
    "content",
    [
        {"phonemes": [["AA", 10**400]], "convention": "arpabet"},
        {"phonemes": [["AA", 0.0, 10**400]], "convention": "arpabet"},
        {"frames": [{"t": 10**400}]},
        {"frames": [{"t": 0.0}], "emotions": [[10**400, "happy", 0.5]]},
        {"frames": [{"t": 0.0}], "emotions": [[0.0, "happy", 10**400]]},
        {"frames": [{"t": 0.0}], "emotions": [[float("nan"), "happy", 0.5]]},
        {"phonemes": [["a" * 100_000, 0.0]], "convention": "ipa"},
    ],
)
def test_what_no_clock_shows_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(StateError) as caught:
        parse({"schema": 1, **content})
    assert len(caught.value.cause) < 500


def test_an_emotion_each_frame_is_not_remembered_for_ever() -> None:
    track = EmotionTrack()
    for number in range(4 * MOST_KEYS):
        track.set(number / 120.0, "happy" if number % 2 else "sad")
    assert len(track._keys) == MOST_KEYS
    assert np.isfinite(track.at(9.0)).all()
