"""Frames by name: every spelling lands on the right shape, nothing is doubled, mistakes are named."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npcface.drive import arkit
from npcface.drive.arkit import CHANNELS, LIVE_LINK_61, LOOK_PITCH, LOOK_YAW, MEDIAPIPE_52, looked
from npcface.errors import StateError
from npcface.state import FaceState
from npcface.vocab import ARKIT_52, ARKIT_INDEX, mirrored

weight = st.floats(0, 1, width=32)


def one(frame, **options):
    (state,) = arkit([frame], **options)
    return state


@pytest.mark.parametrize("name", ARKIT_52)
def test_every_spelling_moves_the_same_shape(name):
    spellings = [name, name[0].upper() + name[1:]]
    if name.endswith(("Left", "Right")):
        spellings.append(name.replace("Left", "_L").replace("Right", "_R"))
    for spelling in spellings:
        state = one({spelling: 0.5})
        assert state[name] == 0.5 and np.count_nonzero(state.weights) == 1


@given(st.dictionaries(st.sampled_from(ARKIT_52), weight))
def test_weights_arrive_unchanged(frame):
    state = one(frame)
    assert {name: state[name] for name in frame} == pytest.approx(frame, abs=1e-6)
    assert not state.weights[[ARKIT_INDEX[name] for name in ARKIT_52 if name not in frame]].any()


@given(st.lists(weight, min_size=61, max_size=61))
def test_live_link_arrays_are_read_in_live_links_order(values):
    state = one(values)
    for name, value in zip(LIVE_LINK_61[:52], values[:52], strict=True):
        assert state[name[0].lower() + name[1:]] == pytest.approx(value, abs=1e-6)


def test_live_link_names_are_arkits_with_nine_angles():
    assert len(set(LIVE_LINK_61)) == 61
    assert {n[0].lower() + n[1:] for n in LIVE_LINK_61[:52]} == set(ARKIT_52)
    assert set(LIVE_LINK_61) <= CHANNELS.keys()


def test_live_link_angles_are_radians_about_arkits_axes():
    state = one({"HeadYaw": math.radians(20), "HeadPitch": math.radians(10), "HeadRoll": math.radians(5)})
    np.testing.assert_allclose(state.head, [20, -10, -5], atol=1e-4)
    eyes = one({"LeftEyeYaw": math.radians(12), "RightEyeYaw": math.radians(8), "LeftEyePitch": 0.0})
    np.testing.assert_allclose(eyes.gaze, [10, 0], atol=1e-4)


@dataclass
class Category:
    category_name: str
    score: float


def test_mediapipe_categories_are_read_by_name():
    scores = {name: k / 100 for k, name in enumerate(MEDIAPIPE_52)}
    expected = one({name: score for name, score in scores.items() if name != "_neutral"})
    for frame in (
        [Category(name, score) for name, score in scores.items()],
        [{"category_name": name, "score": score} for name, score in scores.items()],
        [{"categoryName": name, "score": score, "index": 3} for name, score in scores.items()],
    ):
        np.testing.assert_array_equal(one(frame).weights, expected.weights)
    np.testing.assert_array_equal(one(list(scores.values()), names="mediapipe").weights, expected.weights)
    assert expected["tongueOut"] == 0.0


def test_an_array_of_52_is_arkits_own_order():
    values = np.linspace(0, 1, 52, dtype=np.float32)
    np.testing.assert_allclose(one(values).weights, values)
    reordered = one(values[::-1], names=ARKIT_52[::-1])
    np.testing.assert_allclose(reordered.weights, values)


@given(*[weight] * 8, st.floats(-20, 20), st.floats(-20, 20))
def test_an_explicit_gaze_is_the_whole_gaze(a, b, c, d, e, f, g, h, yaw, pitch):
    names = [f"eyeLook{way}{side}" for way in ("In", "Out", "Up", "Down") for side in ("Left", "Right")]
    state = one(dict(zip(names, (a, b, c, d, e, f, g, h), strict=True)) | {"gaze": [yaw, pitch]})
    np.testing.assert_allclose(state.gaze, np.clip([yaw, pitch] - looked(state.weights), -45, 45), atol=1e-3)


def test_looking_left_turns_the_left_eye_out_and_the_right_eye_in():
    np.testing.assert_allclose(looked(one({"eyeLookOutLeft": 1, "eyeLookInRight": 1}).weights), [LOOK_YAW, 0])
    np.testing.assert_allclose(looked(one({"eyeLookUpLeft": 1, "eyeLookUpRight": 1}).weights), [0, LOOK_PITCH])
    cross_eyed = one({"eyeLookInLeft": 1, "eyeLookInRight": 1})
    np.testing.assert_allclose(looked(cross_eyed.weights), [0, 0])


def test_live_links_eye_angles_repeat_its_weights_and_are_not_added():
    frame = {"EyeLookOutLeft": 0.5, "EyeLookInRight": 0.5, "LeftEyeYaw": 0.3, "RightEyeYaw": 0.3}
    assert not one(frame).gaze.any()


def test_pose_is_read_flat_and_nested():
    flat = {"headYaw": 3, "headPitch": -4, "headRoll": 5, "gazeYaw": 6, "gazePitch": -7, "translationX": 0.1,
            "translationY": -0.2, "scale": 1.5, "jawOpen": 0.25}  # fmt: skip
    nested = {"weights": {"jawOpen": 0.25}, "head": [3, -4, 5], "gaze": (6, -7), "translation": np.array([0.1, -0.2]),
              "scale": 1.5, "t": 3.0}  # fmt: skip
    a, b = one(flat), one(nested)
    for name in ("weights", "head", "gaze", "translation"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name))
    np.testing.assert_allclose(a.head, [3, -4, 5])
    assert a.scale == b.scale == 1.5


def test_gain_offset_and_clamp_come_from_the_table():
    percent = {name: replace(channel, gain=0.01) for name, channel in CHANNELS.items() if name in ARKIT_INDEX}
    assert one({"jawOpen": 40.0}, channels=percent)["jawOpen"] == pytest.approx(0.4)
    lifted = {"jawOpen": replace(CHANNELS["jawOpen"], offset=-0.1, high=0.5)}
    assert one({"jawOpen": 0.05}, channels=lifted)["jawOpen"] == 0.0
    assert one({"jawOpen": 0.9}, channels=lifted)["jawOpen"] == 0.5
    assert one({"jawOpen": 7.0})["jawOpen"] == 1.0


def test_sides_are_the_subjects_and_mirror_cleanly():
    for name in ARKIT_52:
        assert one({mirrored(name): 1.0})[mirrored(name)] == 1.0


def test_unknown_names_are_errors_with_the_nearest_names():
    with pytest.raises(StateError, match=r"jawOpn.*jawOpen"):
        one({"jawOpn": 1.0})
    assert one({"jawOpn": 1.0, "jawOpen": 0.5}, unknown="ignore")["jawOpen"] == 0.5


@pytest.mark.parametrize(
    "frame",
    [{"jawOpen": math.nan}, {"jawOpen": "wide"}, {"jawOpen": None}, [0.0] * 7, {"head": [1, 2]}, {"head": 3}, "jawOpen",
     5, [{"score": 1.0}], {"weights": 3}, {"scale": math.inf}],
)  # fmt: skip
def test_bad_frames_are_state_errors(frame):
    with pytest.raises(StateError):
        one(frame)


def test_bad_options_are_refused_at_once():
    with pytest.raises(StateError, match="alphabetical"):
        arkit([], names="alphabetical")
    with pytest.raises(StateError, match="maybe"):
        arkit([], unknown="maybe")


def test_states_pass_through_and_the_iterator_is_lazy():
    state = FaceState.of({"jawOpen": 0.5}, head=(1, 2, 3))
    endless = iter(lambda: state, None)
    assert next(arkit(endless))["jawOpen"] == 0.5
