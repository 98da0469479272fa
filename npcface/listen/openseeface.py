"""OpenSeeFace (webcam, Windows and Linux): 1,785 bytes a face, little-endian, several faces in one datagram.

=========  =========================================================================================================
bytes      field
=========  =========================================================================================================
8, 4       float64 seconds, int32 id of the face
2 × 4      width, height of the camera's picture
2 × 4      openness of the right and the left eye, 0 closed to 1 open
1, 4       pose found (0 or 1), error of the fit
4 × 4      quaternion x, y, z, w
3 × 4      OpenCV's Euler angles of the same rotation
3 × 4      translation
68 × 4     confidence of each point
68 × 8     points x, y in pixels: 66 of the face, right and left pupil
70 × 12    points x, -y, -z in head space: the same 68, right and left eyeball's centre
14 × 4     features, about -1 to 1 around the face's median
=========  =========================================================================================================

Written from the packet's writer, ``facetracker.py``, and its reader, ``OpenSee.cs``, of emilianavt/OpenSeeFace
(BSD-2-Clause). Its tracker fits points given as (row, column), a mirrored world, and stores the quaternion of the
inverse rotation; ``_head`` undoes both.
"""

from __future__ import annotations

import math
import struct

import numpy as np
from numpy.typing import NDArray

from npcface.listen.packet import Packet, finite, malformed
from npcface.rig.pose import angles

NAME = "OpenSeeFace"
FACE_BYTES = 1785
MOST_FACES = 32
FEATURES = (
    "eye_l", "eye_r", "eyebrow_steepness_l", "eyebrow_updown_l", "eyebrow_quirk_l", "eyebrow_steepness_r",
    "eyebrow_updown_r", "eyebrow_quirk_r", "mouth_corner_updown_l", "mouth_corner_inout_l", "mouth_corner_updown_r",
    "mouth_corner_inout_r", "mouth_open", "mouth_wide",
)  # fmt: skip
_LAYOUT = struct.Struct("<di2f2fBf4f3f3f68f136f210f14f")
_PICTURE = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])  # (down, right, away) → (right, up, near)
_HEAD = np.diag([-1.0, 1.0, 1.0])  # its x points to the subject's right
assert _LAYOUT.size == FACE_BYTES


def parse(data: bytes) -> Packet:
    """The first face of a datagram: the lowest id.

    Args:
        data: one datagram of 1 to ``MOST_FACES`` faces.

    Raises:
        ProtocolError: anything else.
    """
    count, rest = divmod(len(data), FACE_BYTES)
    if rest or not 1 <= count <= MOST_FACES:
        raise malformed(NAME, f"it has {len(data)} bytes, expected a multiple of {FACE_BYTES}")
    faces = [_LAYOUT.unpack_from(data, k * FACE_BYTES) for k in range(count)]
    first = min(faces, key=lambda face: face[1])
    if not math.isfinite(first[0]):
        raise malformed(NAME, "its time is no number")
    finite(NAME, first[2:])
    who = f"face {first[1]}"
    if first[6] == 0:
        return Packet(face=False, who=who, time_s=first[0])
    values = {"right_eye_open": first[4], "left_eye_open": first[5]}
    values |= zip(("head.yaw", "head.pitch", "head.roll"), _head(first[8:12]), strict=True)
    values |= _gaze(np.array(first[-14 - 12 : -14]).reshape(4, 3))
    values |= zip(FEATURES, first[-14:], strict=True)
    return Packet(values, who=who, time_s=first[0])


def _head(quaternion: tuple[float, ...]) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees with FaceState's signs."""
    length = math.sqrt(sum(part * part for part in quaternion))
    if not 1e-6 < length < 1e6:
        raise malformed(NAME, "its rotation is none")
    x, y, z, w = (-quaternion[0] / length, -quaternion[1] / length, -quaternion[2] / length, quaternion[3] / length)
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    yaw, pitch, roll = angles(_PICTURE @ rotation @ _HEAD)
    return float(yaw), float(pitch), float(roll)


def _gaze(points: NDArray[np.float64]) -> dict[str, float]:
    """Mean turn of both eyes in degrees, from pupils and eyeballs; nothing when the tracker did not look for them."""
    x, y, z = np.mean((points[:2] - points[2:]) * (-1.0, -1.0, -1.0), axis=0)
    if math.hypot(x, y, z) < 1e-4 or z <= 0.0:
        return {}
    return {"gaze.yaw": math.degrees(math.atan2(x, z)), "gaze.pitch": math.degrees(math.atan2(y, math.hypot(x, z)))}
