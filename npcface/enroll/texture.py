"""The face texture: the portrait's own skin, laid out on the face chart, with what was hidden filled in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.fill import push_pull
from npcface.enroll.shape import Shape, project_texture
from npcface.rig.rig import Rig

Floats = NDArray[np.float32]

FACE_PX = 512


def dense(image: NDArray, size: int) -> NDArray[np.float32]:
    """[size, size, C]: a geometry image resized as the renderer does it (bilinear, cell centres)."""
    import cv2

    return np.asarray(cv2.resize(image.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR))


def bake_face(rig: Rig, shape: Shape, picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Floats]:
    """Sample the portrait under every texel.

    Args:
        picture: [P, P, 3] the texture frame's cut of the portrait, any resolution.

    Returns:
        [FACE_PX, FACE_PX, 3] uint8 colours and [FACE_PX, FACE_PX] trust 0..1 (how well the portrait shows a texel).
    """
    import cv2

    size = picture.shape[0]
    place = project_texture(shape.fit, dense(shape.shown, FACE_PX).astype(np.float64), 512)
    pixel = (place[..., :2] * size - 0.5).astype(np.float32)
    colour = cv2.remap(
        picture, pixel[..., 0], pixel[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    trust = _visible(rig, place)
    trust = cv2.erode(trust, np.ones((3, 3), np.uint8))
    trust = cv2.GaussianBlur(trust, (0, 0), 1.0)
    mirrored, mirrored_trust = colour[:, ::-1], trust[:, ::-1]
    return np.clip(_complete(colour, trust, mirrored, mirrored_trust), 0, 255).astype(np.uint8), trust


def _complete(colour: Floats, trust: Floats, mirrored: Floats, mirrored_trust: Floats) -> Floats:
    """Hidden texels: the other half of the face in this half's light, else a smooth continuation."""
    smooth = push_pull(colour, trust)
    help_ = mirrored_trust * (1 - trust)
    if help_.mean() < 0.02:
        return smooth
    detail = mirrored - push_pull(mirrored, mirrored_trust * 0.0 + trust * mirrored_trust)
    return smooth + detail * np.clip(help_, 0, 1)[..., None] * 0.8


def _visible(rig: Rig, place: NDArray) -> Floats:
    """[F, F] 1 where a texel faces the camera and nothing lies in front of it."""
    from scipy.ndimage import maximum_filter

    size = place.shape[0]
    masks = np.stack([dense(m / 255.0, size) for m in rig.face_masks])
    skin = (masks[0] > 0.9) & (masks[1:].max(axis=0) < 0.1)
    across = np.gradient(place[..., :2], axis=1)
    down = np.gradient(place[..., :2], axis=0)
    area = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
    typical = np.median(area[skin])
    raster = 192
    cell = np.clip((place[..., :2] * raster).astype(int), 0, raster - 1)
    flat = cell[..., 1] * raster + cell[..., 0]
    depth = np.full(raster * raster, -9.0)
    np.maximum.at(depth, flat[skin], place[..., 2][skin])
    front = maximum_filter(depth.reshape(raster, raster), 3)
    step = 0.012  # texture widths: a cheek's own slope within one cell
    hidden = place[..., 2] < front.ravel()[flat] - step * 1.6
    good = np.clip((area / typical - 0.08) / 0.25, 0, 1)
    return np.asarray(np.where(skin & ~hidden, good, 0.0), np.float32)


def rim_alpha(rig: Rig) -> Floats:
    """[FACE_PX, FACE_PX] how far the face layer covers the shell: 1 inside, fading towards the chart's rim."""
    import cv2

    inside = dense(rig.face_masks[0] / 255.0, FACE_PX) > 0.5
    distance = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.clip((distance - 14) / 36, 0, 1).astype(np.float32)


def openings(rig: Rig) -> Floats:
    """[FACE_PX, FACE_PX] 1 inside mouth and eye openings."""
    return np.clip(dense(rig.face_masks[1:].max(axis=0) / 255.0, FACE_PX), 0, 1)
