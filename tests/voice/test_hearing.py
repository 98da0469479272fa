"""Lips from sound alone: in step, independent of how the sound arrives, and better than loudness."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.drive import speech
from npcface.drive.lips import aperture
from npcface.drive.symbols import TABLES
from npcface.errors import LimitError, NpcFaceError, StateError, VoiceError
from npcface.state import FaceState
from npcface.voice import Hearing, Spoken, hear, hearing
from npcface.voice.resample import RATE_HZ, Resampler

Speak = Callable[[str, str], Spoken]
LINE = "My mother may bake a big plum pie, maybe. Papa opens the box!"
LISTENED = pytest.mark.parametrize("voice", ["hibari:heart", "espeak:en-us+f5"])
"""A voice that the network knows, and one that it never met."""


def sound_of(said: Spoken) -> np.ndarray:
    return (said.samples / 32768.0).astype(np.float32)


def tone(seconds: float, rate_hz: int) -> np.ndarray:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    beat = 0.5 + 0.5 * np.sin(2 * np.pi * 3.0 * t)
    return (0.3 * beat * (np.sin(2 * np.pi * 180.0 * t) + 0.5 * np.sin(2 * np.pi * 900.0 * t))).astype(np.float32)


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9000), max_size=12), st.sampled_from([8000, 11_025, 16_000, 44_100, 48_000]))
def test_how_the_sound_is_cut_changes_nothing(cuts: list[int], rate_hz: int) -> None:
    sound = tone(0.5, rate_hz)
    whole = Hearing(rate_hz).push(sound)
    listener, heard = Hearing(rate_hz), []
    for piece in np.split(sound, sorted(min(cut, len(sound)) for cut in cuts)):
        heard += listener.push(piece)
    assert [h.time_s for h in heard] == [h.time_s for h in whole] and len(whole) > 30
    assert np.allclose([h.weights for h in heard], [h.weights for h in whole], atol=1e-4)


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 44_100, 48_000])
def test_a_moment_comes_out_no_later_than_promised(rate_hz: int) -> None:
    listener, sound = Hearing(rate_hz), tone(1.0, rate_hz)
    assert listener.delay_s <= 0.08
    piece, newest = rate_hz // 1000, 0.0
    for begin in range(0, len(sound), piece):
        for moment in listener.push(sound[begin : begin + piece]):
            newest = moment.time_s
        assert (begin + piece) / rate_hz - newest <= listener.delay_s + 0.01 + 1e-6 or newest == 0.0
    assert listener.finish()[-1].time_s >= 0.97


def test_what_was_heard_does_not_depend_on_what_follows_the_delay() -> None:
    """The look-ahead is not longer than it says."""
    sound = tone(1.0, RATE_HZ)
    other = sound.copy()
    other[RATE_HZ // 2 :] = np.random.default_rng(0).uniform(-1, 1, RATE_HZ // 2)
    one, two = Hearing().push(sound), Hearing().push(other)
    same = [a.time_s for a, b in zip(one, two, strict=True) if np.array_equal(a.weights, b.weights)]
    assert max(same) >= 0.5 - Hearing().delay_s


@LISTENED
def test_the_mouth_opens_with_the_voice(spoken: Speak, voice: str) -> None:
    """Beside the mouth that the voice's own phonemes drive; loudness alone is at 0.5 to 0.65."""
    said = spoken(voice, LINE)
    listener = Hearing(said.rate_hz)
    heard = listener.push(sound_of(said)) + listener.finish()
    truth = [max(aperture(s.weights), 0.0) for s in speech(said.phonemes, 100, convention="ipa", gestures=0.0)]
    times = np.arange(len(truth)) / 100
    found = np.interp(times, [h.time_s for h in heard], [max(aperture(h.weights), 0.0) for h in heard])
    scores = {lag: np.corrcoef(truth[20:-20], np.roll(found, -lag)[20:-20])[0, 1] for lag in range(-15, 16)}
    assert scores[0] > 0.7
    assert abs(max((score, lag) for lag, score in scores.items())[1]) <= 4  # 40 ms
    for moment in heard:
        FaceState(weights=moment.weights).checked()


@LISTENED
def test_lips_meet_where_the_voice_says_p_b_or_m(spoken: Speak, voice: str) -> None:
    said = spoken(voice, LINE)
    listener = Hearing(said.rate_hz)
    heard = listener.push(sound_of(said)) + listener.finish()
    middles = [(p.start + (p.end or 0)) / 2 for p in said.phonemes if p.symbol[-1:] in ("p", "b", "m")]
    met = [min(aperture(h.weights) for h in heard if abs(h.time_s - t) <= 0.06) < 0.02 for t in middles]
    assert len(met) >= 12 and np.mean(met) >= 0.75


def test_hear_names_visemes_that_drive_a_face(spoken: Speak) -> None:
    said = spoken("hibari:heart", LINE)
    line = hear(sound_of(said), said.rate_hz)
    assert line[0].start == 0.0 and line[-1].end == pytest.approx(said.seconds)
    assert all(a.end == b.start for a, b in pairwise(line))
    assert {p.symbol for p in line} <= set(TABLES["oculus"]) and {"sil", "PP", "aa"} <= {p.symbol for p in line}
    assert len(list(speech(line, 30, convention="oculus"))) >= 30 * (line[-2].end or 0)


@pytest.mark.parametrize("scale", [0.0, 1e-4])
def test_silence_and_hiss_leave_the_mouth_shut(scale: float) -> None:
    sound = (scale * np.random.default_rng(1).standard_normal(RATE_HZ)).astype(np.float32)
    assert max(aperture(h.weights) for h in Hearing().push(sound)) < 0.1
    assert {p.symbol for p in hear(sound, RATE_HZ)} == {"sil"}


def test_short_and_empty_recordings() -> None:
    for count in (0, 1, 100, 399, 400, 401):
        line = hear(np.zeros(count, np.float32), RATE_HZ)
        assert all(p.symbol == "sil" for p in line)


@pytest.mark.parametrize(
    ("samples", "kind"),
    [
        (np.zeros((2, 100), np.float32), VoiceError),
        (np.zeros(100, np.int16), VoiceError),
        (np.array([0.0, np.nan], np.float32), VoiceError),
        (np.array([np.inf], np.float64), VoiceError),
        (np.broadcast_to(np.float32(0), int(hearing.MOST_SECONDS * RATE_HZ) + 1), LimitError),
    ],
)
def test_what_is_no_sound_is_refused(samples: np.ndarray, kind: type[NpcFaceError]) -> None:
    with pytest.raises(kind) as caught:
        Hearing().push(samples)
    assert caught.value.remedy


@pytest.mark.parametrize("rate_hz", [0, -1, 7999, 10**9])
def test_other_rates_are_refused(rate_hz: int) -> None:
    with pytest.raises(StateError):
        Hearing(rate_hz)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_stays_the_same_tone_at_16_khz(rate_hz: int) -> None:
    t = np.arange(rate_hz // 2) / rate_hz
    found = Resampler(rate_hz).push(np.sin(2 * np.pi * 1000.0 * t).astype(np.float32))
    expected = np.sin(2 * np.pi * 1000.0 * np.arange(len(found)) / RATE_HZ)
    assert abs(len(found) - RATE_HZ // 2) < 40
    assert np.abs(found - expected)[200:-200].max() < 2e-3


def test_what_16_khz_cannot_hold_is_taken_away() -> None:
    t = np.arange(24_000) / 48_000
    found = Resampler(48_000).push(np.sin(2 * np.pi * 11_000.0 * t).astype(np.float32))
    assert np.abs(found[200:-200]).max() < 0.01


def test_a_long_recording_needs_little_more_memory_than_itself() -> None:
    sound = np.zeros(20 * 48_000, np.float32)
    listener = Hearing(48_000)
    tracemalloc.start()
    try:
        heard = listener.push(sound)
        peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert len(heard) > 1900 and peak_mb < 60
