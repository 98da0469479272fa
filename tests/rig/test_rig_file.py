"""The rig's file: small, readable without pickle, complete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from npcface.errors import DependencyError
from npcface.rig import load_rig
from npcface.rig.rig import RIG_FILE

RIG = load_rig()


def test_file_is_a_small_safetensors_with_a_model_card_beside_it() -> None:
    assert RIG_FILE.stat().st_size <= 8_000_000
    with safe_open(RIG_FILE, "numpy") as file:
        assert {"face_mean", "face_identity", "face_shapes", "landmark_coords"} <= set(file.keys())
    assert (RIG_FILE.parent / "MODEL_CARD.md").is_file()


def test_shapes_and_types() -> None:
    grid, modes = RIG.grid, len(RIG.face_identity)
    assert grid >= 64 and modes >= 16
    expected = {
        "face_mean": (grid, grid, 3), "face_identity": (modes, grid, grid, 3), "face_shapes": (52, grid, grid, 3),
        "head_identity": (modes, len(RIG.head_mean), 3), "head_mean": (len(RIG.head_mean), 3), "eye_centres": (2, 3),
        "eye_identity": (modes, 2, 3), "eye_radius": (1,), "mouth_identity": (modes, 3), "landmark_coords": (468, 2),
    }  # fmt: skip
    for name, shape in expected.items():
        array = getattr(RIG, name)
        assert array.shape == shape and array.dtype == np.float32 and np.isfinite(array).all(), name
    assert RIG.face_masks.dtype == np.uint8 and RIG.face_masks.shape[0] == 4
    for part in ("upper", "lower", "tongue"):
        mean, shapes, paint = (RIG.mouth[f"{part}_{kind}"] for kind in ("mean", "shapes", "paint"))
        assert shapes.shape == (52, *mean.shape) and mean.shape[2] == 3 and paint.shape[2] == 2
        assert np.isfinite(mean).all() and np.isfinite(shapes).all()


def test_identity_modes_are_ordered_and_move_a_head_by_what_heads_differ() -> None:
    spread = np.sqrt((RIG.face_identity**2).sum(axis=-1).mean(axis=(1, 2)))
    assert spread[0] == spread.max() and spread[:4].mean() > 2 * spread[-4:].mean()
    assert 0.1 < spread[0] < 2.0, "head units for one standard deviation"


def test_eyeballs_sit_behind_the_lids_subjects_left_first() -> None:
    left, right = RIG.eye_centres
    assert left[0] > 0 > right[0] and left * (-1, 1, 1) == pytest.approx(right, abs=0.01)
    mean = RIG.landmarks[0]
    for centre, upper, lower, corners in ((left, 386, 374, (263, 362)), (right, 159, 145, (33, 133))):
        assert mean[lower, 1] < centre[1] < mean[upper, 1]
        assert mean[list(corners), 0].min() < centre[0] < mean[list(corners), 0].max()
        cornea = centre[2] + RIG.eye_radius[0]
        assert abs(cornea - mean[[upper, lower], 2].mean()) < 1.0


def test_openings_are_three_and_apart() -> None:
    inside, mouth, left, right = RIG.face_masks > 127
    assert inside.mean() > 0.6 and all(0.001 < hole.mean() < 0.05 for hole in (mouth, left, right))
    assert not (mouth & left).any() and not (mouth & right).any() and not (left & right).any()
    columns = np.arange(inside.shape[0])
    assert (left.sum(axis=0) @ columns) / left.sum() > (right.sum(axis=0) @ columns) / right.sum()
    assert inside[mouth].all() and inside[left].all() and inside[right].all()


def test_look_ups_are_bilinear() -> None:
    axis = (np.arange(RIG.grid) + 0.5) / RIG.grid
    x, y = np.meshgrid(axis, axis)
    image = np.stack([2 * x - y, x + 3 * y, 0 * x + 1], axis=-1)
    points = np.random.default_rng(0).uniform(0.02, 0.98, (50, 2))
    px, py = points.T
    assert RIG.at(image, points) == pytest.approx(np.stack([2 * px - py, px + 3 * py, 0 * px + 1], axis=1), abs=1e-9)


def test_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match="rig"):
        load_rig.__wrapped__(tmp_path / "none.safetensors")
