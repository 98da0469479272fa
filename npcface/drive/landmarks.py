"""Landmarks of any person → FaceStates: MediaPipe's 478 points or iBUG's 68.

Absolute motion is re-enactment: the character's landmarks go exactly where the driver's are. Relative motion is
retargeting: expression, head turn and gaze are taken over, the driver's bone structure is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from npcface.errors import StateError
from npcface.rig.fit import Fit, eye_direction, fit_landmarks, looked
from npcface.rig.landmarks import IBUG_68, LEFT_IRIS, RIGHT_IRIS
from npcface.rig.rig import load_rig
from npcface.state import FaceState
from npcface.vocab import ARKIT_INDEX

if TYPE_CHECKING:
    from npcface.character import Character

Motion = Literal["absolute", "relative"]
Array = NDArray[np.float64]

SPREAD_MIN_PX = 2.0  # of all points: below, they are no face, or shares of a frame taken for pixels
LEARNING_FRAMES = 24
"""Relative motion keeps refining its idea of the driver's face over this many frames."""


class LandmarkDriver:
    """Turns one person's landmark frames, in order, into states of one character."""

    def __init__(self, character: Character, motion: Motion = "relative") -> None:
        """Prepare for a character.

        Args:
            character: who is driven.
            motion: ``absolute`` (frames have the portrait's framing) or ``relative`` (any framing).
        """
        self.motion = motion
        self._rig = load_rig()
        tensors = character.tensors
        self._unit = float(tensors["unit"][0])
        self._place = tensors["place"].astype(np.float64)
        self._frame = tensors["frame"].astype(np.float64)
        self._eyes = tensors["eyes"].astype(np.float64)
        self._rest = self._rig.at(tensors["face_rest"].astype(np.float64), self._rig.landmark_coords)
        blink = self._rig.at(tensors["face_blink"].astype(np.float64), self._rig.landmark_coords)
        self._shapes = self._rig.landmarks[2].copy()
        self._shapes[[ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]] += blink
        self._last: Fit | None = None
        self._identity: Array | None = None
        self._seen = 0
        self._first: tuple[Array, float] | None = None

    def state(
        self, points: NDArray[Any], image_size: tuple[int, int], blendshapes: dict[str, float] | None = None
    ) -> FaceState:
        """The state that one frame asks for.

        Args:
            points: [478, 2+] or [68, 2+] px, x right, y down.
            image_size: width and height of the driver's frame in px.
            blendshapes: the tracker's own ARKit guess, where it has one.

        Raises:
            StateError: the points have another shape, are not finite, or lie so that no head fits them; the driver
                then goes on as if that frame had not come.
        """
        full = _full(points)
        before = self._last, self._identity, self._seen, self._first
        try:
            with np.errstate(all="ignore"):  # what comes of it is looked at
                if self.motion == "absolute":
                    return self._absolute(full, image_size, blendshapes).checked()
                return self._relative(full, blendshapes).checked()
        except (np.linalg.LinAlgError, StateError):
            self._last, self._identity, self._seen, self._first = before
            raise StateError(
                "No head fits these landmarks.", "Leave frames out in which tracking was lost, and send pixels."
            ) from None

    def _absolute(self, points: Array, image_size: tuple[int, int], prior: dict[str, float] | None) -> FaceState:
        left, top, side, width, height = self._frame
        at = points[:, :2] * (width / image_size[0], height / image_size[1])
        at = (at - (left, top)) / side  # texture widths
        fit = fit_landmarks(
            self._rig,
            at * 512,
            prior,
            rest=self._rest,
            shapes=self._shapes,
            trust=1.0 if prior else 2.0,
            start=self._last,
            rounds=6 if self._last else 14,
        )
        self._last = fit
        return FaceState(
            weights=fit.weights.astype(np.float32),
            head=fit.head_deg.astype(np.float32),
            translation=((fit.place_px / 512 - self._place) * (1.0, -1.0)).astype(np.float32),
            gaze=self._gaze(fit, at * 512, self._eyes).astype(np.float32),
            scale=fit.scale_px / 512 / self._unit,
            landmark_offsets=_offsets(fit),
        )

    def _relative(self, points: Array, prior: dict[str, float] | None) -> FaceState:
        if self._seen < LEARNING_FRAMES:
            fit = fit_landmarks(self._rig, points, prior)
            share = 1.0 / (self._seen + 1)
            known = fit.identity if self._identity is None else self._identity
            self._identity = known + share * (fit.identity - known)
            self._seen += 1
        fit = fit_landmarks(
            self._rig, points, prior, identity=self._identity, start=self._last, rounds=6,
            trust=1.0 if prior else 1.5,
        )  # fmt: skip
        self._last = fit
        if self._first is None:
            self._first = (fit.place_px, fit.scale_px)
        place, scale = self._first
        moved = (fit.place_px - place) / scale * self._unit * (1.0, -1.0)  # head units → texture widths
        centres = self._rig.eye_centres + np.tensordot(fit.identity, self._rig.eye_identity, 1)
        return FaceState(
            weights=fit.weights.astype(np.float32),
            head=fit.head_deg.astype(np.float32),
            translation=moved.astype(np.float32),
            gaze=self._gaze(fit, points, centres).astype(np.float32),
            scale=float(np.clip(fit.scale_px / scale, 0.7, 1.4)),
        )

    def _gaze(self, fit: Fit, points: Array, centres: Array) -> Array:
        """[2] yaw, pitch in degrees on top of what the eyeLook weights turn."""
        if not np.isfinite(points[list(LEFT_IRIS + RIGHT_IRIS), :2]).all():
            return np.zeros(2)
        gaze = eye_direction(fit, centres, points, float(self._rig.eye_radius[0]))
        return np.asarray(np.clip(gaze - looked(fit.weights).mean(axis=0), -40, 40))


def landmarks(
    character: Character, frames: Iterable[tuple[NDArray[Any], tuple[int, int]]], motion: Motion = "relative"
) -> Iterator[FaceState]:
    """States of a character from landmark frames.

    Args:
        frames: ([478 or 68, 2+] points in px, (width, height) of the frame) in time order.
    """
    driver = LandmarkDriver(character, motion)
    for points, size in frames:
        yield driver.state(points, size)


def _full(points: NDArray[Any]) -> Array:
    given = np.asarray(points, np.float64)
    if given.ndim != 2 or given.shape[0] not in (68, 478) or given.shape[1] < 2 or not np.isfinite(given).all():
        raise StateError(
            f"Landmarks must be [478, 2+] or [68, 2+] finite px, got shape {given.shape}.",
            "Send MediaPipe's 478 points or iBUG's 68.",
        )
    if np.ptp(given[:, :2], axis=0).max() < SPREAD_MIN_PX:
        raise StateError("All landmarks lie on one spot.", "Send pixels of the frame, not shares of it.")
    if len(given) == 478:
        return given[:, :2]
    full = np.full((478, 2), np.nan)
    full[IBUG_68] = given[:, :2]
    return full


def _offsets(fit: Fit) -> NDArray[np.float32]:
    offsets = np.zeros((478, 2), np.float32)
    offsets[:468] = fit.residual_px / 512 * (1.0, -1.0)
    return offsets
