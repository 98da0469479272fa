"""The far side of a turned head: hair and ear that the portrait hides, borrowed from the side that it shows.

The shell of the portrait is mirrored about the head's middle and laid behind the real one; where the character was
enrolled with a further portrait that shows the other side, that one's shell takes the mirrored one's place. A texel is
kept only where the portrait does not prove it wrong: seen from the portrait's own camera it must hide behind the
person, so that a portrait at rest looks as it did, and a long fringe on one side grows no twin on the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.render.resample import resize
from npcface.rig.pose import PIVOT, rotation

Tensors = dict[str, NDArray[Any]]

HEAD_SHARE = (0.5, 0.8)
"""Share of the head's motion from which on, and to which, a texel counts as head: shoulders have no far side."""


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
    low, high = HEAD_SHARE
    head = np.clip((resize(field[9][..., None], 128, 128)[..., 0] - low) / (high - low), 0, 1)
    keep = resize((_hidden(tensors, field) * head)[..., None], size, size)
    behind = behind * np.clip(keep * 1.5 - 0.5, 0, 1)
    behind[[0, -1]] = 0  # past its border a texture repeats: nothing shall be drawn out there
    behind[:, [0, -1]] = 0
    return np.round(behind).astype(np.uint8), np.asarray(field, np.float32)


def _hidden(tensors: Tensors, field: NDArray[np.float32]) -> NDArray[np.float32]:
    """[128, 128] 0..1 where a shell, seen from the portrait's own camera, lies behind the person."""
    rows = rotation(tensors["portrait_head"].astype(np.float64)) * float(tensors["unit"][0]) * [[1.0], [-1.0], [1.0]]
    shown = field[:3] + field[3:6] * -field[8:9]  # as the portrait shows it, its expression included
    at = np.tensordot(rows[:2], shown - np.asarray(PIVOT, np.float32)[:, None, None], 1)
    at += tensors["place"].astype(np.float64)[:, None, None]
    return _look_up(tensors["shell_alpha"], resize(at.transpose(1, 2, 0).astype(np.float32), 128, 128))


def _look_up(alpha: NDArray[np.uint8], at: NDArray[np.float32]) -> NDArray[np.float32]:
    """[H, W] 0..1, the most of a small neighbourhood of each place [H, W, 2] (0..1); outside the picture 0.

    The neighbourhood forgives what a guessed depth is wrong by: too strict a proof tears ear from cheek.
    """
    size = alpha.shape[0]
    padded = np.pad(alpha, 1)
    reach = size // 42
    most = np.zeros(at.shape[:2], np.uint8)
    for dx, dy in ((0, 0), (reach, 0), (-reach, 0), (0, reach), (0, -reach)):
        column = np.clip((at[..., 0] * size).astype(int) + dx, -1, size) + 1
        row = np.clip((at[..., 1] * size).astype(int) + dy, -1, size) + 1
        most = np.maximum(most, padded[row, column])
    return np.asarray(most / 255, np.float32)
