"""Fit the rig to landmarks of one picture: Gauss-Newton with an analytic Jacobian, no learning framework.

Unknowns: rotation, scale and place of the head, identity modes, expression weights. The picture sees the head in
parallel projection: ``place + scale · (R (X − pivot))``, which holds well from a metre away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.rig import landmarks as lm
from npcface.rig.pose import PIVOT, angles, skew, small_rotation
from npcface.rig.rig import Rig
from npcface.vocab import ARKIT_52, ARKIT_INDEX

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A head in a picture.

    Attributes:
        rotation: [3, 3], head space to picture axes (x right, y up).
        scale_px: pixels per head unit. place_px: [2] picture position of the pivot (x right, y down).
        identity: [K] modes in standard deviations. weights: [52] expression, 0..1.
        residual_px: [468, 2] observed minus fitted landmark (x right, y down).
        gaze_deg: [2] yaw, pitch of the eyes relative to the head, beyond what the eyeLook weights turn.
    """

    rotation: Array
    scale_px: float
    place_px: Array
    identity: Array
    weights: Array
    residual_px: Array
    gaze_deg: Array

    @property
    def head_deg(self) -> Array:
        """[3] yaw, pitch, roll."""
        return angles(self.rotation)

    def project(self, points: Array) -> Array:
        """[..., 2] picture position in px of head-space points [..., 3]."""
        posed = (points - PIVOT) @ self.rotation.T
        return self.place_px + self.scale_px * posed[..., :2] * (1.0, -1.0)


def fit_landmarks(
    rig: Rig,
    points: NDArray[Any],
    prior: dict[str, float] | None = None,
    *,
    identity: Array | None = None,
    rest: Array | None = None,
    shapes: Array | None = None,
    trust: float = 1.0,
    start: Fit | None = None,
    rounds: int = 12,
) -> Fit:
    """Find pose, identity and expression.

    Args:
        points: [468 or 478, ≥2] landmarks in px, x right, y down; NaN rows are ignored. Without finite irises
            (rows 468–477) the gaze is 0.
        prior: ARKit weights by name, as a face tracker guessed them; pulls the expression gently.
        identity: [K] to hold identity fixed (a known person), else it is fitted.
        rest: [468, 3] a known person's own landmarks at ARKit zero, used instead of the rig's for ``identity``.
        shapes: [52, 468, 3] that person's own expression shapes at the landmarks, default the rig's.
        trust: scales how far expression may leave the prior; larger follows the points more.
        start: an earlier fit of the same face to start from.
        rounds: Gauss-Newton steps.
    """
    seen = np.asarray(points[:468, :2], np.float64) * (1.0, -1.0)  # y up
    weight = _landmark_weights() * np.isfinite(seen).all(axis=1)
    seen = np.nan_to_num(seen)
    mean, modes, common = rig.landmarks
    shapes = common if shapes is None else shapes
    modes_count = len(modes)
    free_identity = identity is None and rest is None
    if rest is not None:
        mean = np.asarray(rest, np.float64)
    who = np.zeros(modes_count) if identity is None else np.asarray(identity, np.float64)
    guess = _prior_vector(prior)
    spread = _prior_spread() * trust
    weights = guess.copy() if start is None else start.weights.copy()
    if start is None:
        pose, scale, place = _rigid_start(mean, seen, weight)
    else:
        pose, scale, place = start.rotation, start.scale_px, start.place_px * (1.0, -1.0)

    root = np.sqrt(weight)[:, None, None]
    for _ in range(rounds):
        head = mean + np.tensordot(who, modes, 1) + np.tensordot(weights, shapes, 1) - PIVOT
        turned = head @ pose.T
        error = (seen - place - scale * turned[:, :2]) / scale  # [468, 2] head units
        columns = [
            skew(turned)[:, :2],  # rotation vector, in picture axes
            turned[:, :2, None],  # log scale
            np.broadcast_to(np.eye(2), (468, 2, 2)),  # place / scale
            np.einsum("ij,kpj->pik", pose[:2], shapes),
        ]
        if free_identity:
            columns.append(np.einsum("ij,kpj->pik", pose[:2], modes))
        jacobian = (np.concatenate(columns, axis=2) * root).reshape(936, -1)
        right = (error[..., None] * root).reshape(936)
        damping = np.concatenate(
            [np.full(6, 1e-6), 1 / spread**2] + ([np.full(modes_count, _IDENTITY_PULL)] if free_identity else [])
        )
        pull = np.concatenate(
            [np.zeros(6), (guess - weights) / spread**2] + ([-who * _IDENTITY_PULL] if free_identity else [])
        )
        normal = jacobian.T @ jacobian / _NOISE**2 + np.diag(damping)
        step = np.linalg.solve(normal, jacobian.T @ right / _NOISE**2 + pull)
        pose = small_rotation(step[:3]) @ pose
        place = place + step[4:6] * scale
        scale = scale * float(np.exp(np.clip(step[3], -0.5, 0.5)))
        weights = np.clip(weights + step[6:58], 0.0, 1.0)
        if free_identity:
            who = np.clip(who + step[58:], -3.0, 3.0)

    head = mean + np.tensordot(who, modes, 1) + np.tensordot(weights, shapes, 1)
    result = Fit(pose, scale, place * (1.0, -1.0), who, weights, np.zeros((468, 2)), np.zeros(2))
    residual = np.asarray(points[:468, :2], np.float64) - result.project(head)
    gaze = _gaze(rig, result, points)
    return Fit(pose, scale, result.place_px, who, weights, np.nan_to_num(residual), gaze)


_NOISE = 0.12  # head units: scatter of a detected landmark about the rig's
_IDENTITY_PULL = 1.0


def _landmark_weights() -> Array:
    weight = np.ones(468)
    weight[list(lm.FACE_OVAL)] = 0.15  # the silhouette slides over the skin as the head turns
    weight[list(lm.LEFT_EYE + lm.RIGHT_EYE)] = 4.0
    weight[list(lm.LIPS_INNER + lm.LIPS_OUTER)] = 3.0
    weight[list(lm.LEFT_BROW + lm.RIGHT_BROW)] = 1.5
    return weight


def _prior_vector(prior: dict[str, float] | None) -> Array:
    vector = np.zeros(52)
    for name, value in (prior or {}).items():
        if name in ARKIT_INDEX:
            vector[ARKIT_INDEX[name]] = value
    return vector


def _prior_spread() -> Array:
    """[52] how far the fit may leave the tracker's guess; lids follow the landmarks, what points cannot see stays."""
    spread = np.full(52, 0.2)
    for name, value in {"eyeBlink": 0.6, "eyeWide": 0.4, "eyeSquint": 0.15, "eyeLook": 0.1, "mouth": 0.35,
                        "jawOpen": 0.5, "cheek": 0.08, "tongueOut": 1e-3, "jawForward": 0.08}.items():  # fmt: skip
        for index, full in enumerate(ARKIT_52):
            if full.startswith(name):
                spread[index] = value
    return spread


def _rigid_start(mean: Array, seen: Array, weight: Array) -> tuple[Array, float, Array]:
    """Pose, scale and place of the mean head by weak-perspective alignment (two rows of an affine camera)."""
    model = mean - PIVOT
    root = np.sqrt(weight)[:, None]
    design = np.concatenate([model, np.ones((468, 1))], axis=1) * root
    affine, *_ = np.linalg.lstsq(design, seen * root, rcond=None)
    rows = affine[:3].T  # [2, 3]
    scale = float((np.linalg.norm(rows[0]) + np.linalg.norm(rows[1])) / 2)
    u, _, vt = np.linalg.svd(rows / scale, full_matrices=False)
    two = u @ vt
    pose = np.vstack([two, np.cross(two[0], two[1])])
    return pose, scale, affine[3]


def _gaze(rig: Rig, fit: Fit, points: NDArray[Any]) -> Array:
    """[2] mean direction of both irises in degrees, head frame, minus what the eyeLook weights already turn."""
    if len(points) < 478 or not np.isfinite(points[468:478, :2]).all():
        return np.zeros(2)
    centres = rig.eye_centres + np.tensordot(fit.identity, rig.eye_identity, 1)
    return eye_direction(fit, centres, points, float(rig.eye_radius[0])) - looked(fit.weights).mean(axis=0)


def eye_direction(fit: Fit, centres: Array, points: NDArray[Any], radius: float) -> Array:
    """[2] yaw, pitch in degrees of both irises' mean direction in the head frame.

    Args:
        centres: [2, 3] eyeballs, head units, subject's left first. points: [478, 2+] px. radius: head units.
    """
    shift = (np.asarray(points[[473, 468], :2], np.float64) - fit.project(centres)) * (1.0, -1.0) / fit.scale_px
    depth = np.sqrt(np.clip(radius**2 - (shift**2).sum(axis=1), (0.3 * radius) ** 2, None))
    # picture axes → head axes
    sight = (np.concatenate([shift, depth[:, None]], axis=1) @ fit.rotation).mean(axis=0)
    yaw = np.rad2deg(np.arctan2(sight[0], sight[2]))
    pitch = np.rad2deg(np.arctan2(sight[1], np.hypot(sight[0], sight[2])))
    return np.array([yaw, pitch])


EYE_YAW_DEG, EYE_PITCH_DEG = 30.0, 25.0
"""How far an ``eyeLook…`` weight of 1 turns the eyeball."""


def looked(weights: NDArray[Any]) -> Array:
    """[2 eyes (left first), 2] yaw and pitch in degrees that the ``eyeLook…`` weights turn each eyeball."""

    def of(name: str) -> float:
        return float(weights[ARKIT_INDEX[name]])

    left = (of("eyeLookOutLeft") - of("eyeLookInLeft"), of("eyeLookUpLeft") - of("eyeLookDownLeft"))
    right = (of("eyeLookInRight") - of("eyeLookOutRight"), of("eyeLookUpRight") - of("eyeLookDownRight"))
    return np.array([left, right]) * (EYE_YAW_DEG, EYE_PITCH_DEG)
