"""A rendered face does what its state says: exactly, by what shows of dyed eyes and mouths."""

from __future__ import annotations

import numpy as np
import pytest

from npcface.character import Character
from npcface.render import Renderer
from npcface.state import FaceState
from tests.render.conftest import Visible, centre

BLINK = {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0}
TURNS = [(0, 0, 0), (20, 0, 0), (-20, 0, 0), (0, -15, 0), (0, 15, 0), (0, 0, 20)]


@pytest.fixture(params=[0, 1], ids=["ada", "ben"])
def person(request: pytest.FixtureRequest, people: list[Character]) -> Character:
    return people[request.param]


def halves(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The subject's left (viewer's right) and right half of a frontal face's mask."""
    left, right = mask.copy(), mask.copy()
    left[:, :256], right[:, 256:] = False, False
    return left, right


def test_eyes_are_open_and_the_mouth_is_shut_at_zero(person: Character, visible: Visible) -> None:
    left, right = halves(visible(person, "eyes", FaceState()))
    assert left.sum() > 200 and right.sum() > 200
    assert visible(person, "mouth", FaceState()).sum() < 10


@pytest.mark.parametrize("turn", TURNS)
def test_lids_close_over_the_eyeballs(person: Character, visible: Visible, turn: tuple[float, float, float]) -> None:
    shut = visible(person, "eyes", FaceState.of(BLINK, head=turn)).sum()
    share = shut / visible(person, "eyes", FaceState.of(head=turn)).sum()
    assert share < (0.25 if turn[1] > 0 else 0.15), "seen from below a line of lashes stays"


def test_a_wink_leaves_the_other_eye_alone(person: Character, visible: Visible) -> None:
    open_left, open_right = halves(visible(person, "eyes", FaceState()))
    for name, ours, other in (("eyeBlinkLeft", 0, 1), ("eyeBlinkRight", 1, 0)):
        winking = halves(visible(person, "eyes", FaceState.of({name: 1.0})))
        before = (open_left, open_right)
        assert winking[ours].sum() < 0.15 * before[ours].sum()
        assert (winking[other] ^ before[other]).sum() <= 0.05 * before[other].sum()


def test_lids_open_in_order(person: Character, visible: Visible) -> None:
    states = [BLINK, dict.fromkeys(BLINK, 0.5), {}, {"eyeWideLeft": 1.0, "eyeWideRight": 1.0}]
    areas = [int(visible(person, "eyes", FaceState.of(weights)).sum()) for weights in states]
    assert areas[0] < 0.5 * areas[1] and areas[1] < 0.75 * areas[2] and 1.1 * areas[2] < areas[3]
    squint = visible(person, "eyes", FaceState.of({"eyeSquintLeft": 1.0, "eyeSquintRight": 1.0})).sum()
    assert squint < 0.9 * areas[2]


def test_the_jaw_opens_the_mouth_and_mouth_close_shuts_it(person: Character, visible: Visible) -> None:
    full, half = (visible(person, "mouth", FaceState.of({"jawOpen": value})).sum() for value in (1.0, 0.5))
    assert full > 1200 and 0.3 * full < half < 0.7 * full
    for value in (0.5, 1.0):
        closed = visible(person, "mouth", FaceState.of({"jawOpen": value, "mouthClose": value})).sum()
        assert closed < 0.05 * full


@pytest.mark.parametrize(
    "weights",
    [
        {"mouthPressLeft": 0.6, "mouthPressRight": 0.6},
        {"mouthRollLower": 0.3, "mouthRollUpper": 0.3, "mouthPressLeft": 0.3, "mouthPressRight": 0.3},
        {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}, {"mouthFrownLeft": 1.0, "mouthFrownRight": 1.0},
        {"mouthPucker": 1.0}, {"mouthLeft": 1.0}, {"jawLeft": 0.6}, BLINK,
    ],
)  # fmt: skip
def test_lips_stay_together_where_nothing_parts_them(
    person: Character, visible: Visible, weights: dict[str, float]
) -> None:
    assert visible(person, "mouth", FaceState.of(weights)).sum() < 40, "an open mouth shows more than 1200"


@pytest.mark.parametrize("turn", TURNS)
def test_a_shut_mouth_stays_shut_when_the_head_turns(
    person: Character, visible: Visible, turn: tuple[float, float, float]
) -> None:
    assert visible(person, "mouth", FaceState.of(head=turn)).sum() < 40


def test_gaze_turns_both_irises(person: Character, visible: Visible) -> None:
    straight = [centre(side) for side in halves(visible(person, "irises", FaceState()))]
    for gaze, axis, sign in (((15, 0), 0, 1), ((-15, 0), 0, -1), ((0, 12), 1, -1), ((0, -12), 1, 1)):
        turned = [centre(side) for side in halves(visible(person, "irises", FaceState.of(gaze=gaze)))]
        for before, after in zip(straight, turned, strict=True):
            moved = sign * (after - before)
            assert moved[axis] > (3.0 if axis == 0 else 1.0), "px; lids hide part of an iris that looks up or down"
            assert abs(moved[1 - axis]) < 1.5


@pytest.mark.parametrize(
    ("name", "eye", "axis", "sign"),
    [
        ("eyeLookOutLeft", 0, 0, 1), ("eyeLookInLeft", 0, 0, -1), ("eyeLookUpLeft", 0, 1, -1),
        ("eyeLookDownLeft", 0, 1, 1), ("eyeLookInRight", 1, 0, 1), ("eyeLookOutRight", 1, 0, -1),
        ("eyeLookUpRight", 1, 1, -1), ("eyeLookDownRight", 1, 1, 1),
    ],
)  # fmt: skip
def test_look_shapes_turn_their_own_eye(
    person: Character, visible: Visible, name: str, eye: int, axis: int, sign: int
) -> None:
    straight = halves(visible(person, "irises", FaceState()))
    turned = halves(visible(person, "irises", FaceState.of({name: 0.5})))
    assert sign * (centre(turned[eye]) - centre(straight[eye]))[axis] > 2.0
    assert (turned[1 - eye] ^ straight[1 - eye]).sum() <= 0.05 * straight[1 - eye].sum()


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("eyeBlinkLeft", (0.2, 0.6), (0.5, 0.75)), ("eyeBlinkRight", (0.2, 0.6), (0.25, 0.5)),
        ("browDownLeft", (0.1, 0.6), (0.45, 0.8)), ("mouthSmileRight", (0.35, 0.8), (0.2, 0.57)),
        ("jawOpen", (0.4, 0.95), (0.25, 0.75)), ("tongueOut", (0.4, 0.9), (0.35, 0.65)),
    ],
)  # fmt: skip
def test_a_shape_changes_only_its_part_of_the_picture(
    renderer: Renderer, person: Character, name: str, rows: tuple[float, float], columns: tuple[float, float]
) -> None:
    base = {"jawOpen": 0.5} if name == "tongueOut" else {}
    states = [FaceState.of(base), FaceState.of({**base, name: 1.0})]
    # the rig's shapes, so without the generator: that answers to the whole expression
    still, moved = renderer.render([person] * 2, states, 256, "transparent", quality="warp").astype(int)
    changed = np.abs(moved - still).max(axis=-1) > 24
    assert changed.sum() > 40
    row, column = (np.nonzero(changed)[axis] / 256 for axis in (0, 1))
    inside = (row >= rows[0]) & (row <= rows[1]) & (column >= columns[0]) & (column <= columns[1])
    assert inside.mean() > 0.95


def test_tongue_shows_in_an_open_mouth(renderer: Renderer, person: Character) -> None:
    base, out = renderer.render(
        [person] * 2, [FaceState.of({"jawOpen": 0.5}), FaceState.of({"jawOpen": 0.5, "tongueOut": 1.0})], 512
    ).astype(int)
    changed = np.abs(out - base).max(axis=-1) > 24
    colour = out[changed][:, :3].mean(axis=0)
    assert changed.sum() > 150 and colour[0] > colour[1] + 15, "something red"
