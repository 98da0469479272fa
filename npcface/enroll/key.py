"""What stands before a plain background is known by its colour, down to single curls: a key, as in films."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.fill import push_pull

Floats = NDArray[np.float32]

PLAIN = 14.0
"""Mean difference from its median colour, of 255, up to which a background counts as plain."""
SEEN = 0.05
"""Share of the picture that has to be background, so that its colour is known."""
FAR = 0.1
"""Of the picture's side: so far from a rough matte hardly anything belongs to the person,"""
NEAR = 0.05
"""and so far from a good one nothing is a hair of theirs."""
CLEAR = 20.0
"""Difference from the background, of 255 and beyond its noise, that no wall has; half of it is half covered."""
SHADE = 0.5
"""A shadow on the wall keeps at least this much of its light."""


@dataclass(frozen=True, slots=True)
class Wall:
    """A plain background.

    Attributes:
        image: [H, W, 3] 0..255, the picture.
        colour: [H, W, 3] 0..255, smooth; behind the person too.
        away: [H, W] 0..255, how unlike it the picture is,
        noise: 0..255, and how unlike it the background itself may be.
    """

    image: Floats
    colour: Floats
    away: Floats
    noise: float

    def shadow(self) -> NDArray[np.bool_]:
        """[H, W] the wall's own colour, darker."""
        image, wall = self.image, self.colour
        light = (image * wall).sum(axis=2) / np.maximum((wall * wall).sum(axis=2), 1.0)
        other = np.abs(image - light[..., None] * wall).max(axis=2)
        return np.asarray((light > SHADE) & (light < 1.0) & (other < self.noise + 6.0))


def keyed(rgb: NDArray[np.uint8], rough: Floats) -> Floats:
    """The part of a matte that colour finds: what differs from a plain background and hangs together with the person.

    Args:
        rgb: [H, W, 3] uint8.
        rough: [H, W] 0..1, a matte that may miss hair.

    Returns:
        [H, W] 0..1; all 0 where the background is not plain, or hardly seen.
    """
    import cv2

    wall = wall_of(rgb, rough)
    if wall is None:
        return np.zeros(rough.shape, np.float32)
    found = (wall.away > wall.noise + CLEAR) & ~wall.shadow()
    near = cv2.dilate((found | (rough > 0.5)).astype(np.uint8), np.ones((5, 5), np.uint8))  # across gaps between curls
    _, parts = cv2.connectedComponents(near, connectivity=8)
    person = np.isin(parts, np.unique(parts[rough > 0.5])) & found
    fringe = cv2.dilate(person.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(fringe, np.clip((wall.away - wall.noise) / (2.0 * CLEAR), 0, 1), 0).astype(np.float32)


def stray(rgb: NDArray[np.uint8], matte: Floats) -> NDArray[np.bool_]:
    """[H, W] pixels beside a person that look unlike a plain background: hair that its matte has missed."""
    import cv2

    wall = wall_of(rgb, matte)
    if wall is None:
        return np.zeros(matte.shape, np.bool_)
    unlike = (wall.away > wall.noise + CLEAR / 4.0) & ~_far_from(matte, NEAR)
    return np.asarray(cv2.dilate(unlike.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0)  # and what is blurred of it


def wall_of(rgb: NDArray[np.uint8], matte: Floats) -> Wall | None:
    """The background of a picture, if it is plain and enough of it is seen; see ``keyed``."""
    import cv2

    image, behind = rgb.astype(np.float32), _far_from(matte, FAR)
    if behind.mean() < SEEN:
        return None
    unlike = np.abs(image - np.median(image[behind], axis=0))
    if float(unlike[behind].mean()) > PLAIN:
        return None
    behind &= unlike.max(axis=2) < 3.0 * PLAIN  # hair that reaches so far
    colour = cv2.GaussianBlur(push_pull(image, behind.astype(np.float32)), (0, 0), rgb.shape[0] / 60)
    away = np.abs(image - colour).max(axis=2)
    return Wall(image, np.asarray(colour, np.float32), away, float(np.percentile(away[behind], 99)))


def _far_from(matte: Floats, share: float) -> NDArray[np.bool_]:
    import cv2

    side = round(2.0 * share * matte.shape[0]) | 1
    return np.asarray(cv2.dilate(matte, np.ones((side, side), np.uint8)) < 0.1)
