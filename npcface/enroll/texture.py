"""The face texture: the portrait's own skin, laid out on the face chart, with what was hidden filled in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.fill import push_pull
from npcface.enroll.shape import Shape, project_texture, shown_gape
from npcface.render.layout import FACE_PX
from npcface.rig.landmarks import LEFT_EYE_RING, LIPS_INNER, LIPS_OUTER, RIGHT_EYE_RING
from npcface.rig.rig import Rig
from npcface.vocab import ARKIT_INDEX

Floats = NDArray[np.float32]


def dense(image: NDArray[Any], size: int) -> NDArray[np.float32]:
    """[size, size, C]: a geometry image resized as the renderer does it (bilinear, cell centres)."""
    import cv2

    return np.asarray(cv2.resize(image.astype(np.float32), (size, size), interpolation=cv2.INTER_LINEAR))


def bake_face(rig: Rig, shape: Shape, picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Floats]:
    """Sample the portrait under every texel.

    Args:
        picture: [P, P, 3] the texture frame's cut of the portrait, any resolution.

    Returns:
        [FACE_PX, FACE_PX, 3] uint8 colours, and [FACE_PX, FACE_PX] 0..1: 1 where the portrait showed the skin, 0 where
        it was filled in.
    """
    import cv2

    size = picture.shape[0]
    place = project_texture(shape.fit, dense(shape.shown, FACE_PX).astype(np.float64), 512)
    pixel = (place[..., :2] * size - 0.5).astype(np.float32)
    sampled = cv2.remap(picture, pixel[..., 0], pixel[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    colour = sampled.astype(np.float32)
    trust = _visible(rig, shape, place)
    trust = cv2.GaussianBlur(cv2.erode(trust, np.ones((3, 3), np.uint8)), (0, 0), 1.0).astype(np.float32, copy=False)
    shown = trust
    colour = _lids(rig, shape, colour, trust, place)
    colour, trust = _lips(rig, shape, colour, trust)
    mirrored, mirrored_trust = colour[:, ::-1], trust[:, ::-1]
    return np.clip(_complete(colour, trust, mirrored, mirrored_trust), 0, 255).astype(np.uint8), shown


def _complete(colour: Floats, trust: Floats, mirrored: Floats, mirrored_trust: Floats) -> Floats:
    """Hidden texels: the other half of the face in this half's light, else a smooth continuation."""
    smooth = push_pull(colour, trust)
    help_ = mirrored_trust * (1 - trust)
    if help_.mean() < 0.02:
        return smooth
    detail = mirrored - push_pull(mirrored, trust * mirrored_trust)
    return smooth + detail * np.clip(help_, 0, 1)[..., None] * 0.8


def _lids(rig: Rig, shape: Shape, colour: Floats, trust: Floats, place: NDArray[Any]) -> Floats:
    """Lid skin that an open eye folds away would show lashes drawn out long when it closes: give it skin instead."""
    import cv2

    blink = rig.face_shapes[[ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]].sum(axis=0)
    shut = dense(shape.rest + blink + shape.blink.sum(axis=0), FACE_PX).astype(np.float64)
    stretch = _area(project_texture(shape.fit, shut, 512)) / np.maximum(_area(place), 1e-9)
    eyes = dense(rig.face_masks[2:].max(axis=0) / 255.0, FACE_PX) > 0.3
    near = cv2.dilate(eyes.astype(np.uint8), np.ones((61, 41), np.uint8)) > 0
    drawn_out = (near & (stretch > 1.8)).astype(np.float32)
    rings = _polygon(rig, LEFT_EYE_RING, FACE_PX) | _polygon(rig, RIGHT_EYE_RING, FACE_PX) | eyes
    lash = cv2.dilate(rings.astype(np.uint8), np.ones((21, 9), np.uint8)).astype(np.float32)
    skin = push_pull(colour, trust * (1 - cv2.dilate(drawn_out, np.ones((5, 5), np.uint8))) * (1 - lash))
    share = cv2.GaussianBlur(drawn_out * (1 - lash), (0, 0), 1.5)[..., None] * (1 - lash[..., None])
    return np.asarray(colour * (1 - share) + skin * share, np.float32)


def _lips(rig: Rig, shape: Shape, colour: Floats, trust: Floats) -> tuple[Floats, Floats]:
    """The lips' hidden inner side takes the colour of their own red, not of moustache or chin."""
    hidden = _inner_lips(rig, shape, FACE_PX)
    red = _polygon(rig, LIPS_OUTER, FACE_PX) & ~hidden
    inside = push_pull(colour, trust * red)
    return np.where(hidden[..., None], inside, colour), np.where(hidden, 1.0, trust).astype(np.float32)


def _polygon(rig: Rig, indices: tuple[int, ...], size: int) -> NDArray[np.bool_]:
    """[size, size] inside of a ring of landmarks on the face chart."""
    import cv2

    ring = np.round(rig.landmark_coords[list(indices)] * size * 16).astype(np.int32)
    mask = np.zeros((size, size), np.uint8)
    cv2.fillPoly(mask, [ring], 1, shift=4)
    return mask > 0


def _area(place: NDArray[Any]) -> NDArray[Any]:
    """[F, F] picture area of each texel, negative where the surface is turned away."""
    across, down = np.gradient(place[..., :2], axis=1), np.gradient(place[..., :2], axis=0)
    return np.asarray(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])


def _visible(rig: Rig, shape: Shape, place: NDArray[Any]) -> Floats:
    """[F, F] 1 where a texel faces the camera and nothing lies in front of it."""
    from scipy.ndimage import maximum_filter

    size = place.shape[0]
    masks = np.stack([dense(m / 255.0, size) for m in rig.face_masks])
    skin = (masks[0] > 0.9) & (masks[1:].max(axis=0) < 0.1) & ~_inner_lips(rig, shape, size)
    area = _area(place)
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


def _inner_lips(rig: Rig, shape: Shape, size: int) -> NDArray[np.bool_]:
    """[size, size] lip skin behind the line where lips meet: a shut mouth hides it, an open one shows teeth there."""
    import cv2

    mask = _polygon(rig, LIPS_INNER, size).astype(np.uint8)
    # the edge between lip and teeth is known to a few texels only
    around = 3 + 2 * round(7 * shown_gape(rig, shape.shown))
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (around, around))) > 0
