"""The far side of a turned head: hair and ear that the portrait hides, borrowed from the side that it shows.

The shell of the portrait is mirrored about the head's middle and laid behind the real one; where the character was
enrolled with a further portrait that shows the other side, that one's shell takes the mirrored one's place. A texel is
kept only where the portrait does not prove it wrong: seen from the portrait's own camera it must hide behind the
person, so that a portrait at rest looks as it did, and a long fringe on one side grows no twin on the other. A portrait
from the front shows more: what is not of the colour seen there, such as a collar of one side, is not mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.render.resample import resize
from npcface.rig.pose import PIVOT, rotation

Tensors = dict[str, NDArray[Any]]

HEAD_SHARE = (0.75, 0.95)
"""Share of the head's motion from which on, and to which, a texel counts as head: shoulders have no far side."""


FRONT_DEG = 12.0
"""Yaw of a portrait up to which both sides of the head are seen."""
ALIKE = (80.0, 40.0)
"""Difference of colour, of 255, at which two sides do not match, and do."""
LOW = (-4.5, -2.0)
"""Height, in the rig's centimetres, at which nothing is mirrored, and everything: mouth and earlobe. The neck is seen
anyhow, and strands beside it are no twins."""


def far_shell(tensors: Tensors, texture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The shell behind the shell: of a further portrait that shows the other side, else the mirrored one.

    Args:
        tensors: of the character.
        texture: [T, T, 4] uint8, the shell's, premultiplied.

    Returns:
        [T, T, 4] uint8 premultiplied texture and [10, S, S] field, as ``Looks.shell_texture`` and ``shell_field``.
    """
    size = texture.shape[0]
    if "far_texture" in tensors:
        field = tensors["far_field"].astype(np.float32)
        behind = resize(tensors["far_texture"].astype(np.float32), size, size)
    else:
        field = tensors["shell_field"].astype(np.float32)[:, :, ::-1].copy()
        field[[0, 3, 6]] *= -1  # head-space x, its displacement's x, and the chart, which is symmetric
        behind = texture[:, ::-1].astype(np.float32)
    head = _share(resize(field[9][..., None], 128, 128)[..., 0], *HEAD_SHARE)
    at = _seen_at(tensors, field)
    proof = _look_up(tensors["shell_alpha"], at)
    if "far_texture" not in tensors:
        proof = proof * _share(resize(field[1][..., None], 128, 128)[..., 0], *LOW)
        if abs(float(tensors["portrait_head"][0])) < FRONT_DEG:
            proof = proof * _alike(tensors, at)
    keep = resize((proof * head)[..., None], size, size)
    behind = behind * np.clip(keep * 1.5 - 0.5, 0, 1)
    behind[[0, -1]] = 0  # past its border a texture repeats: nothing shall be drawn out there
    behind[:, [0, -1]] = 0
    return np.round(behind).astype(np.uint8), np.asarray(field, np.float32)


def _share(value: NDArray[np.float32], none: float, whole: float) -> NDArray[np.float32]:
    """0 at ``none``, 1 at ``whole``, and what lies between."""
    return np.clip((value - none) / (whole - none), 0, 1).astype(np.float32)


def _seen_at(tensors: Tensors, field: NDArray[np.float32]) -> NDArray[np.float32]:
    """[128, 128, 2] 0..1 where the texels of a shell are, seen from the portrait's own camera."""
    rows = rotation(tensors["portrait_head"].astype(np.float64)) * float(tensors["unit"][0]) * [[1.0], [-1.0], [1.0]]
    shown = field[:3] + field[3:6] * -field[8:9]  # as the portrait shows it, its expression included
    at = np.tensordot(rows[:2], shown - np.asarray(PIVOT, np.float32)[:, None, None], 1)
    at += tensors["place"].astype(np.float64)[:, None, None]
    return resize(at.transpose(1, 2, 0).astype(np.float32), 128, 128)


def _alike(tensors: Tensors, at: NDArray[np.float32]) -> NDArray[np.float32]:
    """[128, 128] 0..1 whether the portrait, mirrored, has the colour that it shows at each place [128, 128, 2]."""
    colour = resize(tensors["shell_rgb"].astype(np.float32), 128, 128)
    padded = np.pad(colour, ((1, 1), (1, 1), (0, 0)), mode="edge")
    least = np.full(at.shape[:2], np.inf, np.float32)
    for row, column in _around(at, 128):
        least = np.minimum(least, np.abs(colour[:, ::-1] - padded[row, column]).max(axis=2))
    return _share(least, *ALIKE)


def _look_up(alpha: NDArray[np.uint8], at: NDArray[np.float32]) -> NDArray[np.float32]:
    """[H, W] 0..1, the most of a small neighbourhood of each place [H, W, 2] (0..1); outside the picture 0.

    The neighbourhood forgives what a guessed depth is wrong by: too strict a proof tears ear from cheek.
    """
    padded = np.pad(alpha, 1)
    most = np.zeros(at.shape[:2], np.uint8)
    for row, column in _around(at, alpha.shape[0]):
        most = np.maximum(most, padded[row, column])
    return np.asarray(most / 255, np.float32)


def _around(at: NDArray[np.float32], size: int) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows and columns of places [H, W, 2] (0..1) and of four beside each, in a picture with a border of one pixel."""
    reach = size // 42
    for dx, dy in ((0, 0), (reach, 0), (-reach, 0), (0, reach), (0, -reach)):
        column = np.clip((at[..., 0] * size).astype(int) + dx, -1, size) + 1
        yield np.clip((at[..., 1] * size).astype(int) + dy, -1, size) + 1, column
