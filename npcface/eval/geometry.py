"""Where things are in the face: landmark, lid, gaze and jitter measures on MediaPipe's 478 points.

Points are pixels [478, 2 or 3]; only x and y are used. Lengths are given in % of the target's inter-ocular
distance (outer eye corner to outer eye corner), so that they do not depend on the size of the face.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.floating]
OUTER_CORNERS = (33, 263)

LIPS = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415,
)  # fmt: skip
"""Outer and inner lip contour, 40 points."""
RIGHT_LIDS = (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173)
LEFT_LIDS = (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398)
"""Lid contours, 16 points each; right and left are the subject's."""
SUBSETS: dict[str, tuple[int, ...]] = {
    "all": tuple(range(478)),
    "mouth": LIPS,
    "eyes": RIGHT_LIDS + LEFT_LIDS,
}

_LID_PAIRS = (((160, 144), (159, 145), (158, 153)), ((387, 373), (386, 374), (385, 380)))
"""Upper and lower lid points that face each other, middle third of each eye; right eye, left eye."""
CORNERS = ((33, 133), (362, 263))
"""Viewer's left and right corner of the right and of the left eye."""
_IRIS_CENTRE = (468, 473)

FISSURE_OVER_RADIUS = 30.0 / 12.0
"""Width of the eye opening (about 30 mm) over the eyeball's radius (about 12 mm); adults vary by a few per cent."""
CLOSED = 0.12
"""Below this lid gap over eye width the iris is not seen and its landmarks are a guess."""


def inter_ocular(points: Points) -> float:
    """Distance of the outer eye corners in pixels."""
    a, b = OUTER_CORNERS
    return float(np.linalg.norm(points[a, :2] - points[b, :2]))


def landmark_error(output: Points, target: Points, subset: str = "all") -> float:
    """Mean distance of the points of a subset (``all``, ``mouth``, ``eyes``), % of the target's inter-ocular."""
    rows = list(SUBSETS[subset])
    distance = np.linalg.norm(output[rows, :2] - target[rows, :2], axis=1)
    return 100.0 * float(distance.mean()) / inter_ocular(target)


def lid_gaps(points: Points) -> NDArray[np.float64]:
    """[right, left] mean distance in pixels of three pairs of facing lid points."""
    return np.array(
        [np.mean([np.linalg.norm(points[u, :2] - points[v, :2]) for u, v in pairs]) for pairs in _LID_PAIRS]
    )


def aperture_error(output: Points, target: Points) -> float:
    """Mean over both eyes of the difference in lid gap, % of the target's inter-ocular distance."""
    return 100.0 * float(np.abs(lid_gaps(output) - lid_gaps(target)).mean()) / inter_ocular(target)


def gaze(points: Points) -> NDArray[np.float64]:
    """[2, 2] yaw and pitch in degrees of the subject's right and left eye, as the image shows them.

    The iris centre's offset from the middle between the eye corners, along and across the line of the corners, in
    eye widths, is taken as the shift of a point on a sphere whose radius is eye width / ``FISSURE_OVER_RADIUS``.
    Yaw + is towards the viewer's right, pitch + is up. The zero is not calibrated; differences are what counts.
    """
    angles = []
    for (start, end), iris in zip(CORNERS, _IRIS_CENTRE, strict=True):
        p, q = points[start, :2].astype(np.float64), points[end, :2].astype(np.float64)
        width = max(float(np.linalg.norm(q - p)), 1e-6)
        along = (q - p) / width
        offset = (points[iris, :2] - (p + q) / 2) / width * FISSURE_OVER_RADIUS
        shift = np.array([offset @ along, -(offset @ np.array([-along[1], along[0]]))])
        angles.append(np.degrees(np.arcsin(np.clip(shift, -1.0, 1.0))))
    return np.array(angles)


def eyes_open(points: Points) -> NDArray[np.bool_]:
    """[right, left] whether the lid gap is at least ``CLOSED`` eye widths."""
    widths = [np.linalg.norm(points[q, :2] - points[p, :2]) for p, q in CORNERS]
    return np.asarray(lid_gaps(points) >= CLOSED * np.maximum(widths, 1e-6), bool)


def gaze_error(output: Points, target: Points) -> float:
    """Mean angle in degrees between output's and target's gaze over the eyes open in the target; NaN if none is."""
    seen = eyes_open(target)
    if not seen.any():
        return float("nan")
    return float(np.linalg.norm(gaze(output) - gaze(target), axis=1)[seen].mean())


def jitter(sequence: Points) -> float:
    """Mean absolute second difference in time of the points [T, 478, 2 or 3], % of the mean inter-ocular distance.

    Real motion has some, tracker noise and unsteady rendering add to it; compare with the clip's own value.
    """
    if len(sequence) < 3:
        return float("nan")
    second = np.diff(sequence[..., :2].astype(np.float64), n=2, axis=0)
    size = float(np.mean([inter_ocular(points) for points in sequence]))
    return 100.0 * float(np.linalg.norm(second, axis=-1).mean()) / size
