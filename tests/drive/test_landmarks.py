"""Landmark frames → states: exact where they lie, or the expression without the driver's bones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.character import Character
from npcface.drive import LandmarkDriver, landmarks
from npcface.enroll.detect import Landmarker
from npcface.errors import StateError
from npcface.render import Renderer
from npcface.rig import Fit, load_rig
from npcface.rig.landmarks import IBUG_68, inter_ocular
from npcface.rig.pose import PIVOT, rotation
from npcface.state import FaceState
from npcface.vocab import ARKIT_52, ARKIT_INDEX

RIG = load_rig()
MODES = len(RIG.face_identity)
SIDE = 512
FRAME = (SIDE, SIDE)
ACTS: dict[str, dict[str, float]] = {
    "neutral": {}, "jaw": {"jawOpen": 0.6}, "pucker": {"mouthPucker": 0.8},
    "blink": {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
    "smile": {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8}, "brows": {"browInnerUp": 0.8}, "left": {"mouthLeft": 0.7},
}  # fmt: skip


def person(seed: int, size: float = 0.8) -> NDArray[np.float64]:
    """[K] somebody's bones."""
    return np.random.default_rng(seed).normal(0, size, MODES)


def picture(
    who: NDArray[np.float64], weights: dict[str, float] | None = None, turn: tuple[float, float, float] = (0, 0, 0),
    gaze: tuple[float, float] = (0, 0), scale: float = 14.0, place: tuple[float, float] = (256.0, 330.0),
) -> NDArray[np.float64]:  # fmt: skip
    """[478, 2] px: what a perfect detector would see of that somebody."""
    mean, modes, shapes = RIG.landmarks
    vector = np.zeros(52)
    for name, value in (weights or {}).items():
        vector[ARKIT_INDEX[name]] = value
    nothing = np.zeros(0)
    camera = Fit(rotation(np.array(turn)), scale, np.array(place), nothing, nothing, nothing, nothing)
    points = np.zeros((478, 2))
    points[:468] = camera.project(mean + np.tensordot(who, modes, 1) + np.tensordot(vector, shapes, 1))
    centres = RIG.eye_centres + np.tensordot(who, RIG.eye_identity, 1)
    forward = rotation(np.array([*gaze, 0.0])) @ (0.0, 0.0, float(RIG.eye_radius[0]))
    points[473:], points[468:473] = camera.project(centres + forward)
    return points


def perform(driver: LandmarkDriver, who: NDArray[np.float64]) -> dict[str, FaceState]:
    """The states of all acts, after a while in which the driver is learned."""
    for yaw in (-15, 0, 15):
        driver.state(picture(who, turn=(yaw, 0, 0)), FRAME)
    return {name: driver.state(picture(who, weights), FRAME) for name, weights in ACTS.items()}


@pytest.fixture(scope="module")
def performances(character: Character) -> list[dict[str, FaceState]]:
    """Three people do the same things."""
    return [perform(LandmarkDriver(character), person(seed)) for seed in (5, 6, 7)]


class TestAbsolute:
    """Re-enactment: everything goes exactly where the driver's is."""

    @pytest.mark.parametrize("seed", [1, 2])
    def test_pose_shape_and_offsets_together_are_the_drivers_points(self, character: Character, seed: int) -> None:
        points = picture(person(seed), {"jawOpen": 0.5, "eyeBlinkLeft": 0.6}, (12, -6, 8))
        state = LandmarkDriver(character, "absolute").state(points, FRAME)
        tensors = character.tensors
        rest = RIG.at(tensors["face_rest"].astype(np.float64), RIG.landmark_coords)
        shapes = RIG.landmarks[2].copy()
        own_blinks = RIG.at(tensors["face_blink"].astype(np.float64), RIG.landmark_coords)
        shapes[[ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]] += own_blinks
        head = (rest + np.tensordot(state.weights, shapes, 1) - PIVOT) @ rotation(state.head.astype(np.float64)).T
        at = tensors["place"] + state.translation * (1, -1) + head[:, :2] * (1, -1) * tensors["unit"][0] * state.scale
        assert state.landmark_offsets is not None
        left, top, side, *_ = tensors["frame"]
        wanted = (points[:468] * (tensors["frame"][3] / SIDE) - (left, top)) / side
        assert at + state.landmark_offsets[:468] * (1, -1) == pytest.approx(wanted, abs=2e-4)

    def test_the_rendered_face_shows_the_drivers_landmarks(self, character_store: Any) -> None:
        ada, ben = (Character.load(character_store / name) for name in ("ada", "ben"))
        renderer = Renderer(provider="cpu")

        def look(who: Character, state: FaceState) -> NDArray[np.float32]:
            image = renderer.render([who], [state], SIDE)[0, ..., :3]
            faces = landmarker.detect(np.ascontiguousarray(image))
            assert len(faces) == 1
            return np.asarray(faces[0].points[:468, :2])

        with Landmarker() as landmarker:
            for act in (
                FaceState(),
                FaceState.of({"jawOpen": 0.6}),
                FaceState.of({"mouthPucker": 0.8}, head=(12, 0, 8)),
            ):
                image = renderer.render([ben], [act], SIDE)[0, ..., :3]
                asked = landmarker.detect(np.ascontiguousarray(image))[0].points
                for who in (ada, ben):
                    got = look(who, LandmarkDriver(who, "absolute").state(asked, FRAME))
                    apart = np.linalg.norm(got - asked[:468, :2], axis=1).mean() / inter_ocular(asked)
                    assert apart < 0.013, "of the inter-ocular distance; 0.9 % was measured"

    def test_the_portraits_framing_counts_not_its_resolution(self, character: Character) -> None:
        points = picture(person(3), {"jawOpen": 0.4}, (5, 5, 5))
        first = LandmarkDriver(character, "absolute").state(points, FRAME)
        second = LandmarkDriver(character, "absolute").state(points * 2.5, (1280, 1280))
        assert second.weights == pytest.approx(first.weights, abs=1e-3)
        assert second.translation == pytest.approx(first.translation, abs=1e-4)

    def test_place_and_size_follow_the_driver(self, character: Character) -> None:
        driver = LandmarkDriver(character, "absolute")
        before = driver.state(picture(person(1)), FRAME)
        after = driver.state(picture(person(1), place=(256 + 0.1 * SIDE, 330 - 0.05 * SIDE), scale=14 * 1.2), FRAME)
        assert after.translation - before.translation == pytest.approx((0.1, 0.05), abs=0.005)
        assert after.scale / before.scale == pytest.approx(1.2, abs=0.01)


class TestRelative:
    """Retargeting: expression, turn and gaze cross over; place, size and bones do not."""

    @pytest.mark.parametrize("index", [0, 1, 2])
    def test_expressions_cross_over_from_anybody(self, performances: list[dict[str, FaceState]], index: int) -> None:
        states = performances[index]
        quiet = states["neutral"]
        assert quiet.weights.max() < 0.3
        for act, weights in ACTS.items():
            for name, value in weights.items():
                assert states[act][name] - quiet[name] > 0.45 * value, act
            for other in ACTS.keys() - {act, "neutral"}:
                for name in ACTS[other]:
                    assert states[act][name] - quiet[name] < 0.3, f"{act} is no {other}"

    def test_bones_do_not_cross_over(self, performances: list[dict[str, FaceState]]) -> None:
        for act in ACTS:
            weights = np.stack([states[act].weights for states in performances])
            assert np.ptp(weights, axis=0).mean() < 0.08
        for states in performances:
            assert states["neutral"].scale == pytest.approx(1, abs=0.02)
            assert states["neutral"].landmark_offsets is None

    @pytest.mark.parametrize("stretch", [(1.05, 1.0), (1.0, 1.05)])
    def test_a_wider_or_longer_face_changes_little(self, character: Character, stretch: tuple[float, float]) -> None:
        plain, stretched = LandmarkDriver(character), LandmarkDriver(character)
        for weights in ACTS.values():
            points = picture(person(5), weights)
            first = plain.state(points, FRAME).weights
            second = stretched.state(points * stretch, FRAME).weights
            assert np.abs(first - second).mean() < 0.04 and np.abs(first - second).max() < 0.3

    def test_place_and_size_of_the_drivers_picture_do_not_count(self, character: Character) -> None:
        near, far = LandmarkDriver(character), LandmarkDriver(character)
        for weights in ACTS.values():
            points = picture(person(5), weights, (10, 5, 0))
            first, second = near.state(points, FRAME), far.state(points * 1.7 + (300, 40), (1920, 1080))
            assert first.weights == pytest.approx(second.weights, abs=1e-3)
            assert first.head == pytest.approx(second.head, abs=0.01)
            assert first.translation == pytest.approx(second.translation, abs=1e-3)

    @pytest.mark.parametrize("turn", [(20, 0, 0), (-20, 0, 0), (0, 12, 0), (0, -12, 0), (0, 0, 15), (0, 0, -15)])
    def test_turns_keep_their_sign_and_size(self, character: Character, turn: tuple[float, float, float]) -> None:
        driver = LandmarkDriver(character)
        before = driver.state(picture(person(5)), FRAME).head
        assert driver.state(picture(person(5), turn=turn), FRAME).head - before == pytest.approx(turn, abs=3.5)

    @pytest.mark.parametrize(
        ("gaze", "axis", "sign"), [((18, 0), 0, 1), ((-18, 0), 0, -1), ((0, 12), 1, 1), ((0, -12), 1, -1)]
    )
    def test_gaze_crosses_over(self, character: Character, gaze: tuple[float, float], axis: int, sign: int) -> None:
        from npcface.rig.fit import looked

        driver = LandmarkDriver(character)

        def total(state: FaceState) -> NDArray[np.float64]:
            return np.asarray(state.gaze + looked(state.weights).mean(axis=0))

        before = total(driver.state(picture(person(5)), FRAME))
        after = total(driver.state(picture(person(5), gaze=gaze), FRAME))
        assert sign * (after - before)[axis] > 7
        assert abs((after - before)[1 - axis]) < 4

    def test_a_step_to_the_side_and_nearer_crosses_over_from_the_first_frame(self, character: Character) -> None:
        driver = LandmarkDriver(character)
        assert not driver.state(picture(person(5)), FRAME).translation.any()
        moved = driver.state(picture(person(5), place=(256 + 28, 330 - 14), scale=14 * 1.1), FRAME)
        unit = float(character.tensors["unit"][0])
        assert moved.translation == pytest.approx((2 * unit, 1 * unit), abs=0.2 * unit)
        assert moved.scale == pytest.approx(1.1, abs=0.02)


@pytest.mark.parametrize("motion", ["absolute", "relative"])
def test_68_points_do_nearly_as_well(character: Character, motion: Any) -> None:
    full, few = LandmarkDriver(character, motion), LandmarkDriver(character, motion)
    for weights in ({}, {"jawOpen": 0.6}, {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8}):
        points = picture(person(5), weights, (8, 4, 3))
        first, second = full.state(points, FRAME), few.state(points[IBUG_68], FRAME)
        assert second.head == pytest.approx(first.head, abs=3)
        assert not second.gaze.any(), "68 points have no irises"
        for name in weights:
            assert second[name] == pytest.approx(first[name], abs=0.25)
        second.checked()


@pytest.mark.parametrize("motion", ["absolute", "relative"])
def test_states_are_ready_to_render(character: Character, motion: Any) -> None:
    frames = [(picture(person(5), weights, (10, 0, 0)), FRAME) for weights in ACTS.values()]
    states = list(landmarks(character, frames, motion))
    assert len(states) == len(frames)
    images = Renderer(provider="cpu").render([character] * len(states), states, 64)
    assert len({image.tobytes() for image in images}) == len(states), "every frame shows something else"


def test_the_trackers_own_guess_helps(character: Character) -> None:
    points = picture(person(5), {"cheekPuff": 0.8})
    state = LandmarkDriver(character).state(points, FRAME, {"cheekPuff": 0.8, "tongueOut": 0.5})
    assert state["cheekPuff"] == pytest.approx(0.8, abs=0.2) and state["tongueOut"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((467, 2)), np.zeros((478, 1)), np.zeros(478), np.zeros((0, 2)), np.zeros((1, 478, 2)),
        np.full((478, 2), np.nan), np.where(np.arange(956).reshape(478, 2) == 3, np.inf, 1.0),
    ],
)  # fmt: skip
def test_wrong_points_are_a_typed_error_and_harm_nothing(character: Character, bad: NDArray[np.float64]) -> None:
    driver, clean = LandmarkDriver(character), LandmarkDriver(character)
    with pytest.raises(StateError, match=r"478, 2|finite"):
        driver.state(bad, FRAME)
    points = picture(person(5))
    assert np.array_equal(driver.state(points, FRAME).weights, clean.state(points, FRAME).weights)


def test_all_52_weights_stay_in_range(character: Character) -> None:
    driver = LandmarkDriver(character)
    noise = np.random.default_rng(0)
    for _ in range(5):
        state = driver.state(picture(person(5)) + noise.normal(0, 12, (478, 2)), FRAME)
        assert len(state.weights) == len(ARKIT_52)
        assert state.weights.min() >= 0 and state.weights.max() <= 1 and np.isfinite(state.head).all()


@pytest.mark.parametrize("motion", ["relative", "absolute"])
def test_points_that_fit_no_head_leave_no_trace(character: Character, motion: Any) -> None:
    face = RIG.at(RIG.face_mean, RIG.landmark_coords)[:, :2] * (12.0, -12.0) + 256.0
    points = np.concatenate([face, np.tile(face.mean(axis=0), (10, 1))])
    untroubled, driver = LandmarkDriver(character, motion), LandmarkDriver(character, motion)
    for _ in range(2):
        with pytest.raises(StateError):
            driver.state(np.zeros((68, 2)), FRAME)
        assert np.array_equal(driver.state(points, FRAME).weights, untroubled.state(points, FRAME).weights)
