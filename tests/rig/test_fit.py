"""The fit finds back what a picture was made from: pose, place, identity, expression and gaze."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.rig import Fit, fit_landmarks, load_rig
from npcface.rig.fit import looked
from npcface.rig.landmarks import IBUG_68, inter_ocular
from npcface.rig.pose import rotation
from npcface.vocab import ARKIT_INDEX

RIG = load_rig()
MODES = len(RIG.face_identity)
PLACE, SCALE = np.array([260.0, 330.0]), 14.0  # px, px per head unit


def vector(**weights: float) -> NDArray[np.float64]:
    made = np.zeros(52)
    for name, value in weights.items():
        made[ARKIT_INDEX[name]] = value
    return made


def head(
    identity: NDArray[np.float64] | None = None, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """[468, 3] landmarks of a head."""
    mean, modes, shapes = RIG.landmarks
    who = np.zeros(MODES) if identity is None else identity
    return mean + np.tensordot(who, modes, 1) + np.tensordot(vector() if weights is None else weights, shapes, 1)


def seen(
    points: NDArray[np.float64],
    turn: tuple[float, float, float] = (0.0, 0.0, 0.0),
    gaze: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """[478, 2] picture of a head; without a gaze the irises are unknown."""
    camera = Fit(rotation(np.array(turn)), SCALE, PLACE, np.zeros(MODES), vector(), np.zeros((468, 2)), np.zeros(2))
    picture = np.full((478, 2), np.nan)
    picture[:468] = camera.project(points)
    if gaze is not None:
        forward = rotation(np.array([*gaze, 0.0])) @ (0.0, 0.0, float(RIG.eye_radius[0]))
        left, right = camera.project(RIG.eye_centres + forward)
        picture[473:], picture[468:473] = left, right
    return picture


@pytest.mark.parametrize(
    "turn", [(0, 0, 0), (30, 0, 0), (-30, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 25), (-25, 15, -20)]
)
def test_pose_place_and_scale_are_found(turn: tuple[float, float, float]) -> None:
    fit = fit_landmarks(RIG, seen(head(), turn))
    assert fit.head_deg == pytest.approx(turn, abs=0.1)
    assert fit.place_px == pytest.approx(PLACE, abs=0.1) and fit.scale_px == pytest.approx(SCALE, rel=0.002)
    assert np.abs(fit.residual_px).max() < 0.05
    assert np.abs(fit.identity).max() < 0.02 and fit.weights.max() < 0.02


def test_project_is_what_the_fit_means() -> None:
    points = head(weights=vector(jawOpen=0.5))
    picture = seen(points, (10, 5, -8))
    fit = fit_landmarks(RIG, picture, identity=np.zeros(MODES))
    fitted = fit.project(head(weights=fit.weights))
    assert fitted + fit.residual_px == pytest.approx(picture[:468], abs=1e-6)


def test_identity_is_found_from_its_shape() -> None:
    who = np.random.default_rng(4).normal(0, 0.8, MODES)
    points = head(who)
    fit = fit_landmarks(RIG, seen(points, (12, -6, 4)))
    found = head(fit.identity, fit.weights)
    apart = np.linalg.norm(found - points, axis=1).mean()
    assert apart < 0.4 * np.linalg.norm(head() - points, axis=1).mean()
    assert np.abs(fit.residual_px).mean() < 0.01 * inter_ocular(seen(points))
    assert np.corrcoef(fit.identity[:4], who[:4])[0, 1] > 0.9


@pytest.mark.parametrize(
    "weights",
    [
        {"jawOpen": 0.6}, {"eyeBlinkLeft": 0.9}, {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6}, {"mouthPucker": 0.7},
        {"browInnerUp": 0.8}, {"mouthLeft": 0.6}, {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0, "jawOpen": 0.3},
    ],
)  # fmt: skip
def test_expression_of_a_known_head_is_found(weights: dict[str, float]) -> None:
    truth = vector(**weights)
    fit = fit_landmarks(RIG, seen(head(weights=truth), (8, 4, 2)), identity=np.zeros(MODES), trust=3.0)
    for name, value in weights.items():
        assert fit.weights[ARKIT_INDEX[name]] == pytest.approx(value, abs=0.2), name
    wrong = np.linalg.norm(head(weights=fit.weights) - head(weights=truth), axis=1)
    assert wrong.mean() < 0.05, "head units; motion itself is up to 4"
    assert fit.weights.min() >= 0 and fit.weights.max() <= 1


def test_one_eyes_blink_is_not_the_others() -> None:
    fit = fit_landmarks(RIG, seen(head(weights=vector(eyeBlinkLeft=1.0))), identity=np.zeros(MODES), trust=3.0)
    assert fit.weights[ARKIT_INDEX["eyeBlinkRight"]] < 0.1


def test_the_trackers_guess_settles_what_points_cannot_see() -> None:
    picture = seen(head())
    assert fit_landmarks(RIG, picture, {"tongueOut": 0.8, "cheekPuff": 0.0}).weights[
        ARKIT_INDEX["tongueOut"]
    ] == pytest.approx(0.8, abs=0.01)
    assert fit_landmarks(RIG, picture).weights[ARKIT_INDEX["tongueOut"]] == pytest.approx(0.0, abs=0.01)
    assert fit_landmarks(RIG, picture, {"notAShape": 1.0}).weights.max() < 0.02


def test_a_persons_own_rest_and_shapes_replace_the_rigs() -> None:
    random = np.random.default_rng(2)
    rest = head(random.normal(0, 1, MODES)) + random.normal(0, 0.05, (468, 3))
    shapes = RIG.landmarks[2] * 1.3
    picture = seen(rest + 0.5 * shapes[ARKIT_INDEX["jawOpen"]], (-10, 5, 0))
    fit = fit_landmarks(RIG, picture, rest=rest, shapes=shapes, trust=3.0)
    assert fit.head_deg == pytest.approx((-10, 5, 0), abs=0.5)
    assert fit.weights[ARKIT_INDEX["jawOpen"]] == pytest.approx(0.5, abs=0.05)
    assert not fit.identity.any()
    assert np.abs(fit.residual_px).max() < 0.01 * inter_ocular(picture)


def test_unknown_points_are_ignored() -> None:
    turn, truth = (15.0, -8.0, 6.0), vector(jawOpen=0.5)
    whole = seen(head(weights=truth), turn)
    few = np.full_like(whole, np.nan)
    few[IBUG_68] = whole[IBUG_68]
    fit = fit_landmarks(RIG, few, identity=np.zeros(MODES), trust=3.0)
    assert fit.head_deg == pytest.approx(turn, abs=1.0)
    assert fit.weights[ARKIT_INDEX["jawOpen"]] == pytest.approx(0.5, abs=0.15)
    assert np.isfinite(fit.residual_px).all()
    assert not fit.residual_px[np.setdiff1d(np.arange(468), IBUG_68)].any()


def test_a_start_from_the_frame_before_needs_few_rounds() -> None:
    before = fit_landmarks(RIG, seen(head(), (10, 0, 0)), identity=np.zeros(MODES))
    after = fit_landmarks(RIG, seen(head(), (13, 1, 0)), identity=np.zeros(MODES), start=before, rounds=3)
    assert after.head_deg == pytest.approx((13, 1, 0), abs=0.2)


@pytest.mark.parametrize("gaze", [(0, 0), (20, 0), (-20, 0), (0, 12), (0, -12)])
@pytest.mark.parametrize("turn", [(0, 0, 0), (20, -10, 10)])
def test_gaze_is_relative_to_the_head(gaze: tuple[float, float], turn: tuple[float, float, float]) -> None:
    fit = fit_landmarks(RIG, seen(head(), turn, gaze), identity=np.zeros(MODES))
    assert fit.gaze_deg + looked(fit.weights).mean(axis=0) == pytest.approx(gaze, abs=1.5)


def test_without_irises_there_is_no_gaze() -> None:
    assert not fit_landmarks(RIG, seen(head())).gaze_deg.any()


def test_fit_is_repeatable() -> None:
    picture = seen(head(np.random.default_rng(1).normal(0, 1, MODES)), (5, 5, 5))
    first, second = fit_landmarks(RIG, picture), fit_landmarks(RIG, picture)
    assert np.array_equal(first.weights, second.weights) and np.array_equal(first.identity, second.identity)
