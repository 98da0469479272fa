"""Hair before a plain wall is found by its colour; a wall's shadow is none, and a busy background is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from npcface.enroll.key import keyed, stray
from npcface.enroll.matte import split_layers

SIDE = 256
ROW, COLUMN = np.mgrid[:SIDE, :SIDE]
FACE = np.hypot(COLUMN - 128, ROW - 150) < 45
HAIR = np.hypot(COLUMN - 128, ROW - 120) < 80
CURL = np.abs(np.hypot(COLUMN - 212, ROW - 120) - 6) < 1.5  # hangs on the hair by a pixel or two
WALL, SKIN, BLACK = (120, 122, 125), (190, 150, 130), (22, 20, 20)


@pytest.fixture
def portrait() -> np.ndarray:
    """Big loose hair round a face, before a grey wall that is a little lighter on one side, with grain."""
    image = np.array(WALL) + COLUMN[..., None] / SIDE * 12.0 + np.random.default_rng(1).normal(0, 1.5, (SIDE, SIDE, 1))
    image[HAIR | CURL] = BLACK
    image[FACE] = SKIN
    return np.clip(cv2.GaussianBlur(image, (0, 0), 0.7), 0, 255).astype(np.uint8)


def rough() -> np.ndarray:
    """What a small network gives: the face and half of the hair."""
    return (np.hypot(COLUMN - 128, ROW - 140) < 60).astype(np.float32)


def test_all_hair_is_found_down_to_the_curl_and_nothing_else(portrait: np.ndarray) -> None:
    found = keyed(portrait, rough())
    assert found[HAIR & ~FACE].mean() > 0.99 and found[CURL].mean() > 0.9
    near = cv2.dilate((HAIR | CURL | FACE).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert found[~near].max() == 0.0


def test_a_shadow_on_the_wall_is_no_hair(portrait: np.ndarray) -> None:
    shadow = (np.hypot(COLUMN - 190, ROW - 140) < 60) & ~cv2.dilate(HAIR.astype(np.uint8), np.ones((9, 9))).astype(bool)
    shadow &= ~CURL
    assert shadow.sum() > 1000
    portrait[shadow] = (portrait[shadow] * 0.72).astype(np.uint8)
    inside = cv2.erode(shadow.astype(np.uint8), np.ones((9, 9))) > 0
    assert keyed(portrait, rough())[inside].mean() < 0.02


def test_a_busy_background_is_left_alone(portrait: np.ndarray) -> None:
    behind = ~(HAIR | CURL | FACE)
    portrait[behind] = np.random.default_rng(2).integers(0, 255, (int(behind.sum()), 3))
    assert keyed(portrait, rough()).max() == 0.0 and not stray(portrait, rough()).any()


def test_hair_that_a_matte_misses_does_not_stay_on_the_wall(portrait: np.ndarray) -> None:
    matte = (HAIR | FACE).astype(np.float32)
    _, plate = split_layers(portrait, matte)
    assert np.abs(plate * 255 - (np.array(WALL) + COLUMN[..., None] / SIDE * 12.0)).max() < 16, "a curl is left behind"
