"""Head turns, shifts and scales go where the state's signs say, in one piece, over shoulders that stay."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.ndimage import binary_fill_holes, label

from npcface.character import Character
from npcface.enroll.detect import Face, Landmarker
from npcface.render import Renderer
from npcface.rig.landmarks import inter_ocular
from npcface.state import FaceState

SIZE = 512
EXTREMES = [(30, 0, 0), (-30, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 25), (0, 0, -25), (30, 20, 25), (-30, -20, 25)]


@pytest.fixture(scope="module")
def landmarker() -> Iterator[Landmarker]:
    with Landmarker() as made:
        yield made


@pytest.fixture(params=[0, 1], ids=["ada", "ben"])
def person(request: pytest.FixtureRequest, people: list[Character]) -> Character:
    return people[request.param]


class Look:
    """Renders a person and lets MediaPipe look at the picture."""

    def __init__(self, renderer: Renderer, landmarker: Landmarker, person: Character) -> None:
        self.renderer, self.landmarker, self.person = renderer, landmarker, person

    def __call__(self, state: FaceState) -> Face:
        image = self.renderer.render([self.person], [state], SIZE)[0, ..., :3]
        faces = self.landmarker.detect(np.ascontiguousarray(image))
        assert len(faces) == 1
        return faces[0]


@pytest.fixture
def look(renderer: Renderer, landmarker: Landmarker, person: Character) -> Look:
    return Look(renderer, landmarker, person)


def nose(face: Face) -> np.ndarray:
    """Place of the nose's tip between the outer eye corners, in inter-ocular distances, x right, y down."""
    return np.asarray((face.points[1, :2] - face.points[[33, 263], :2].mean(axis=0)) / inter_ocular(face.points))


def test_yaw_turns_the_nose_to_the_viewers_right(look: Look) -> None:
    places = [nose(look(FaceState.of(head=(yaw, 0, 0))))[0] for yaw in (-25, -10, 0, 10, 25)]
    assert (np.diff(places) > 0.04).all()
    assert look(FaceState.of(head=(25, 0, 0))).angles[0] > 12 > -12 > look(FaceState.of(head=(-25, 0, 0))).angles[0]


def test_pitch_lifts_the_face(look: Look) -> None:
    angles = [look(FaceState.of(head=(0, pitch, 0))).angles[1] for pitch in (-15, 0, 15)]
    assert angles[1] - angles[0] == pytest.approx(15, abs=6) and angles[2] - angles[1] == pytest.approx(15, abs=6)


def test_roll_tilts_clockwise(look: Look) -> None:
    for roll in (-20, 20):
        assert look(FaceState.of(head=(0, 0, roll))).angles[2] == pytest.approx(roll, abs=3)


def test_translation_is_in_texture_widths_right_and_up(look: Look) -> None:
    before = look(FaceState()).points[:, :2].mean(axis=0)
    for move in ((0.08, 0.0), (0.0, 0.05), (-0.05, -0.05)):
        after = look(FaceState.of(translation=move)).points[:, :2].mean(axis=0)
        assert (after - before) / SIZE * (1, -1) == pytest.approx(move, abs=0.006)


def test_scale_is_relative_to_the_portraits(look: Look) -> None:
    before = inter_ocular(look(FaceState()).points)
    for scale in (0.8, 1.2):
        assert inter_ocular(look(FaceState.of(scale=scale)).points) / before == pytest.approx(scale, abs=0.04)


def test_expressions_show_as_what_they_are_called(look: Look) -> None:
    def width(face: Face) -> float:
        return float(np.linalg.norm(face.points[61, :2] - face.points[291, :2]) / inter_ocular(face.points))

    def brows(face: Face) -> float:
        return float(
            (face.points[[145, 374], 1].mean() - face.points[[105, 334], 1].mean()) / inter_ocular(face.points)
        )

    neutral = look(FaceState())
    smile = look(FaceState.of({"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}))
    pucker = look(FaceState.of({"mouthPucker": 1.0}))
    raised = look(FaceState.of({"browInnerUp": 1.0, "browOuterUpLeft": 1.0, "browOuterUpRight": 1.0}))
    assert width(smile) > 1.1 * width(neutral) > 1.1 * 1.08 * width(pucker)
    assert smile.blendshapes["mouthSmileLeft"] > 0.4 > 0.2 > neutral.blendshapes["mouthSmileLeft"]
    assert brows(raised) > brows(neutral) + 0.04
    jaw = look(FaceState.of({"jawOpen": 0.7})).blendshapes["jawOpen"]
    assert jaw > neutral.blendshapes["jawOpen"] + 0.2


@pytest.mark.parametrize("turn", EXTREMES)
def test_a_turned_head_has_no_holes_and_stays_in_one_piece(
    renderer: Renderer, person: Character, turn: tuple[float, float, float]
) -> None:
    states = [FaceState(), FaceState.of(head=turn)]
    still, turned = renderer.render([person] * 2, states, SIZE, background="transparent")[..., 3] > 127

    def holes(solid: np.ndarray) -> int:
        return int((binary_fill_holes(solid) & ~solid).sum())

    def largest(solid: np.ndarray) -> float:
        parts, _ = label(solid)
        return float(np.bincount(parts.ravel())[1:].max() / solid.sum())

    assert holes(turned) < 2 * holes(still) + 60, "curls have holes of their own"
    assert largest(turned) > 0.99
    assert 0.8 < turned.mean() / still.mean() < 1.25


@pytest.mark.parametrize("turn", EXTREMES)
def test_shoulders_do_not_swim(renderer: Renderer, person: Character, turn: tuple[float, float, float]) -> None:
    still, turned = renderer.render([person] * 2, [FaceState(), FaceState.of(head=turn)], SIZE).astype(int)
    for corner in (np.s_[480:, :64], np.s_[480:, -64:]):
        apart = np.abs(turned[corner] - still[corner]).max(axis=-1)
        assert apart.mean() < 1.5 and (apart > 16).mean() < 0.02


def test_background_stays_where_the_head_is_not(renderer: Renderer, person: Character) -> None:
    still, turned = renderer.render([person] * 2, [FaceState(), FaceState.of(head=(15, 5, 5))], SIZE).astype(int)
    beside = np.s_[250:330, :40]
    assert np.abs(turned[beside] - still[beside]).max() <= 4
