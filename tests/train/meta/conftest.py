"""A bank of made-up people: arrays of the right shapes, faces of flat noise, real landmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from npcface.model.layout import FEATURES_PX, PORTRAIT_PX
from npcface.rig import landmarks as lm
from npcface.rig import load_rig
from npcface.rig.pose import rotation
from npcface.train.bank.crops import PICTURE_PX
from npcface.train.bank.store import Arrays, Record

HALF_PX = PICTURE_PX // 2
PEOPLE = ("ann", "carl", "dora")


def face_points() -> np.ndarray:
    """[478, 2] float32, 0..1: the rig's landmarks, left and right exactly alike, in the middle of a picture."""
    points = np.zeros((478, 2))
    known = load_rig().landmark_coords[:468, :2]
    points[:468] = known * 0.6 + 0.2
    for ring, iris in ((lm.LEFT_EYE_RING, lm.LEFT_IRIS), (lm.RIGHT_EYE_RING, lm.RIGHT_IRIS)):
        points[list(iris)] = points[list(ring)].mean(axis=0)
    return points.astype(np.float32)


def smooth(rng: np.random.Generator, size: int, channels: int) -> np.ndarray:
    """[size, size, channels] uint8 soft blots."""
    coarse = rng.integers(0, 256, (8, 8, channels))
    return np.kron(coarse, np.ones((size // 8, size // 8, 1), int)).astype(np.uint8)


def state(rng: np.random.Generator) -> np.ndarray:
    weights, turn = rng.uniform(0, 1, 52), rotation(rng.uniform(-25, 25, 3))
    return np.concatenate([weights, turn.ravel()]).astype(np.float32)


def made_up_person(seed: int) -> Record:
    """Two characters and three pairs."""
    rng = np.random.default_rng(seed)
    record = Record()
    for _ in range(2):
        record.add_character({
            "portrait": smooth(rng, PORTRAIT_PX, 3), "marks": smooth(rng, PORTRAIT_PX, 3), "state": state(rng),
            "texture": smooth(rng, FEATURES_PX, 3), "trust": smooth(rng, FEATURES_PX, 1)[..., 0],
            "plate": smooth(rng, PICTURE_PX, 3),
        })  # fmt: skip
    for number, kind in enumerate(("self", "roundtrip", "still")):
        record.add_pair(number % 2, kind, made_up_pair(rng))
    return record


def made_up_pair(rng: np.random.Generator) -> Arrays:
    head = smooth(rng, PICTURE_PX, 4)
    head[..., :3] = np.minimum(head[..., :3], head[..., 3:])
    coords = (
        np.stack(np.meshgrid(np.linspace(-0.9, 0.7, HALF_PX), np.linspace(-0.8, 0.9, HALF_PX)), axis=-1) * 32767
    ).astype(np.int16)
    coords[: HALF_PX // 4] = -32767  # off the face
    return {
        "head": head, "maps": smooth(rng, HALF_PX, 3), "coords": coords, "wanted": state(rng),
        "target": smooth(rng, PICTURE_PX, 3), "points": face_points(),
    }  # fmt: skip


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training bank of three made-up people."""
    folder = tmp_path_factory.mktemp("bank")
    for seed, name in enumerate(PEOPLE):
        made_up_person(seed).write(folder / f"{name}.safetensors")
    return folder
