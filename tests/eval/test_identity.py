"""The identity judge, with the real network."""

import numpy as np
import pytest

from npcface.eval.faces import FaceFinder
from npcface.eval.identity import SIDE, Identity, align, five_points, similarity_transform


@pytest.fixture(scope="module")
def finder():
    return FaceFinder()


def embedding(identity, finder, image):
    face = finder.find(image)
    assert face is not None
    return identity.embed(image, face.points)


def test_one_person_stays_one_person_and_two_are_two(finder, people, astronaut):
    import cv2

    identity = Identity()
    a, b = (embedding(identity, finder, person) for person in people)
    turned = cv2.warpAffine(people[0], cv2.getRotationMatrix2D((256, 200), 12, 0.8), (512, 512))
    assert np.linalg.norm(a) == pytest.approx(1.0)
    assert a @ embedding(identity, finder, turned) > 0.9
    assert a @ b < 0.5
    assert a @ embedding(identity, finder, astronaut) < 0.5


def test_similarity_transform_recovers_a_known_one():
    rng = np.random.default_rng(2)
    source = rng.normal(size=(5, 2)) * 50
    angle, scale, shift = np.radians(25), 0.37, np.array([12.0, -40.0])
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = similarity_transform(source, source @ turn.T + shift)
    assert matrix == pytest.approx(np.column_stack([turn, shift]))


def test_alignment_puts_the_eyes_on_the_template(finder, people):
    face = finder.find(people[0])
    aligned = align(people[0], face.points)
    assert aligned.shape == (SIDE, SIDE, 3)
    large = np.repeat(np.repeat(aligned, 4, axis=0), 4, axis=1)
    again = finder.find(np.pad(large, ((200, 200), (200, 200), (0, 0)), mode="edge"))
    eyes = (five_points(again.points)[:2] - 200) / 4
    assert eyes == pytest.approx(np.array([[38.3, 51.7], [73.5, 51.5]]), abs=2.5)
