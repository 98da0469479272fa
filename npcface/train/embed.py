"""Where MediaPipe's 478 points lie on the head: render it, detect, take the chart point under every landmark.

Each render has a random identity, expression and pose, so the detector's per-picture noise cancels in the median.
Only training needs this file; the rig file carries its result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npcface.rig import landmarks as lm
from npcface.train.chart import Chart
from npcface.train.facekit import PARTS, FaceKit, part_triangles

SIZE_PX = 512
SCALE_PX = 15.0  # pixels per head unit


def embed_landmarks(
    kit: FaceKit, chart: Chart, renders: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chart coordinates of the landmarks.

    Returns:
        [478, 2] chart points 0..1 (iris points 468–477 are NaN: they lie on the eyeballs), and [478] float64,
        median distance of single renders from the median point, in head units.
    """
    from npcface.enroll.detect import Landmarker

    random = np.random.default_rng(seed)
    picture = _Painter(kit, chart)
    votes: list[NDArray[np.float64]] = []
    places: list[NDArray[np.float64]] = []
    with Landmarker() as landmarker:
        while len(votes) < renders:
            shape = kit.neutral + np.einsum("k,kvc->vc", random.normal(0, 0.7, 30), kit.identity[:30])
            shape = shape + 0.35 * random.random() * kit.shapes["jawOpen"]
            shape = shape + 0.3 * random.random() * (kit.shapes["eyeWideLeft"] + kit.shapes["eyeWideRight"])
            rotation = _rotation(*(random.uniform(-a, a) for a in (0.22, 0.16, 0.08)))
            image, coords, points = picture.paint(shape.astype(np.float32), rotation)
            faces = landmarker.detect(image)
            if len(faces) != 1:
                continue
            vote, place = _read(chart, coords, points, faces[0].points[:, :2])
            votes.append(vote)
            places.append(place)
    stack = np.stack(votes)
    median = np.nanmedian(stack, axis=0)
    # chart units are not head units: measure the scatter in 3D on the un-posed heads
    centre = np.nanmedian(np.stack(places), axis=0)
    spread = np.nanmedian(np.linalg.norm(np.stack(places) - centre, axis=2), axis=0)
    median[:468] = _mirrored_mean(median[:468])
    median[468:] = np.nan
    return median, spread


class _Painter:
    """Draws the whole head by dense point splatting, with the chart coordinate of every pixel beside the picture."""

    def __init__(self, kit: FaceKit, chart: Chart) -> None:
        self.kit = kit
        parts = ("face", "head", "eyes", "gums_tongue", "teeth", "mouth_socket")
        chosen = np.concatenate([part_triangles(kit, part) for part in parts])
        self.triangles = kit.triangles[chosen]
        grid = [(i, j) for i in range(7) for j in range(7 - i)]
        self.bary = np.array([[1 - (i + j) / 6, i / 6, j / 6] for i, j in grid], np.float32)  # [28, 3]
        self.chart = np.full((len(kit.neutral), 2), np.nan, np.float32)
        self.chart[chart.vertices] = chart.coords
        self.colour = _colours(kit)

    def paint(
        self, shape: NDArray[np.float32], rotation: NDArray[np.float32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
        """Picture [S, S, 3], chart coordinates [S, S, 2] and un-posed head points [S, S, 3] (NaN off the face)."""
        corners = shape[self.triangles]  # [T, 3, 3]
        normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
        light = np.abs(normal @ rotation.T @ np.array([0.25, 0.35, 0.9], np.float32)) * 0.75 + 0.25
        places = self._dense(shape)
        posed = places @ rotation.T
        columns = np.round(SIZE_PX / 2 + posed[:, 0] * SCALE_PX).astype(int)
        rows = np.round(SIZE_PX / 2 + 10 - posed[:, 1] * SCALE_PX).astype(int)
        seen = (columns >= 0) & (columns < SIZE_PX) & (rows >= 0) & (rows < SIZE_PX)
        order = np.flatnonzero(seen)
        order = order[np.argsort(posed[order, 2], kind="stable")]
        pixel = rows[order] * SIZE_PX + columns[order]  # painter's order: nearest written last
        image = np.full((SIZE_PX * SIZE_PX, 3), 60, np.uint8)
        shades = np.repeat(light, len(self.bary))[:, None] * self._dense(self.colour)
        image[pixel] = np.clip(shades[order], 0, 255)
        coords = np.full((SIZE_PX * SIZE_PX, 2), np.nan, np.float32)
        coords[pixel] = self._dense(self.chart)[order]
        points = np.full((SIZE_PX * SIZE_PX, 3), np.nan, np.float32)
        points[pixel] = places[order]
        square = (SIZE_PX, SIZE_PX)
        return image.reshape(*square, 3), coords.reshape(*square, 2), points.reshape(*square, 3)

    def _dense(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.einsum("bc,tcd->tbd", self.bary, values[self.triangles]).reshape(-1, values.shape[1])


def _read(
    chart: Chart, coords: NDArray[np.float32], points: NDArray[np.float32], landmarks: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chart coordinate and head point at the skin pixel nearest to each landmark (within 5 px, else NaN).

    Where lips or lids nearly touch, the nearest pixel may belong to the other one: points of an upper lip or lid look
    above its opening only, those of a lower one below.
    """
    from scipy.spatial import cKDTree

    skin = np.argwhere(np.isfinite(coords[..., 0]))
    height = coords[skin[:, 0], skin[:, 1], 1]
    middle = {name: chart.coords[rim, 1].mean() for name, rim in chart.holes.items()}
    vote, place = np.full((len(landmarks), 2), np.nan), np.full((len(landmarks), 3), np.nan)
    side = np.zeros(len(landmarks), int)
    limits = [np.ones(len(skin), bool)]
    for upper, lower, opening in (
        (lm.UPPER_INNER, lm.LOWER_INNER, "mouth"),
        (lm.LEFT_UPPER_LID, lm.LEFT_LOWER_LID, "eyeLeft"),
        (lm.RIGHT_UPPER_LID, lm.RIGHT_LOWER_LID, "eyeRight"),
    ):
        side[list(upper)], side[list(lower)] = len(limits), len(limits) + 1
        limits += [height < middle[opening], height > middle[opening]]
    for number, allowed in enumerate(limits):
        chosen = np.flatnonzero(side == number)
        candidates = skin[allowed]
        distance, nearest = cKDTree(candidates[:, ::-1]).query(landmarks[chosen])
        row, column = candidates[nearest].T
        near = distance <= 5
        vote[chosen[near]] = coords[row[near], column[near]]
        place[chosen[near]] = points[row[near], column[near]]
    return vote, place


def _mirrored_mean(coords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Landmarks averaged with their mirror twins: the face chart is symmetric about x = ½."""
    from scipy.optimize import linear_sum_assignment

    flipped = coords * (-1.0, 1.0) + (1.0, 0.0)
    distance = np.linalg.norm(coords[:, None] - flipped[None], axis=2)
    # lips and lids that touch have twins above and below each other: keep each point on its own side
    for upper, lower in (
        (lm.UPPER_INNER, lm.LOWER_INNER),
        (lm.LEFT_UPPER_LID + lm.RIGHT_UPPER_LID, lm.LEFT_LOWER_LID + lm.RIGHT_LOWER_LID),
    ):
        distance[np.ix_(list(upper), list(lower))] += 1
        distance[np.ix_(list(lower), list(upper))] += 1
    _, twin = linear_sum_assignment(distance)
    return np.asarray((coords + flipped[twin]) / 2)


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float32]:
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, sr, 0], [-sr, cr, 0], [0, 0, 1]])
    return (about_z @ about_y @ about_x).astype(np.float32)


def _colours(kit: FaceKit) -> NDArray[np.float32]:
    """[V, 3] paint that a face detector accepts: skin, lips, brows, white eyes with dark irises, teeth."""
    points = kit.neutral
    colour = np.full((len(points), 3), (205, 160, 135), np.float32)
    lips = (np.linalg.norm((points - (0, -3.3, 10.8)) / (2.9, 1.0, 2.2), axis=1) < 1) & (np.arange(len(points)) < 9409)
    colour[lips] = (170, 90, 90)
    brow_height = 5.9 - 0.04 * (np.abs(points[:, 0]) - 3.2) ** 2
    brows = (np.abs(points[:, 1] - brow_height) < 0.38) & (np.abs(np.abs(points[:, 0]) - 3.4) < 2.2)
    colour[brows & (np.arange(len(points)) < 9409)] = (90, 60, 45)
    colour[slice(*PARTS["eyes"])] = (240, 240, 240)
    for first, end in ((21451, 23021), (23021, 24591)):
        ball = points[first:end]
        centre = (ball.min(axis=0) + ball.max(axis=0)) / 2
        radius = np.linalg.norm((ball - centre)[:, :2], axis=1)
        front = ball[:, 2] > centre[2]
        colour[first:end][front & (radius < 0.72)] = (80, 60, 40)
        colour[first:end][front & (radius < 0.3)] = (10, 10, 10)
    colour[slice(*PARTS["mouth_socket"])] = (60, 20, 20)
    colour[slice(*PARTS["gums_tongue"])] = (150, 70, 70)
    colour[slice(*PARTS["teeth"])] = (235, 230, 220)
    return colour
