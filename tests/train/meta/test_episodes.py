"""Episodes: a step's number decides them, and a mirrored one is the same episode seen in a mirror."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from npcface.model.landmarker import LEFT_EYE, LIPS, RIGHT_EYE
from npcface.rig.pose import rotation
from npcface.train.bank.store import BankError, shelves
from npcface.train.meta.config import Kinds
from npcface.train.meta.episodes import Episodes, EpisodeSampler, mirrored
from npcface.vocab import ARKIT_INDEX
from tests.train.meta.conftest import PEOPLE, face_points, made_up_pair, state


def sampler(bank: Path, *, seed: int = 1, landmark_only: float = 0.3, kinds: Kinds | None = None) -> EpisodeSampler:
    return EpisodeSampler(shelves(bank), kinds or Kinds(), seed, landmark_only)


def same(a: Episodes, b: Episodes) -> bool:
    pairs = [(getattr(a, item.name), getattr(b, item.name)) for item in fields(Episodes)]
    return all(x.shape == y.shape and torch.equal(x, y) for x, y in pairs)


def test_seed_step_and_rank_decide_a_batch(bank: Path) -> None:
    first = sampler(bank).batch(7, 0, 3, 2)
    assert same(first, sampler(bank).batch(7, 0, 3, 2))  # as a run that is continued draws it
    for other in (
        sampler(bank).batch(8, 0, 3, 2),
        sampler(bank).batch(7, 1, 3, 2),
        sampler(bank, seed=2).batch(7, 0, 3, 2),
    ):
        assert not same(first, other)


def test_a_batch_is_in_range_and_of_the_bank(bank: Path) -> None:
    batches = [sampler(bank).batch(step, 0, 4, 3) for step in range(6)]
    for batch in batches:
        for name in ("head", "maps", "target", "plate", "portraits", "marks", "texture", "trust"):
            values = getattr(batch, name)
            assert values.min() >= 0 and values.max() <= 1, name
        assert (batch.head[:, :3] <= batch.head[:, 3:] + 1e-6).all()  # recoloured, and still premultiplied
        assert batch.coords.abs().max() <= 1
        assert batch.portraits.shape[1] == batch.marks.shape[1] == batch.states.shape[1]
    assert {batch.portraits.shape[1] for batch in batches} > {1}
    assert set(torch.cat([batch.identity for batch in batches]).tolist()) == set(range(len(PEOPLE)))
    assert set(torch.cat([batch.drawn for batch in batches]).tolist()) == {0.0, 1.0}


def test_the_warped_layer_is_held_back_as_often_as_wanted(bank: Path) -> None:
    assert sampler(bank, landmark_only=0.0).batch(0, 0, 8, 1).drawn.min() == 1
    assert sampler(bank, landmark_only=1.0).batch(0, 0, 8, 1).drawn.max() == 0


def test_kinds_that_nobody_wants_are_not_drawn(bank: Path) -> None:
    none = {"video": 0.0, "still": 0.0, "self": 0.0, "roundtrip": 0.0, "rendered": 0.0}
    chosen = sampler(bank, kinds=Kinds(**{**none, "still": 1.0}))
    wanted = {tuple(shelf.pair(2)["wanted"][:5].tolist()) for shelf in chosen.shelves}  # each one's only still pair
    mirror = chosen.batch(3, 0, 6, 1)
    kept = torch.cat([mirror.wanted, torch.from_numpy(mirrored_states(mirror.wanted.numpy()))])
    assert {tuple(row[:5].tolist()) for row in kept} & wanted
    with pytest.raises(BankError, match="wanted kind"):
        sampler(bank, kinds=Kinds(**{**none, "video": 1.0}))


def mirrored_states(states: np.ndarray) -> np.ndarray:
    return np.stack([mirrored(episode(wanted=row))["wanted"] for row in states])


def episode(**changed: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of one episode as ``mirrored`` gets them."""
    rng = np.random.default_rng(3)
    pair = made_up_pair(rng)
    arrays = {
        "head": pair["head"].transpose(2, 0, 1) / np.float32(255),
        "maps": pair["maps"].transpose(2, 0, 1) / np.float32(255),
        "coords": pair["coords"].astype(np.float32) / 32767,
        "points": pair["points"],
        "wanted": pair["wanted"], "own": state(rng), "states": np.stack([state(rng) for _ in range(2)]),
        "portraits": rng.random((2, 3, 16, 16), np.float32), "marks": rng.random((2, 3, 16, 16), np.float32),
        **{name: rng.random((3, 16, 16), np.float32) for name in ("target", "plate", "texture")},
        "trust": rng.random((1, 16, 16), np.float32),
    }  # fmt: skip
    return {**arrays, **changed}


def test_mirrored_twice_is_the_episode_itself() -> None:
    arrays = episode(points=np.random.default_rng(4).random((478, 2)).astype(np.float32))
    once = mirrored(arrays)
    assert all(not np.array_equal(once[name], array) for name, array in arrays.items())
    for name, array in mirrored(once).items():
        assert np.allclose(array, arrays[name], atol=1e-6), name


def test_mirrored_lips_and_eyes_lie_where_those_of_the_other_side_lay() -> None:
    points = face_points()  # of a symmetric face, which looks in the mirror as it does without
    chosen = [*LIPS, *LEFT_EYE, *RIGHT_EYE]
    found = mirrored(episode(points=points))["points"]
    assert np.abs(found[chosen] - points[chosen]).max() < 1e-3
    shifted = points + np.array([0.1, 0.0], np.float32)
    found = mirrored(episode(points=shifted))["points"]
    assert np.abs(found[chosen] - (points[chosen] - (0.1, 0.0))).max() < 1e-3


def test_mirrored_states_change_sides_and_turn_the_other_way() -> None:
    weights = np.zeros(52, np.float32)
    weights[[ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["mouthRight"], ARKIT_INDEX["jawOpen"]]] = 0.9, 0.4, 0.3
    given = np.concatenate([weights, rotation(np.array([20.0, -8.0, 5.0])).ravel()]).astype(np.float32)
    found = mirrored(episode(wanted=given, own=given, states=np.stack([given, given])))
    expected = np.zeros(52, np.float32)
    expected[[ARKIT_INDEX["eyeBlinkRight"], ARKIT_INDEX["mouthLeft"], ARKIT_INDEX["jawOpen"]]] = 0.9, 0.4, 0.3
    turn = rotation(np.array([-20.0, -8.0, -5.0]))  # yaw and roll change sign, pitch does not
    for state_ in (found["wanted"], found["own"], *found["states"]):
        assert np.array_equal(state_[:52], expected)
        assert np.allclose(state_[52:].reshape(3, 3), turn, atol=1e-6)


def test_the_atlas_under_a_mirrored_face_is_the_mirrored_atlas() -> None:
    def under(arrays: dict[str, np.ndarray]) -> np.ndarray:
        texture, coords = (torch.from_numpy(arrays[name].copy())[None] for name in ("texture", "coords"))
        found = F.grid_sample(texture, coords, mode="bilinear", padding_mode="border", align_corners=False)
        on_face = ~(arrays["coords"] <= -0.9999).all(axis=-1)
        return np.asarray(found[0].numpy() * on_face)

    arrays = episode()
    seen = under(arrays)
    assert np.allclose(under(mirrored(arrays)), seen[..., ::-1], atol=1e-5) and seen.any()
    nowhere = np.asarray((arrays["coords"] <= -0.9999).all(axis=-1))
    assert (mirrored(arrays)["coords"][nowhere[:, ::-1]] <= -0.9999).all()
