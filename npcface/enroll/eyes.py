"""Eyeball textures: the white with its own light, and the iris completed where the lids hide it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.fill import push_pull
from npcface.enroll.shape import Shape, direction
from npcface.render.layout import EYE_SPAN
from npcface.rig import landmarks as lm
from npcface.rig.rig import Rig

EYE_PX = 64
MARGIN = 1.35  # iris texture half width in iris radii


def eye_textures(
    rig: Rig, shape: Shape, points: NDArray[Any], picture: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    """Textures of both eyes, subject's left first.

    Args:
        points: [478, 2+] landmarks in texture px.
        picture: [P, P, 3] the texture frame's cut of the portrait.

    Returns:
        [2, 7, EYE_PX, EYE_PX] uint8 sclera RGB, iris RGB and alpha; [2] iris texture half width in head units;
        [3] colour of the whites, 0..1 (the portrait's own idea of white).
    """
    textures, widths, whites = [], [], []
    for index in range(2):
        texture, width, white = _one(rig, shape, points, picture, index)
        textures.append(texture)
        widths.append(width)
        whites.append(white)
    return np.stack(textures), np.array(widths, np.float32), np.median(whites, axis=0).astype(np.float32)


def _one(
    rig: Rig, shape: Shape, points: NDArray[Any], picture: NDArray[np.uint8], index: int
) -> tuple[NDArray[np.uint8], float, NDArray[Any]]:
    import cv2

    size = picture.shape[0]
    image = picture.astype(np.float32) / 255
    radius = float(rig.eye_radius[0])
    lids = points[list((lm.LEFT_EYE, lm.RIGHT_EYE)[index]), :2] * (size / 512)
    ring = (lm.LEFT_IRIS, lm.RIGHT_IRIS)[index]
    unit = shape.fit.scale_px * size / 512
    if len(points) >= 478 and np.isfinite(points[ring, :2]).all():
        iris_px = float(np.linalg.norm(points[ring[1:], :2] - points[ring[0], :2], axis=1).mean()) * size / 512
    else:
        iris_px = 0.49 * radius * unit
    iris = float(np.clip(iris_px / unit, 0.4 * radius * 0.9, 0.52 * radius))

    open_eye = np.zeros(image.shape[:2], np.uint8)
    hull = cv2.convexHull(np.round(lids * 16).astype(np.int32))
    cv2.fillConvexPoly(open_eye, hull, 255, lineType=cv2.LINE_AA, shift=4)
    shrink = max(round(0.05 * radius * unit), 1)
    clear = cv2.erode(open_eye, np.ones((2 * shrink + 1, 2 * shrink + 1), np.uint8)).astype(np.float32) / 255

    axis = (np.arange(EYE_PX) + 0.5) / EYE_PX * 2 - 1
    u, v = np.meshgrid(axis, -axis)
    # iris, in axes of the eyeball as the portrait shows it
    forward = direction(shape.gaze_deg)
    right = np.cross((0.0, 1.0, 0.0), forward)
    right /= np.linalg.norm(right)
    up = np.cross(forward, right)
    span = iris * MARGIN
    flat = u * span / radius, v * span / radius
    depth = np.sqrt(np.clip(1 - flat[0] ** 2 - flat[1] ** 2, 0.05, 1))
    ball = flat[0][..., None] * right + flat[1][..., None] * up + depth[..., None] * forward
    colour, seen = _look(shape, image, clear, shape.eyes[index] + ball * radius)
    distance = np.hypot(u, v) * MARGIN  # in iris radii
    disc = _complete_iris(colour, seen, distance)
    alpha = np.clip((1.06 - distance) / 0.14, 0, 1)

    # white, in head axes
    x, y = u * EYE_SPAN, v * EYE_SPAN
    depth = np.sqrt(np.clip(radius**2 - x**2 - y**2, 0.05, None))
    at = shape.eyes[index] + np.stack([x, y, depth], axis=-1)
    white, seen = _look(shape, image, clear, at)
    gap = np.linalg.norm(np.stack([x, y, depth], -1) / radius - forward, axis=-1) * radius
    seen = seen * np.clip((gap - iris * 1.12) / (0.1 * iris), 0, 1)
    bright = white.mean(axis=-1)
    usable = seen > 0.5
    if usable.sum() >= 6:
        level = np.percentile(bright[usable], 60)
        seen = seen * np.clip((bright / max(level, 1e-3) - 0.3) / 0.2, 0, 1)  # lashes are no white
    tone = _white(white, seen, image, points, size)
    if seen.sum() > 2:
        soft = cv2.GaussianBlur(push_pull(white.astype(np.float32), seen.astype(np.float32)), (0, 0), 2.0)
        mixed = white * seen[..., None] + (0.6 * soft + 0.4 * tone) * (1 - seen[..., None])
    else:
        mixed = np.broadcast_to(tone, white.shape)
    stack = np.concatenate([mixed, disc, alpha[..., None]], axis=-1)
    return np.round(np.clip(stack, 0, 1) * 255).astype(np.uint8).transpose(2, 0, 1), span, tone


def _look(shape: Shape, image: NDArray[Any], mask: NDArray[Any], at: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Colour and mask of the picture at head-space points [E, E, 3]."""
    import cv2

    pixel = (shape.fit.project(at) * (image.shape[0] / 512) - 0.5).astype(np.float32)
    colour = cv2.remap(image, pixel[..., 0], pixel[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.remap(mask, pixel[..., 0], pixel[..., 1], cv2.INTER_LINEAR)
    return colour, seen


def _complete_iris(colour: NDArray[Any], seen: NDArray[Any], distance: NDArray[Any]) -> NDArray[Any]:
    """What the lids hide takes the median of its ring, then blends into what is seen."""
    rings = np.clip((distance * 12).astype(int), 0, 15)
    ring_colour = np.zeros((16, 3))
    known = np.zeros(16, bool)
    for ring in range(16):
        inside = (rings == ring) & (seen > 0.6)
        if inside.sum() >= 4:
            ring_colour[ring] = np.median(colour[inside], axis=0)
            known[ring] = True
    if not known.any():
        dark = np.array([0.16, 0.11, 0.08])
        ring_colour[:] = dark * np.clip(np.abs(np.arange(16) / 12 - 0.2) * 3, 0.3, 1)[:, None]
    else:
        index = np.arange(16)
        for channel in range(3):
            ring_colour[:, channel] = np.interp(index, index[known], ring_colour[known, channel])
    position = np.clip(distance * 12 - 0.5, 0, 14.999)
    low = position.astype(int)
    part = (position - low)[..., None]
    smooth = ring_colour[low] * (1 - part) + ring_colour[low + 1] * part
    return colour * seen[..., None] + smooth * (1 - seen[..., None])


def _white(
    white: NDArray[Any], seen: NDArray[Any], image: NDArray[Any], points: NDArray[Any], size: int
) -> NDArray[Any]:
    """[3] the colour of a white thing in this portrait's light."""
    good = seen > 0.5
    cheeks = np.round(points[[50, 280, 205, 425], :2] * (size / 512)).astype(int).clip(2, size - 3)
    skin = np.median([image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3).mean(axis=0) for x, y in cheeks], axis=0)
    guess = np.clip(skin.mean() * 1.15, 0.12, 0.86) * np.array([1.0, 0.97, 0.94])
    if good.sum() < 8:
        return guess
    found = np.percentile(white[good], 65, axis=0)
    grey = found.mean()
    return np.clip(0.7 * found + 0.3 * guess, 0, 0.92) if grey > 0.3 * guess.mean() else guess
