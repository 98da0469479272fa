"""What a viewer sees of speech: lips that meet, a tucked lip, an open vowel, a mouth that shuts when nothing comes."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.drive import EmotionTrack, SpeechStream, speech
from npcface.drive.coarticulate import LOOK_AHEAD, LOOK_BACK, mouth
from npcface.drive.emotion import EMOTIONS
from npcface.drive.lips import aperture
from npcface.drive.symbols import TABLES
from npcface.drive.timeline import Segment, segments
from npcface.drive.visemes import SOUNDS, VISEME_SHAPES
from npcface.errors import LimitError, StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_52, VISEMES_15

MAMA_POPPY = [
    ("M", 0.10, 0.17), ("AA1", 0.17, 0.32), ("M", 0.32, 0.38), ("AA0", 0.38, 0.50), ("P", 0.60, 0.66),
    ("AA1", 0.66, 0.78), ("P", 0.78, 0.84), ("IY0", 0.84, 1.00),
]  # fmt: skip
BILABIALS = [(s, e) for symbol, s, e in MAMA_POPPY if symbol in ("M", "P")]
sounds = st.sampled_from(sorted(set(SOUNDS) - {"sil"}))


def gaps(states, fps):
    return np.array([aperture(s.weights) for s in states]), np.arange(len(states)) / fps


@pytest.mark.parametrize("emotion", [None, *EMOTIONS])
@pytest.mark.parametrize("intensity", [0.5, 1.0, 2.0])
def test_lips_meet_in_every_bilabial_whatever_the_emotion(emotion, intensity):
    states = list(speech(MAMA_POPPY, 30, emotion=emotion, intensity=intensity))
    opening, times = gaps(states, 30)
    for start, end in BILABIALS:
        inside = (times > start - 0.04) & (times < end + 0.04)
        assert opening[inside].min() < 0.0
        shut = [states[k] for k in np.flatnonzero(inside) if opening[k] < 0.0]
        assert any(s["mouthPressLeft"] > 0.2 and s["mouthPressRight"] > 0.2 for s in shut), "lips press, not just touch"


def test_vowels_between_bilabials_open():
    opening, times = gaps(list(speech(MAMA_POPPY, 60)), 60)
    for symbol, start, end in MAMA_POPPY:
        if symbol.startswith("AA"):
            assert opening[(times >= start) & (times <= end)].max() > 0.3


@given(
    fps=st.integers(10, 120),
    start=st.floats(0.2, 0.5),
    length=st.floats(0.01, 0.2),
    before=sounds,
    after=sounds,
)
@settings(max_examples=150, deadline=None)
def test_no_frame_rate_misses_a_closure(fps, start, length, before, after):
    line = [Segment(before, 0.0, start), Segment("PP", start, start + length), Segment(after, start + length, 1.0)]
    reached = []
    for frame in range(fps):
        weights, closure, speaking = mouth(line, frame / fps, shortest_hold=max(0.045, 1 / fps))
        assert 0.0 <= speaking <= 1.0
        reached.append(closure)
        assert np.isfinite(weights).all() and weights.min() >= 0.0 and weights.max() <= 1.0
    assert max(reached) == pytest.approx(1.0)


def test_f_and_v_tuck_the_lower_lip_under_the_teeth():
    line = [("AA1", 0.1, 0.3), ("F", 0.3, 0.37), ("AA1", 0.37, 0.6)]
    states = list(speech(line, 60))
    tucked = states[round(0.335 * 60)]
    assert tucked["mouthRollLower"] > 0.4 and tucked["mouthUpperUpLeft"] > 0.1
    assert tucked["jawOpen"] < 0.2 < max(s["jawOpen"] for s in states)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_open_mouthed_emotion_does_not_gape_through_narrow_sounds(emotion):
    line = [("AA1", 0.1, 0.3), ("F", 0.3, 0.4), ("AA1", 0.4, 0.6), ("Z", 0.6, 0.7), ("AA1", 0.7, 0.9)]
    states = list(speech(line, 60, emotion=emotion))
    assert states[round(0.35 * 60)]["jawOpen"] < 0.2 and states[round(0.65 * 60)]["jawOpen"] < 0.2
    assert aperture(states[round(0.65 * 60)].weights) > 0.05, "teeth show in a z"


def test_rounding_comes_before_the_vowel_that_needs_it():
    """Lips of "stew" are round while the tongue is still busy with s and t."""
    line = [("S", 0.2, 0.3), ("T", 0.3, 0.36), ("UW1", 0.36, 0.6)]
    states = list(speech(line, 100))
    assert states[34]["mouthPucker"] > 0.15
    assert states[50]["mouthPucker"] > 0.6
    spread = list(speech([("S", 0.2, 0.3), ("T", 0.3, 0.36), ("IY1", 0.36, 0.6)], 100))
    assert spread[50]["mouthPucker"] == 0.0 and spread[50]["mouthSmileLeft"] > 0.15


def test_silence_is_the_neutral_face():
    states = list(speech(MAMA_POPPY, 60, gestures=0))
    assert not states[-1].weights.any()
    pause = list(speech([("AA1", 0.0, 0.3), ("sil", 0.3, 0.9), ("AA1", 0.9, 1.2)], 100, gestures=0))
    for k in range(math.ceil((0.3 + LOOK_BACK) * 100), math.floor((0.9 - LOOK_AHEAD) * 100)):
        assert not pause[k].weights.any()


def test_the_mouth_never_jumps():
    states = list(speech(MAMA_POPPY, 240))
    steps = np.abs(np.diff([s.weights for s in states], axis=0))
    assert steps.max() < 0.08, "a jaw at full speed needs 50 ms or more from shut to open"


def test_intensity_scales_the_jaw_and_zero_mumbles():
    loud, mute = (max(s["jawOpen"] for s in speech(MAMA_POPPY, 60, intensity=i)) for i in (1.0, 0.0))
    soft = max(s["jawOpen"] for s in speech(MAMA_POPPY, 60, intensity=0.5))
    assert loud > soft > mute == 0.0


def test_stress_nods_and_raises_brows_only_when_asked():
    line = [("AA1", 0.2 + k, 0.5 + k) for k in range(6)]
    lively, still = list(speech(line, 30, gestures=1.0)), list(speech(line, 30, gestures=0.0))
    assert min(s.head[1] for s in lively) < -0.5
    assert max(s["browInnerUp"] for s in lively) > 0.05
    assert all(not s.head.any() and s["browInnerUp"] == 0.0 for s in still)


# --- streams ---------------------------------------------------------------------------------------------------------


def streamed(line, fps, lead, **options):
    """Push each sound ``lead`` seconds before it is heard, as a text-to-speech engine would."""
    stream = SpeechStream("arpabet", fps=fps, **options)
    waiting, states = list(line), []
    for frame in range(math.floor((line[-1][2] + 0.35) * fps) + 1):
        while waiting and waiting[0][1] <= frame / fps + lead:
            stream.push(*waiting.pop(0))
        states.append(stream.advance(frame / fps))
    return states


@given(cuts=st.lists(st.floats(0.02, 0.3), min_size=2, max_size=12), names=st.data(), fps=st.sampled_from([24, 30, 60]))
@settings(max_examples=60, deadline=None)
def test_a_timely_stream_is_the_whole_line(cuts, names, fps):
    symbols = sorted(TABLES["arpabet"])
    line, clock = [], 0.3
    for cut in cuts:
        line.append((names.draw(st.sampled_from(symbols)), clock, clock + cut))
        clock += cut
    whole = list(speech(line, fps, convention="arpabet"))
    live = streamed(line, fps, LOOK_AHEAD + 0.001)
    assert len(whole) == len(live)
    for a, b in zip(whole, live, strict=True):
        np.testing.assert_allclose(a.weights, b.weights, atol=1e-5)
        np.testing.assert_allclose(a.head, b.head, atol=1e-5)


def test_a_late_stream_catches_up_without_a_jump():
    states = streamed(MAMA_POPPY, 240, 0.0)
    assert np.abs(np.diff([s.weights for s in states], axis=0)).max() < 0.12
    opening, times = gaps(states, 240)
    for start, end in BILABIALS:
        assert opening[(times >= start) & (times <= end + 0.06)].min() < 0.05


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["push", "endless", "interrupt", "feel", "wait", "ˈ"]),
            st.sampled_from(sorted(TABLES["ipa"])),
            st.floats(0, 0.3),
        ),
        max_size=60,
    )
)
@settings(max_examples=80, deadline=None)
def test_whatever_arrives_whenever_the_face_stays_a_face(moves):
    stream = SpeechStream("ipa", fps=30, emotion="happy")
    clock = heard = 0.0
    for kind, symbol, seconds in moves:
        if kind == "push":
            stream.push(symbol, heard, heard + seconds)
            heard += seconds
        elif kind in ("endless", "ˈ"):
            stream.push(symbol if kind == "endless" else kind, heard)
            heard += seconds
        elif kind == "interrupt":
            stream.interrupt()
            heard = clock
        elif kind == "feel":
            stream.feel(("sad", seconds))
        clock += seconds
        state = stream.advance(clock)
        assert np.isfinite(state.weights).all() and state.weights.min() >= 0.0 and state.weights.max() <= 1.0 + 1e-6
        state.checked()
    stream.interrupt()
    stream.feel("neutral", fade=0.1)
    assert not stream.advance(clock + 1.0).weights.any()


def test_a_stream_that_falls_silent_shuts_the_mouth():
    stream = SpeechStream("ipa", fps=60, gestures=0)
    stream.push("ɑː", 0.2)
    opened = max(stream.advance(k / 60)["jawOpen"] for k in range(20))
    assert opened > 0.25
    later = [stream.advance(k / 60) for k in range(20, 60)]
    assert not later[-1].weights.any()
    assert stream.end == -math.inf


def test_an_open_ended_sound_lasts_until_the_next():
    open_ended, timed = SpeechStream("oculus"), SpeechStream("oculus")
    for symbol, start, end in [("aa", 0.2, 0.32), ("PP", 0.32, 0.4), ("E", 0.4, 0.5)]:
        open_ended.push(symbol, start)
        timed.push(symbol, start, end)
    for k in range(11):
        np.testing.assert_array_equal(open_ended.advance(k / 30).weights, timed.advance(k / 30).weights)


def test_interrupting_shuts_the_mouth_and_takes_a_new_line():
    stream = SpeechStream("arpabet", fps=100, gestures=0)
    for k in range(20):
        stream.push("AA1", 0.1 * k, 0.1 * k + 0.1)
    assert [stream.advance(k / 100) for k in range(51)][-1]["jawOpen"] > 0.4
    stream.interrupt()
    after = [stream.advance(0.5 + k / 100) for k in range(1, 40)]
    assert not after[-1].weights.any()
    assert max(abs(a["jawOpen"] - b["jawOpen"]) for a, b in pairwise(after)) < 0.12
    stream.push("UW1", 1.0, 1.3)
    assert stream.advance(1.15)["mouthPucker"] > 0.5


def test_a_stream_stays_small_and_says_when_it_is_full():
    stream = SpeechStream("ipa")
    for k in range(2000):
        stream.push("a", k * 0.1, k * 0.1 + 0.1)
        stream.advance(k * 0.1)
        assert len(stream._segments) <= 5
    with pytest.raises(LimitError, match="waiting"):
        for k in range(20_000):
            stream.push("a", 200.0 + k, 200.5 + k)


def test_a_stream_refuses_a_clock_or_sounds_that_run_back():
    stream = SpeechStream("ipa")
    stream.push("a", 1.0)
    with pytest.raises(StateError, match="order of time"):
        stream.push("b", 0.5)
    stream.advance(2.0)
    for wrong in (1.0, math.nan):
        with pytest.raises(StateError, match="Time went"):
            stream.advance(wrong)


def test_emotions_fade_over_a_running_stream():
    stream = SpeechStream("ipa")
    assert stream.advance(0.0)["mouthSmileLeft"] == 0.0
    stream.feel("happy", fade=0.2)
    assert 0.0 < stream.advance(0.1)["mouthSmileLeft"] < stream.advance(0.3)["mouthSmileLeft"]


# --- whole lines -----------------------------------------------------------------------------------------------------


def test_an_emotion_track_changes_the_face_during_the_line():
    track = EmotionTrack()
    track.set(0.5, ("happy", 0.8), fade=0.2)
    states = list(speech(MAMA_POPPY, 30, emotion=track))
    assert states[10]["cheekSquintLeft"] == 0.0 and states[-1]["cheekSquintLeft"] > 0.4


def test_every_viseme_has_its_own_shape():
    assert tuple(VISEME_SHAPES) == VISEMES_15
    states = {name: FaceState.of(shape) for name, shape in VISEME_SHAPES.items()}
    assert not states["sil"].weights.any()
    for a in VISEMES_15:
        for b in VISEMES_15:
            if a < b:
                assert np.abs(states[a].weights - states[b].weights).max() > 0.01, (a, b)
    gaps = {name: aperture(s.weights) for name, s in states.items()}
    assert gaps["PP"] < 0.0 < gaps["FF"] < gaps["I"] < gaps["E"] < gaps["aa"]
    assert states["U"]["mouthPucker"] > states["O"]["mouthPucker"] > 0.3 > states["aa"]["mouthPucker"]


def test_an_empty_line_is_one_neutral_frame():
    (only,) = speech([], 30)
    assert not only.weights.any() and len(only.weights) == len(ARKIT_52)


@pytest.mark.parametrize(
    "options", [{"fps": 0}, {"fps": 1e9}, {"intensity": -1}, {"gestures": 3}, {"emotion": "hungry"}]
)
def test_bad_settings_are_named(options):
    with pytest.raises(StateError):
        speech(MAMA_POPPY, **options)


def test_segments_do_not_overlap_and_keep_their_order():
    found = segments([("B", 0.0, 0.5), ("AY1", 0.2), ("T", 0.5)], "arpabet")
    assert [s.sound for s in found] == ["PP", "aa", "IH", "DD"]
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(found))
