"""Idle life, emotions and smoothing: bounded, repeatable, and never in the way of speech."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npcface.drive import EmotionTrack, Idle, OneEuro, emote, speech
from npcface.drive.emotion import ALIASES, EMOTIONS, layer, pose
from npcface.drive.idle import GAZE_LIMIT, HEAD_LIMIT, SHIFT_LIMIT
from npcface.drive.lips import aperture, seal, sealing
from npcface.errors import StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_52, ARKIT_INDEX

NEUTRAL = FaceState()
vectors = st.lists(st.floats(0, 1, width=32), min_size=52, max_size=52).map(lambda v: np.array(v, np.float32))


# --- idle ------------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**32), t=st.floats(0, 86_400))
@settings(max_examples=300)
def test_idle_is_bounded_and_leaves_the_mouth_alone(seed, t):
    state = Idle(seed).apply(NEUTRAL, t)
    assert (np.abs(state.head) <= np.array(HEAD_LIMIT) + 1e-5).all()
    assert (np.abs(state.gaze) <= np.array(GAZE_LIMIT) + 1e-5).all()
    assert (np.abs(state.translation) <= SHIFT_LIMIT).all()
    moved = {ARKIT_52[k] for k in np.flatnonzero(state.weights)}
    assert moved <= {"eyeBlinkLeft", "eyeBlinkRight"}


def test_idle_depends_on_seed_and_time_only():
    times = np.random.default_rng(0).permutation(np.arange(300) / 30)
    forward = {t: Idle(7).apply(NEUTRAL, t) for t in np.arange(300) / 30}
    for t in times:
        again = Idle(7).apply(NEUTRAL, t)
        np.testing.assert_array_equal(again.head, forward[t].head)
        np.testing.assert_array_equal(again.weights, forward[t].weights)
    assert any((Idle(8).apply(NEUTRAL, t).gaze != forward[t].gaze).any() for t in times)


def test_people_blink_fifteen_times_a_minute_or_so():
    lids = np.array([Idle(3).lids(k / 100) for k in range(60_000)])
    shut = lids > 0.9
    blinks = np.count_nonzero(shut[1:] & ~shut[:-1])
    assert 10 * 10 < blinks < 30 * 10
    starts = np.flatnonzero(shut[1:] & ~shut[:-1]) / 100
    assert np.diff(starts).std() > 0.5, "a metronome is not a person"
    begin, end = np.flatnonzero(lids[:2000] > 0)[[0, -1]]
    assert end > begin
    closing = np.count_nonzero(np.diff(lids) > 0) / 100
    opening = np.count_nonzero(np.diff(lids) < 0) / 100
    assert 1.5 < opening / closing < 3.0


def test_gaze_holds_still_and_then_jumps():
    gaze = np.array([Idle(1).gaze(k / 200) for k in range(12_000)])
    speed = np.hypot(*np.diff(gaze, axis=0).T) * 200
    assert np.mean(speed == 0.0) > 0.9
    assert speed.max() > 60.0, "degrees a second: a saccade, not a drift"


def test_head_sways_smoothly_all_the_time():
    head = np.array([Idle(5).apply(NEUTRAL, k / 60).head for k in range(3600)])
    assert np.abs(np.diff(head, axis=0)).max() < 0.2
    assert head.std(axis=0).min() > 0.1


@pytest.mark.parametrize("part", ["blink", "saccade", "breath", "sway"])
def test_each_part_can_be_switched_off(part):
    off = dict.fromkeys(("blink", "saccade", "breath", "sway"), 0.0)
    alone = [Idle(2, **(off | {part: 1.0})).apply(NEUTRAL, k / 30) for k in range(300)]
    moving = {
        "blink": any(s.weights.any() for s in alone),
        "saccade": any(s.gaze.any() for s in alone),
        "breath": any(s.translation[1] != 0 for s in alone) and not any(s.head[0] != 0 for s in alone),
        "sway": any(s.head[0] != 0 for s in alone),
    }
    assert {name for name, yes in moving.items() if yes and (name == part or name != "breath")} >= {part}
    assert all(not yes for name, yes in moving.items() if name in {"blink", "saccade", "sway"} - {part})
    for k in range(0, 300, 10):
        still = Idle(2, **off).apply(NEUTRAL, k / 30)
        assert not (still.weights.any() or still.head.any() or still.gaze.any() or still.translation.any())


def test_idle_adds_to_what_is_there_and_blinks_over_wide_eyes():
    base = FaceState.of({"jawOpen": 0.3, "eyeWideLeft": 1.0, "eyeBlinkRight": 0.4}, head=(10, 0, 0))
    states = list(Idle(0).over([base] * 300))
    assert all(s["jawOpen"] == pytest.approx(0.3) and s["eyeBlinkRight"] >= 0.4 for s in states)
    blinking = max(states, key=lambda s: s["eyeBlinkLeft"])
    assert blinking["eyeBlinkLeft"] > 0.9 and blinking["eyeWideLeft"] < 0.1
    assert all(abs(s.head[0] - 10) <= HEAD_LIMIT[0] for s in states)


def test_speech_with_idle_keeps_its_closures():
    line = [("AA1", 0.2, 0.5), ("M", 0.5, 0.6), ("AA1", 0.6, 1.0)]
    states = list(speech(line, 30, idle=Idle(4), emotion="surprised"))
    assert min(aperture(s.weights) for s in states[14:19]) < 0.0


def test_amounts_are_checked():
    with pytest.raises(StateError, match="sway"):
        Idle(sway=1.5)


# --- lips ------------------------------------------------------------------------------------------------------------


@given(vectors)
def test_sealing_always_shuts_the_lips_and_touches_only_the_mouth(weights):
    weights[ARKIT_INDEX["cheekPuff"]] = 0.0
    shut = seal(weights, 1.0)
    assert aperture(shut) < 0.0 and shut.min() >= 0.0 and shut.max() <= 1.0
    assert sealing(shut) == pytest.approx(1.0)
    changed = {ARKIT_52[k] for k in np.flatnonzero(shut != weights)}
    assert all(name.startswith(("mouth", "jawOpen", "tongue")) for name in changed)
    np.testing.assert_array_equal(seal(weights, 0.0), weights)


def test_a_resting_mouth_is_shut_but_not_sealed():
    assert aperture(NEUTRAL.weights) == 0.0 and sealing(NEUTRAL.weights) == 0.0


# --- emotions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EMOTIONS)
def test_every_emotion_is_a_face_of_its_own(name):
    felt = layer(NEUTRAL, pose(name))
    assert felt.checked().weights.any() == (name != "neutral")
    for other in EMOTIONS:
        if other != name:
            assert np.abs(felt.weights - layer(NEUTRAL, pose(other)).weights).max() > 0.2
    half = layer(NEUTRAL, pose((name, 0.5)))
    assert half.weights.sum() <= felt.weights.sum()


@given(vectors, st.sampled_from(sorted(EMOTIONS)), st.floats(0, 1))
def test_no_emotion_opens_lips_that_are_pressed_together(weights, name, intensity):
    spoken = FaceState(weights=seal(weights, 1.0))
    assert aperture(layer(spoken, pose((name, intensity))).weights) < 0.0


@given(vectors, st.sampled_from(sorted(EMOTIONS)))
def test_layers_stay_in_range(weights, name):
    result = layer(FaceState(weights=weights), pose(name)).weights
    assert result.min() >= 0.0 and result.max() <= 1.0 + 1e-6


def test_nobody_smiles_through_an_oo():
    spoken = layer(FaceState.of({"mouthPucker": 0.9}), pose("happy"))
    assert spoken["mouthSmileLeft"] < 0.5 * layer(NEUTRAL, pose("happy"))["mouthSmileLeft"]
    assert spoken["cheekSquintLeft"] == pytest.approx(layer(NEUTRAL, pose("happy"))["cheekSquintLeft"])


def test_feelings_mix_have_other_names_and_are_checked():
    mix = pose({"happy": 0.5, "surprised": 0.5})
    assert mix[ARKIT_INDEX["mouthSmileLeft"]] > 0.3 and mix[ARKIT_INDEX["browInnerUp"]] > 0.3
    for alias, name in ALIASES.items():
        np.testing.assert_array_equal(pose(alias), pose(name))
    with pytest.raises(StateError, match=r"hungry.*happy"):
        pose("hungry")
    with pytest.raises(StateError, match="Intensity"):
        pose(("happy", 1.5))


def test_feelings_fade_smoothly_and_repeatably():
    track = EmotionTrack()
    track.set(1.0, "happy", fade=0.5)
    track.set(1.2, "angry", fade=0.5)
    values = np.array([track.at(k / 100) for k in range(300)])
    assert not values[:100].any()
    np.testing.assert_allclose(values[-1], pose("angry"), atol=1e-6)
    assert np.abs(np.diff(values[:, :52], axis=0)).max() < 0.06
    np.testing.assert_array_equal(track.at(1.5), values[150])
    with pytest.raises(StateError, match="order"):
        track.set(0.5, "sad")


def test_a_long_life_of_moods_needs_little_memory():
    track = EmotionTrack()
    for k in range(5000):
        track.set(float(k), ("happy", "sad")[k % 2])
    assert len(track._keys) < 100
    np.testing.assert_allclose(track.at(6000.0), pose("sad"), atol=1e-6)


def test_emote_layers_over_any_sequence():
    states = list(emote([FaceState.of({"jawOpen": 0.4})] * 3, ("happy", 0.5)))
    assert len(states) == 3 and states[0]["jawOpen"] == pytest.approx(0.4) and states[0]["mouthSmileLeft"] > 0.2


# --- smoothing -------------------------------------------------------------------------------------------------------


def noisy(count, seed=0):
    rng = np.random.default_rng(seed)
    clean = np.zeros((count, 52), np.float32)
    clean[count // 2 :, ARKIT_INDEX["jawOpen"]] = 0.7
    return np.clip(clean + rng.normal(0, 0.02, clean.shape), 0, 1).astype(np.float32)


def test_noise_shrinks_and_a_step_arrives():
    raw = noisy(240)
    smooth = np.array([s.weights for s in OneEuro().over([FaceState(weights=w) for w in raw], 60)])
    rest = slice(20, 110)
    jitter = [np.abs(np.diff(signal[rest, ARKIT_INDEX["jawOpen"]])).mean() for signal in (raw, smooth)]
    assert jitter[1] < 0.5 * jitter[0]
    jaw = smooth[:, ARKIT_INDEX["jawOpen"]]
    assert jaw[120 + 12] > 0.9 * 0.7, "nine tenths of a full opening within 0.2 s"
    assert abs(jaw[-30:].mean() - 0.7) < 0.02


def test_head_gaze_shift_scale_and_landmarks_are_smoothed_too():
    rng = np.random.default_rng(1)
    frames = [
        FaceState(
            head=rng.normal(0, 1, 3).astype(np.float32),
            gaze=rng.normal(0, 1, 2).astype(np.float32),
            translation=rng.normal(0, 0.005, 2).astype(np.float32),
            scale=1.0 + float(rng.normal(0, 0.02)),
            landmark_offsets=rng.normal(0, 0.005, (478, 2)).astype(np.float32),
        )
        for _ in range(90)
    ]
    smooth = list(OneEuro().over(frames, 30))
    for name in ("head", "gaze", "translation", "scale", "landmark_offsets"):
        before, after = (np.std([getattr(s, name) for s in states[10:]], axis=0).mean() for states in (frames, smooth))
        assert after < 0.7 * before, name


def test_a_still_face_passes_unchanged_and_a_gap_starts_anew():
    face = FaceState.of({"jawOpen": 0.4}, head=(5, 0, 0))
    for state in OneEuro().over([face] * 10):
        np.testing.assert_allclose(state.weights, face.weights, atol=1e-6)
        np.testing.assert_allclose(state.head, face.head, atol=1e-5)
    euro = OneEuro()
    euro.apply(NEUTRAL, 0.0)
    assert euro.apply(face, 0.02)["jawOpen"] < 0.3
    assert euro.apply(face, 2.0)["jawOpen"] == pytest.approx(0.4)
    euro.reset()
    assert euro.apply(NEUTRAL, 0.0)["jawOpen"] == 0.0


def test_time_stamps_must_grow_and_values_be_finite():
    euro = OneEuro()
    euro.apply(NEUTRAL, 1.0)
    with pytest.raises(StateError, match="grow"):
        euro.apply(NEUTRAL, 1.0)
    with pytest.raises(StateError, match="finite"):
        euro.apply(FaceState(head=np.array([np.nan, 0, 0], np.float32)), 2.0)
    with pytest.raises(StateError):
        OneEuro(min_cutoff=0.0)
