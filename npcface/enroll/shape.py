"""The character's own head: the fit, bent so that every landmark lies where it was seen, with a shut mouth at rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.rig import landmarks as lm
from npcface.rig.field import spread
from npcface.rig.fit import Fit, looked
from npcface.rig.pose import PIVOT
from npcface.rig.rig import Rig
from npcface.vocab import ARKIT_INDEX

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """Head geometry of one character. Units: head units, texture px for the camera.

    Attributes:
        fit: pose and expression in the texture (px of the texture frame).
        rest: [G, G, 3] skin at ARKit zero.
        shown: [G, G, 3] skin as the portrait shows it.
        eyes: [2, 3] eyeball centres. gaze_deg: [2] where the portrait looks, yaw, pitch in the head frame.
        mouth_shift: [3] of the mouth's inside against the mean rig.
        head: [P, 3] scalp, ears and neck.
        blink: [2, G, G, 3] what ``eyeBlinkLeft`` and ``…Right`` must add to the rig's shape for the lids to meet.
    """

    fit: Fit
    rest: Array
    shown: Array
    eyes: Array
    gaze_deg: Array
    mouth_shift: Array
    head: Array
    blink: Array


def shape_of(rig: Rig, fit: Fit, points: NDArray[Any]) -> Shape:
    """Build the head.

    Args:
        fit: of ``points``, both in texture px.
        points: [478, 2+] landmarks in texture px.
    """
    grid = rig.grid
    base = rig.face_mean + np.tensordot(fit.identity, rig.face_identity, 1)
    moved = np.tensordot(fit.weights, rig.face_shapes, 1)
    # picture → head: sideways and up only, because a picture says nothing of depth and a turned portrait's
    # offsets would otherwise push lips and lids through each other
    seen = fit.residual_px * (1.0, -1.0) / fit.scale_px
    offsets = np.pad(seen @ np.linalg.inv(fit.rotation[:2, :2]).T, ((0, 0), (0, 1)))
    bend = spread(rig, offsets, grid)
    shown = base + moved + bend
    neutral = base + spread(rig, _without_gape(shown_gape(rig, shown), offsets), grid)
    rest = neutral + _shut_mouth(rig, neutral)
    eyes, gaze = _eyes(rig, fit, points)
    shift = _teeth_shift(rig, rest)
    head = rig.head_mean + np.tensordot(fit.identity, rig.head_identity, 1)
    return Shape(fit, rest, shown, eyes, gaze, shift, head, np.stack([_blink(rig, rest, side) for side in (0, 1)]))


def shown_gape(rig: Rig, shown: Array) -> float:
    """0 for a shut mouth, 1 from where it is open by an eighth of its width."""
    at = rig.at(shown, rig.landmark_coords)
    return float(np.clip(np.linalg.norm(at[13] - at[14]) / np.linalg.norm(at[291] - at[61]) / 0.12, 0, 1))


def _without_gape(gape: float, offsets: Array) -> Array:
    """[468, 3] offsets in which an open mouth's inner lips follow its outer ones: their parting is expression."""
    kept = offsets.copy()
    for inner, outer in ((lm.UPPER_INNER, lm.UPPER_INNER_TO_OUTER), (lm.LOWER_INNER, lm.LOWER_INNER_TO_OUTER)):
        kept[list(inner)] += gape * (offsets[list(outer)] - offsets[list(inner)])
    return kept


LIP_OVERLAP, LID_OVERLAP = 0.16, 0.06  # head units: closed lips and lids leave no line of light between them


def _shut_mouth(rig: Rig, rest: Array) -> Array:
    """[G, G, 3] displacement that makes the lips meet."""

    def step(now: Array) -> Array:
        values = np.zeros((468, 3))
        columns, gap = _gap(now, rig.face_masks[1], 2, LIP_OVERLAP)
        inner, outer = ((lm.UPPER_INNER, -0.5), (lm.LOWER_INNER, 0.5)), ((lm.UPPER_OUTER, -0.4), (lm.LOWER_OUTER, 0.4))
        for chosen, share in inner + outer:
            values[list(chosen), 1] = share * np.interp(rig.landmark_coords[list(chosen), 0], columns, gap, 0, 0)
        return values

    return _closing(rig, rest, step, reach=0.05)


def _blink(rig: Rig, rest: Array, side: int) -> Array:
    """[G, G, 3] displacement that closes what the rig's own blink leaves open on this face."""
    name = ("eyeBlinkLeft", "eyeBlinkRight")[side]
    upper, lower = (lm.LEFT_UPPER_LID, lm.RIGHT_UPPER_LID)[side], (lm.LEFT_LOWER_LID, lm.RIGHT_LOWER_LID)[side]

    def step(now: Array) -> Array:
        values = np.zeros((468, 3))
        columns, gap = _gap(now, rig.face_masks[2 + side], 5, LID_OVERLAP)
        for chosen, share in ((upper, -0.9), (lower, 0.1)):
            values[list(chosen), 1] = share * np.interp(rig.landmark_coords[list(chosen), 0], columns, gap, 0, 0)
        values[list(upper), 2] = 0.06  # the upper lid lies over the lower one
        return values

    return _closing(rig, rest + rig.face_shapes[ARKIT_INDEX[name]], step, reach=0.04)


def _gap(now: Array, mask: NDArray[np.uint8], reach: int, overlap: float) -> tuple[Array, Array]:
    """How far an opening gapes as seen from the front, per chart column that crosses it.

    Args:
        now: [G, G, 3]. mask: [M, M] uint8, the opening. reach: chart rows of skin to look at above and below.

    Returns:
        chart x of the columns, and the height between the lowest skin above and the highest skin below, head units,
        with the wanted overlap added.
    """
    import cv2

    grid = now.shape[0]
    hole = cv2.resize(mask, (grid, grid), interpolation=cv2.INTER_AREA) > 127
    columns, gaps = [], []
    for column in np.flatnonzero(hole.any(axis=0)):
        rows = np.flatnonzero(hole[:, column])
        above = now[rows[0] - reach : rows[0], column, 1].min()
        below = now[rows[-1] + 1 : rows[-1] + 1 + reach, column, 1].max()
        columns.append((column + 0.5) / grid)
        gaps.append(above - below + overlap)
    return np.array(columns), np.maximum(np.array(gaps), -0.1)


def _closing(rig: Rig, start: Array, step: Callable[[Array], Array], reach: float) -> Array:
    """Sum of a few smooth steps: one alone falls short, because a smooth field rounds its values off."""
    total = np.zeros_like(start, dtype=np.float64)
    for _ in range(3):
        total += spread(rig, step(start + total), rig.grid, reach=reach)
    return total


def _eyes(rig: Rig, fit: Fit, points: NDArray[Any]) -> tuple[Array, Array]:
    """Centres moved so that each iris lies where it was seen, and the gaze that this assumes."""
    centres = rig.eye_centres + np.tensordot(fit.identity, rig.eye_identity, 1)
    gaze = fit.gaze_deg + looked(fit.weights).mean(axis=0)
    viewer = fit.rotation.T @ (0.0, 0.0, 1.0)  # direction of the camera in the head frame
    towards = np.rad2deg([np.arctan2(viewer[0], viewer[2]), np.arcsin(np.clip(viewer[1], -1, 1))])
    # the rig's eyeballs sit a little high: portraits into the lens read as looking down
    gaze = gaze + np.array((0.0, 4.0))
    if np.linalg.norm(gaze - towards) < 11.0:
        gaze = towards  # most portraits look at the viewer, and a detector cannot tell that from a few degrees off
    if len(points) < 478 or not np.isfinite(points[468:478, :2]).all():
        return centres, gaze
    radius = float(rig.eye_radius[0])
    forward = direction(gaze) * radius
    for index, iris in enumerate((473, 468)):
        off = (np.asarray(points[iris, :2], np.float64) - fit.project(centres[index] + forward)) * (1.0, -1.0)
        centres[index] += fit.rotation.T @ np.append(off / fit.scale_px, 0.0)
    return centres, gaze


def direction(gaze_deg: NDArray[Any]) -> Array:
    """[3] unit vector of a gaze (yaw, pitch in degrees) in the head frame."""
    yaw, pitch = np.deg2rad(gaze_deg)
    return np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])


def _teeth_shift(rig: Rig, rest: Array) -> Array:
    """[3] how far teeth and tongue move with this face: they hang from the skull below the nose, behind the lips."""
    own, mean = rig.at(rest, rig.landmark_coords), rig.landmarks[0]
    base, lips = [2, 164], [0, 13, 14]
    moved_base = (own[base] - mean[base]).mean(axis=0)
    moved_lips = (own[lips] - mean[lips]).mean(axis=0)
    return np.array([moved_lips[0], 0.75 * moved_base[1] + 0.25 * moved_lips[1], moved_lips[2]])


def picture_rows(fit: Fit, size: int) -> Array:
    """[3, 3] rows x (right), y (down), z (nearer) in texture widths per head unit."""
    return fit.rotation * (fit.scale_px / size) * np.array([[1.0], [-1.0], [1.0]])


def project_texture(fit: Fit, points: Array, size: int) -> Array:
    """[..., 3] texture x, y (0..1) and z of head-space points."""
    out = (points - PIVOT) @ picture_rows(fit, size).T
    out[..., :2] += fit.place_px / size
    return np.asarray(out)
