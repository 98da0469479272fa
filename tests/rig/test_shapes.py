"""Every shape of the rig moves what its name says, on the side it says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from npcface.rig import landmarks as lm
from npcface.rig import load_rig
from npcface.rig.fit import looked
from npcface.vocab import ARKIT_52, ARKIT_INDEX, mirrored

RIG = load_rig()
SKIN = tuple(name for name in ARKIT_52 if name != "tongueOut")
SIDEWAYS = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")
"""Names in which the word is a direction, not a side."""
ONE_SIDED = tuple(n for n in SKIN if n != mirrored(n) and n not in SIDEWAYS)


def on_skin() -> NDArray[np.bool_]:
    """[G, G] nodes on skin: inside the rim and in no opening."""
    pixel = ((np.arange(RIG.grid) + 0.5) * RIG.face_masks.shape[1] / RIG.grid).astype(int)
    inside, *holes = RIG.face_masks[:, pixel[:, None], pixel[None, :]]
    return (inside > 127) & (np.max(holes, axis=0) < 127)


SKIN_NODES = on_skin()
PLACE = RIG.face_mean[SKIN_NODES].astype(np.float64)  # [P, 3] head units


def motion(name: str) -> NDArray[np.float64]:
    """[P, 3] displacement of the skin."""
    return RIG.face_shapes[ARKIT_INDEX[name]][SKIN_NODES].astype(np.float64)


def energy(name: str) -> NDArray[np.float64]:
    """[P] share of the motion's energy at every node."""
    squared = (motion(name) ** 2).sum(axis=1)
    return np.asarray(squared / squared.sum())


def landmark(*indices: int) -> NDArray[np.float64]:
    return np.asarray(RIG.landmarks[0][list(indices)].mean(axis=0))


EYE, BROW, LIPS, NOSE_TIP, CHIN = (
    landmark(*lm.LEFT_EYE), landmark(*lm.LEFT_BROW), landmark(*lm.LIPS_OUTER), landmark(1), landmark(152),
)  # fmt: skip

# name's beginning → where the centre of the motion lies (|x|, y) and the band of y that holds the energy, head units
REGIONS = {
    "brow": ((0.0, 6.5), (BROW[1] - 0.5, BROW[1] + 3.0), (2.0, 12.5)),
    "cheekPuff": ((0.0, 0.5), (LIPS[1] - 1.0, NOSE_TIP[1]), (-7.0, 0.3)),
    "cheekSquint": ((EYE[0], 6.5), (LIPS[1], EYE[1]), (-6.5, 7.6)),
    "eyeSquint": ((EYE[0] - 1.4, EYE[0] + 1.8), (NOSE_TIP[1], EYE[1]), (-3.5, 4.9)),
    "eye": ((EYE[0] - 1.4, EYE[0] + 1.4), (EYE[1] - 0.6, EYE[1] + 1.0), (1.7, 4.9)),
    "jaw": ((0.0, 0.6), (CHIN[1], LIPS[1]), (-9.0, -1.9)),
    "mouth": ((0.0, 4.0), (LIPS[1] - 2.7, NOSE_TIP[1] - 1.0), (-9.0, 1.3)),
    "noseSneer": ((1.0, 4.0), (LIPS[1], EYE[1]), (-6.5, 7.2)),
}
OUTSIDE = 0.035
"""Most energy that may lie outside the band; the worst shapes, the cheek squints, have 2.6 %."""
OTHER_SIDE = 0.11
"""Most energy on the other side: mouthLowerDown pulls the middle of the lip and has 10.6 %, lids and brows 0.6 %."""


def region(name: str) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    return next(value for start, value in REGIONS.items() if name.startswith(start))


@pytest.mark.parametrize("name", SKIN)
def test_shape_moves_what_it_names_and_nothing_else(name: str) -> None:
    share = energy(name)
    across, height, band = region(name)
    centre = share @ PLACE
    assert across[0] <= abs(centre[0]) <= across[1]
    assert height[0] <= centre[1] <= height[1]
    outside = (PLACE[:, 1] < band[0]) | (PLACE[:, 1] > band[1])
    assert share[outside].sum() < OUTSIDE


@pytest.mark.parametrize("name", [n for n in SKIN if n.startswith(("jaw", "mouth"))])
def test_mouth_and_jaw_leave_the_eyes_alone(name: str) -> None:
    assert energy(name)[PLACE[:, 1] > EYE[1] - 1.0].sum() < 0.005


@pytest.mark.parametrize("name", [n for n in SKIN if n.startswith(("brow", "eye")) and "Squint" not in n])
def test_brows_and_lids_leave_nose_and_mouth_alone(name: str) -> None:
    assert energy(name)[PLACE[:, 1] < NOSE_TIP[1]].sum() < 0.005


@pytest.mark.parametrize("name", ONE_SIDED)
def test_left_is_the_subjects_left(name: str) -> None:
    side = 1 if name.endswith("Left") else -1
    assert energy(name)[side * PLACE[:, 0] < 0].sum() < OTHER_SIDE


@pytest.mark.parametrize("name", [n for n in ONE_SIDED if n.startswith(("eye", "brow", "cheek"))])
def test_one_eye_does_not_know_what_the_other_does(name: str) -> None:
    side = 1 if name.endswith("Left") else -1
    assert energy(name)[side * PLACE[:, 0] < 0].sum() < 0.007


@pytest.mark.parametrize("name", SIDEWAYS)
def test_left_as_a_direction_is_the_subjects_left_too(name: str) -> None:
    drift = energy(name) @ motion(name)
    assert drift[0] * (1 if name.endswith("Left") else -1) > 0.5
    assert abs(drift[1]) < 0.1


@pytest.mark.parametrize("name", SKIN)
def test_mirrored_shape_is_the_mirror_image(name: str) -> None:
    shape = RIG.face_shapes[ARKIT_INDEX[name]].astype(np.float64)
    twin = RIG.face_shapes[ARKIT_INDEX[mirrored(name)]][:, ::-1].astype(np.float64) * (-1, 1, 1)
    assert ((shape - twin) ** 2).sum() < 0.003 * (shape**2).sum()


@pytest.mark.parametrize(
    ("name", "axis", "sign"),
    [
        ("browDownLeft", 1, -1), ("browInnerUp", 1, 1), ("browOuterUpLeft", 1, 1), ("cheekPuff", 2, 1),
        ("cheekSquintLeft", 1, 1), ("eyeBlinkLeft", 1, -1), ("eyeWideLeft", 1, 1), ("eyeLookUpLeft", 1, 1),
        ("eyeLookDownLeft", 1, -1), ("jawForward", 2, 1), ("jawOpen", 1, -1), ("mouthClose", 1, 1),
        ("mouthFunnel", 2, 1), ("mouthPucker", 2, 1), ("mouthSmileLeft", 1, 1), ("mouthFrownLeft", 1, -1),
        ("mouthStretchLeft", 0, 1), ("mouthUpperUpLeft", 1, 1), ("mouthLowerDownLeft", 1, -1),
        ("mouthShrugUpper", 1, 1), ("mouthShrugLower", 1, 1), ("noseSneerLeft", 1, 1),
    ],
)  # fmt: skip
def test_shape_moves_the_way_its_name_says(name: str, axis: int, sign: int) -> None:
    drift = energy(name) @ motion(name)
    assert sign * drift[axis] > 0.05
    for side in {name, mirrored(name)} if axis else ():
        assert (energy(side) @ motion(side))[axis] == pytest.approx(drift[axis], abs=0.02)


def test_a_blink_brings_the_lids_together() -> None:
    mean, _, shapes = RIG.landmarks
    for side, upper, lower in (
        ("Left", lm.LEFT_UPPER_LID, lm.LEFT_LOWER_LID),
        ("Right", lm.RIGHT_UPPER_LID, lm.RIGHT_LOWER_LID),
    ):
        shut = mean + shapes[ARKIT_INDEX[f"eyeBlink{side}"]]
        gap = (mean[list(upper)] - mean[list(lower)])[1:-1, 1]
        left = (shut[list(upper)] - shut[list(lower)])[1:-1, 1]
        assert left.mean() < 0.25 * gap.mean()


def test_a_smile_widens_the_mouth_and_lifts_its_corner() -> None:
    shapes = RIG.landmarks[2]
    for side, corner, outwards in (("Left", 291, 1), ("Right", 61, -1)):
        moved = shapes[ARKIT_INDEX[f"mouthSmile{side}"], corner]
        assert outwards * moved[0] > 0.3 and moved[1] > 0.3


def test_mouth_close_takes_back_the_lips_of_an_open_jaw() -> None:
    mean, _, shapes = RIG.landmarks

    def gap(*names: str) -> float:
        at = mean + np.sum([shapes[ARKIT_INDEX[name]] for name in names], axis=0)
        return float((at[[0, 37, 267]] - at[[17, 84, 314]])[:, 1].mean())

    rest = gap("tongueOut")
    assert gap("jawOpen") > rest + 2.0
    assert abs(gap("jawOpen", "mouthClose") - rest) < 0.8


def test_only_the_jaw_moves_teeth_and_only_the_lower_ones() -> None:
    for name in ARKIT_52:
        index = ARKIT_INDEX[name]
        lower, upper, tongue = (
            float((RIG.mouth[f"{part}_shapes"][index].astype(np.float64) ** 2).sum())
            for part in ("lower", "upper", "tongue")
        )
        if name.startswith("jaw"):
            # a few nodes at the rear corners of the upper sheet belong to the lower jaw
            assert lower > 100 and tongue > 10 and upper < 0.03 * lower, name
        else:
            assert lower < 1e-6 and upper < 1e-6 and (tongue < 1e-6) == (name != "tongueOut"), name


def test_tongue_out_moves_the_tongue_alone_and_past_the_lips() -> None:
    index = ARKIT_INDEX["tongueOut"]
    assert not RIG.face_shapes[index].any()
    out = RIG.mouth["tongue_mean"] + RIG.mouth["tongue_shapes"][index]
    lips = RIG.landmarks[0][[13, 14], 2].max()
    assert RIG.mouth["tongue_mean"][-1, :, 2].max() < lips < out[..., 2].max() - 1.0
    assert out[-1, :, 1].mean() < RIG.mouth["tongue_mean"][-1, :, 1].mean() - 0.5, "its tip bends down"


@pytest.mark.parametrize(
    ("name", "eye", "axis", "sign"),
    [
        ("eyeLookOutLeft", 0, 0, 1), ("eyeLookInLeft", 0, 0, -1), ("eyeLookUpLeft", 0, 1, 1),
        ("eyeLookDownLeft", 0, 1, -1), ("eyeLookInRight", 1, 0, 1), ("eyeLookOutRight", 1, 0, -1),
        ("eyeLookUpRight", 1, 1, 1), ("eyeLookDownRight", 1, 1, -1),
    ],
)  # fmt: skip
def test_look_shapes_turn_one_eye_one_way(name: str, eye: int, axis: int, sign: int) -> None:
    weights = np.zeros(52)
    weights[ARKIT_INDEX[name]] = 1.0
    turned = looked(weights)
    assert sign * turned[eye, axis] > 15
    turned[eye, axis] = 0
    assert not turned.any()
