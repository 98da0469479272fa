"""Episodes: a pair of the bank, K portraits of its person, and the augmentation that all of them share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from npcface.model.landmarker import LEFT_EYE, RIGHT_EYE
from npcface.train.bank.store import KINDS, Arrays, BankError, Shelf
from npcface.train.meta.config import Kinds
from npcface.vocab import ARKIT_52

MIRRORED = np.array(
    [
        ARKIT_52.index(
            name.replace("Left", "Right") if "Left" in name else name.replace("Right", "Left") if "Right" in name
            else name
        )
        for name in ARKIT_52
    ]
)  # fmt: skip
"""[52] Where each weight's mirror image stands."""


@dataclass
class Episodes:
    """A batch. N episodes, K portraits each, P the pictures' side.

    Attributes:
        head: [N, 4, P, P] premultiplied 0..1. maps: [N, 3, h, h] 0..1. coords: [N, h, h, 2] −1..1.
        wanted, own: [N, STATE] wanted state and the portrait's own.
        target, plate: [N, 3, P, P] 0..1. points: [N, 478, 2] of the target, 0..1.
        portraits, marks: [N, K, 3, p, p] 0..1. states: [N, K, STATE]. texture: [N, 3, A, A], trust: [N, 1, A, A] 0..1.
        identity: [N] int64. drawn: [N] 1, or 0 where the warped layer is held back.
    """

    head: Tensor
    maps: Tensor
    coords: Tensor
    wanted: Tensor
    own: Tensor
    target: Tensor
    plate: Tensor
    points: Tensor
    portraits: Tensor
    marks: Tensor
    states: Tensor
    texture: Tensor
    trust: Tensor
    identity: Tensor
    drawn: Tensor

    def to(self, device: str) -> Episodes:
        """On another device, pictures channels-last: many times faster convolutions on a CPU."""
        moved = {}
        for item in fields(self):
            value: Tensor = getattr(self, item.name).to(device)
            moved[item.name] = value.contiguous(memory_format=torch.channels_last) if value.dim() == 4 else value
        return Episodes(**moved)


class EpisodeSampler:
    """Draws batches from a bank; a step's number and the seed decide what is drawn, so that runs can be resumed.

    Args:
        shelves: of the bank. kinds: how often each kind of pair is drawn.

    Raises:
        BankError: the bank has no pair of any wanted kind.
    """

    def __init__(self, shelves: list[Shelf], kinds: Kinds, seed: int, landmark_only: float) -> None:
        self.shelves, self.seed, self.landmark_only = shelves, seed, landmark_only
        wanted = kinds.model_dump()
        self._pairs: dict[int, list[tuple[int, int]]] = {}
        for number, shelf in enumerate(shelves):
            for row, kind in enumerate(shelf.kinds.tolist()):
                if wanted[KINDS[kind]] > 0:
                    self._pairs.setdefault(kind, []).append((number, row))
        if not self._pairs:
            raise BankError("The bank has no pair of a wanted kind.", "Prepare more data, or change [kinds].")
        weights = np.array([wanted[KINDS[kind]] for kind in self._pairs])
        self._share = weights / weights.sum()

    def batch(self, step: int, rank: int, count: int, most_shots: int) -> Episodes:
        """Episodes of one step and worker."""
        rng = np.random.default_rng([self.seed, step, rank])
        shots = int(rng.integers(1, most_shots + 1)) if rng.random() < 0.5 else 1
        rows = [self._episode(rng, shots) for _ in range(count)]
        stacked = {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}
        return Episodes(**stacked)

    def _episode(self, rng: np.random.Generator, shots: int) -> Arrays:
        kind = list(self._pairs)[int(rng.choice(len(self._share), p=self._share))]
        number, row = self._pairs[kind][int(rng.integers(len(self._pairs[kind])))]
        shelf = self.shelves[number]
        own = int(shelf.of[row])
        pair, first = shelf.pair(row), shelf.character(own)
        others = [shelf.character(int(k)) for k in rng.integers(shelf.characters, size=shots - 1)]
        arrays = _floats(pair, [first, *others])
        if rng.random() < 0.5:
            arrays = mirrored(arrays)
        arrays = _recoloured(arrays, rng)
        arrays["identity"] = np.int64(number)
        arrays["drawn"] = np.float32(rng.random() >= self.landmark_only)
        return {name: np.asarray(value, order="C") for name, value in arrays.items()}


def _floats(pair: Arrays, people: list[Arrays]) -> dict[str, Any]:
    first = people[0]
    return {
        "head": _chw(pair["head"]),
        "maps": _chw(pair["maps"]),
        "coords": pair["coords"].astype(np.float32) / 32767,
        "wanted": pair["wanted"].astype(np.float32),
        "own": first["state"].astype(np.float32),
        "target": _chw(pair["target"]),
        "plate": _chw(first["plate"]),
        "points": pair["points"].astype(np.float32),
        "portraits": np.stack([_chw(one["portrait"]) for one in people]),
        "marks": np.stack([_chw(one["marks"]) for one in people]),
        "states": np.stack([one["state"].astype(np.float32) for one in people]),
        "texture": _chw(first["texture"]),
        "trust": first["trust"][None].astype(np.float32) / 255,
    }


def mirrored(arrays: Arrays) -> Arrays:
    """The same episode seen in a mirror: pictures flipped, the subject's left and right exchanged."""
    out = dict(arrays)
    for name in ("head", "maps", "target", "plate", "portraits", "marks", "texture", "trust"):
        out[name] = arrays[name][..., ::-1]
    # the chart is symmetric, and its texture is flipped too; off the face stays the corner (−1, −1)
    coords = arrays["coords"][:, ::-1].copy()
    nowhere = (coords <= -0.9999).all(axis=-1)
    coords[..., 0] = np.where(nowhere, coords[..., 0], -coords[..., 0])
    out["coords"] = coords
    points = arrays["points"].copy()
    points[:, 0] = 1 - points[:, 0]
    out["points"] = points[_mirror_points()]
    for name in ("wanted", "own", "states"):
        out[name] = _mirror_state(arrays[name])
    return out


def _mirror_state(state: NDArray[np.float32]) -> NDArray[np.float32]:
    """[..., STATE]: weights change sides, the rotation is conjugated with a reflection of x."""
    weights, turn = state[..., :52][..., MIRRORED], state[..., 52:].reshape(*state.shape[:-1], 3, 3)
    flip = np.array([-1.0, 1.0, 1.0], np.float32)
    turn = turn * flip[:, None] * flip
    return np.concatenate([weights, turn.reshape(*state.shape[:-1], 9)], axis=-1)


def _mirror_points() -> NDArray[np.int64]:
    """[478] index of each landmark's mirror image, for the lips and eyes that losses look at; others stay."""
    from npcface.rig import landmarks as lm

    index = np.arange(478)
    index[list(LEFT_EYE)], index[list(RIGHT_EYE)] = RIGHT_EYE, LEFT_EYE
    for ring in (lm.LIPS_OUTER, lm.LIPS_INNER):
        # each ring lists the lower lip from right to left corner, then the upper lip from left to right
        lower, upper = ring[:11], ring[11:]
        index[list(lower)] = lower[::-1]
        index[list(upper)] = (*upper[:9][::-1],)
    for a, b in ((33, 263), (133, 362), (61, 291), (78, 308)):
        index[[a, b]] = b, a
    return index


def _recoloured(arrays: dict[str, Any], rng: np.random.Generator) -> dict[str, Any]:
    """Another camera and light: one gain a channel, one saturation and one gamma for everything of the episode."""
    gain = np.exp(rng.normal(0, 0.08, 3)).astype(np.float32)[:, None, None]
    saturation, gamma = np.float32(np.clip(rng.normal(1, 0.2), 0, 1.6)), np.float32(np.exp(rng.normal(0, 0.12)))

    def change(image: NDArray[np.float32]) -> NDArray[np.float32]:
        grey = image.mean(axis=-3, keepdims=True)
        return np.clip(grey + (image - grey) * saturation, 0, 1) ** gamma * gain

    out = dict(arrays)
    for name in ("target", "plate", "portraits", "texture"):
        out[name] = np.clip(change(arrays[name]), 0, 1)
    alpha = arrays["head"][3:]
    straight = arrays["head"][:3] / np.maximum(alpha, 1 / 255)
    out["head"] = np.concatenate([np.clip(change(np.clip(straight, 0, 1)), 0, 1) * alpha, alpha])
    return out


def _chw(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(image.transpose(2, 0, 1) / 255, np.float32)
