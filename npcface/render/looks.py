"""A character's compact tensors → the renderer's float inputs, once per character, and states → per-frame inputs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.render.farside import far_shell
from npcface.render.layout import FACE_PX, TURN
from npcface.render.resample import resize
from npcface.rig.field import OFFSET_GRID, offset_operator
from npcface.rig.fit import looked
from npcface.rig.pose import rotation
from npcface.rig.rig import Rig
from npcface.state import FaceState

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Tensors = dict[str, NDArray[Any]]

SAMPLES_PER_PIXEL = 34.0
"""Samples along the face chart (some 28 head units wide) per pixel that a head unit measures."""

DENSITY_STEPS = (64, 80, 104, 128, 160, 200, 256, 320, 400, 512, 640, 800, 960)

BODY_FOLLOW = 0.55
"""Share of the head's translation that shoulders and chest follow."""

_PAINT_ROWS = (96, 96, 120)  # upper arch, lower arch, tongue: in proportion to the graph's dense rows
_PAINT_COLUMNS = 224


def looks_of(rig: Rig, tensors: Tensors) -> Tensors:
    """Inputs that stay the same from frame to frame, without a batch axis, all but the plate (see ``graph.Looks``)."""
    tint = tensors["mouth_tint"].astype(np.float32)
    return {
        "face_rest": _chw(tensors["face_rest"].astype(np.float32)),
        "face_blink": tensors["face_blink"].astype(np.float32).transpose(0, 3, 1, 2).reshape(2, -1),
        "face_texture": np.concatenate([tensors["face_texture"], cover(rig)[..., None]], axis=-1),
        "shell_texture": _premultiplied(tensors["shell_rgb"], tensors["shell_alpha"]),
        "shell_field": tensors["shell_field"].astype(np.float32),
        "eyes": tensors["eyes"].astype(np.float32),
        "eye_textures": tensors["eye_textures"].astype(np.float32) / 255,
        "iris": tensors["iris"].astype(np.float32),
        "mouth_shift": tensors["mouth_shift"].astype(np.float32),
        "mouth_paint": mouth_paint(rig, tint),
        "cavity": tint[3],
    }


def neural_looks_of(tensors: Tensors, shell_texture: Bytes) -> Tensors:
    """What the neural quality needs beyond ``looks_of``, without a batch axis (see ``neural.NeuralLooks``).

    Args:
        shell_texture: from ``looks_of``.
    """
    texture, field = far_shell(tensors, shell_texture)
    return {
        "far_texture": texture,
        "far_field": field,
        "features": tensors["features"],
        "state": tensors["state"].astype(np.float32),
        "style": tensors["style"].astype(np.float32),
        "drawn": np.ones((), np.float32),
    }


@lru_cache(maxsize=1)
def cover(rig: Rig) -> Bytes:
    """[FACE_PX, FACE_PX] uint8: 0 past the face chart's rim, 128 on skin, 255 in an opening; for all characters."""
    masks = rig.face_masks.astype(np.float32) / 255
    inside = resize(masks[0][..., None], FACE_PX, FACE_PX)[..., 0]
    hole = resize(masks[1:].max(axis=0)[..., None], FACE_PX, FACE_PX)[..., 0]
    rim = np.clip((_inner_distance(inside > 0.5) - 14) / 36, 0, 1)
    return np.round(rim * 128 + np.clip(hole, 0, 1) * 127).astype(np.uint8)


def _inner_distance(mask: NDArray[np.bool_], reach: int = 60) -> Floats:
    """[H, W] distance in px to the mask's outside or the border, no more than ``reach`` (no SciPy for a player).

    Down and up each column first, then along the rows from the squares of that (Felzenszwalb and Huttenlocher 2012
    take the same two passes); in small whole numbers, since every start of the daemon waits for it.
    """
    down = np.where(mask, reach, 0).astype(np.int16)
    down[0] = down[-1] = 0
    down[:, 0] = down[:, -1] = 0
    for row in range(1, len(down)):
        np.minimum(down[row], down[row - 1] + 1, out=down[row])
    for row in range(len(down) - 2, -1, -1):
        np.minimum(down[row], down[row + 1] + 1, out=down[row])
    squares = down * down
    best = squares.copy()
    for step in range(1, reach):
        further = squares + np.int16(step * step)
        np.minimum(best[:, step:], further[:, :-step], out=best[:, step:])
        np.minimum(best[:, :-step], further[:, step:], out=best[:, :-step])
    return np.sqrt(best.astype(np.float32))


def mouth_paint(rig: Rig, tint: Floats) -> Floats:
    """[3, h, w] colours of the stacked sheets: tooth or gum by the rig's fine map, lit by its light."""
    parts = []
    for name, rows in zip(("upper", "lower", "tongue"), _PAINT_ROWS, strict=True):
        paint = rig.mouth[f"{name}_paint"].astype(np.float32) / 255.0
        fine = resize(paint, rows, _PAINT_COLUMNS)
        base = tint[2] if name == "tongue" else tint[1] + (tint[0] - tint[1]) * fine[..., :1]
        parts.append(base * (0.3 + 0.8 * fine[..., 1:]))
    return _chw(np.concatenate(parts).astype(np.float32))


def plate_of(tensors: Tensors, size: int) -> Bytes:
    """uint8 [size, size, 4] the portrait's own background, the person filled in; opaque."""
    alpha = tensors["shell_alpha"][..., None]
    full = alpha.shape[0]
    behind = resize(tensors["plate"].astype(np.float32), full, full)
    beside = tensors["shell_rgb"].astype(np.float32)  # holds the portrait itself where alpha is 0
    return with_alpha(resize(np.where(alpha > 0, behind, beside), size, size))


def with_alpha(image: Floats) -> Bytes:
    """[H, W, 3] 0..255 → uint8 [H, W, 4], opaque."""
    full = np.full((*image.shape[:2], 4), 255, np.uint8)
    full[..., :3] = np.round(image)
    return full


def _premultiplied(rgb: Bytes, alpha: Bytes) -> Bytes:
    """uint8 [T, T, 4]."""
    colour = np.round(rgb.astype(np.float32) * (alpha[..., None] / np.float32(255)))
    return np.concatenate([colour.astype(np.uint8), alpha[..., None]], axis=-1)


def drive_of(rig: Rig, characters: Sequence[Tensors], states: Sequence[FaceState], size: int) -> dict[str, Floats]:
    """Per-frame inputs of a batch (see ``graph.Drive``) for textures of a size in px."""
    rows = [drive_row(rig, tensors, state) for tensors, state in zip(characters, states, strict=True)]
    inputs = {name: np.stack([row[name] for row in rows]).astype(np.float32) for name in rows[0]}
    inputs["lattice"] = lattice(rig, max(densities(characters, states, size)))
    return inputs


def densities(characters: Sequence[Tensors], states: Sequence[FaceState], size: int) -> list[int]:
    """Samples along the face chart that each face needs: a little over one a pixel, in steps of a quarter.

    Only faces of one density may share a batch, or a face would look a little different beside a larger one.
    """
    wanted = [
        float(tensors["unit"][0]) * state.scale * size * SAMPLES_PER_PIXEL
        for tensors, state in zip(characters, states, strict=True)
    ]
    return [next((step for step in DENSITY_STEPS if step >= samples), DENSITY_STEPS[-1]) for samples in wanted]


def turned(yaw_sine: float, portrait: float) -> float:
    """0..1 how much of the far side shows: ``neural.turned`` for one face."""
    return float(np.clip((abs(yaw_sine - portrait) - TURN[0]) / (TURN[1] - TURN[0]), 0.0, 1.0))


@lru_cache(maxsize=32)
def lattice(rig: Rig, samples: int) -> Floats:
    """[1, 1, samples, samples] 1 where the face chart may be drawn."""
    masks = rig.face_masks.max(axis=0).astype(np.float32)[..., None] / 255
    return (resize(masks, samples, samples)[None, None, ..., 0] > 0.5).astype(np.float32)


def drive_row(rig: Rig, tensors: Tensors, state: FaceState) -> Tensors:
    """Per-frame inputs of one face, without a batch axis and the lattice."""
    unit = float(tensors["unit"][0]) * state.scale
    turn = rotation(state.head)
    offsets = np.zeros((2, OFFSET_GRID, OFFSET_GRID), np.float32)
    if state.landmark_offsets is not None:
        field = offset_operator(rig) @ (state.landmark_offsets[:468] * np.array((1.0, -1.0), np.float32))
        offsets = field.T.reshape(offsets.shape)
    gaze = state.gaze + looked(state.weights)  # [2 eyes, 2]
    axes = np.stack([(turn @ rotation(np.array([yaw, pitch, 0.0]))).T for yaw, pitch in gaze])
    shift = state.translation * (1.0, -1.0)
    return {
        "weights": state.weights,
        "offsets": offsets,
        "pose": turn * unit * np.array([[1.0], [-1.0], [1.0]]),
        "place": tensors["place"] + shift,
        "axes": axes,
        "body": np.append(shift * BODY_FOLLOW, 1.0),
    }


def _chw(image: Floats) -> Floats:
    return np.ascontiguousarray(image.transpose(2, 0, 1))
