"""Choose the one face of a portrait that enrolment shall use, or say precisely why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from npcface.enroll.face import Face
from npcface.errors import FaceError

MIN_FACE_PX = 96.0
MAX_YAW_DEGREES = 35.0
RIVAL = 0.5  # faces under half the size of the largest are passers-by, not a second candidate


def pick_face(faces: Sequence[Face], index: int | None, size: tuple[int, int], scale: float = 1.0) -> Face:
    """The face to enrol.

    Args:
        faces: what the landmarker found, left to right.
        index: which one (``--face N``, counted from 0, left to right), or None if there must be only one of at
            least ``RIVAL`` of the largest's size.
        size: width and height of the picture in pixels.
        scale: working pixels per original pixel (``Portrait.scale``), for the advice only.

    Raises:
        FaceError: none, several without ``index``, no such ``index``, under ``MIN_FACE_PX``, or turned by more
            than ``MAX_YAW_DEGREES``.
    """
    if not faces:
        raise FaceError(
            f"No face was found in the picture ({size[0]}×{size[1]} px).",
            "Crop closer around head and shoulders, or give the landmarks by hand (--landmarks FILE).",
        )
    ordered = sorted(faces, key=lambda face: face.bbox[0] + face.bbox[2])
    rivals = [face for face in ordered if face.extent >= RIVAL * max(other.extent for other in ordered)]
    if index is None and len(rivals) > 1:
        raise FaceError(
            f"{len(ordered)} faces were found: {_places(ordered, size)}.",
            f"Choose one with --face N (0 to {len(ordered) - 1}, from left to right), or crop the picture.",
            _boxes(ordered, scale),
        )
    if index is not None and not 0 <= index < len(ordered):
        raise FaceError(
            f"--face {index} was given, but the faces found are {_places(ordered, size)}.",
            f"Use a number from 0 to {len(ordered) - 1}.",
            _boxes(ordered, scale),
        )
    face = rivals[0] if index is None else ordered[index]
    _check_size(face, scale)
    _check_turn(face)
    return face


def _check_size(face: Face, scale: float) -> None:
    if face.extent >= MIN_FACE_PX:
        return
    left, top, right, bottom = face.bbox
    remedy = "Use a larger picture."
    if scale < 1.0:
        remedy = f"The picture was scaled to {scale:.2f} of its size: crop the original closer around the head."
    raise FaceError(
        f"The face is {right - left:.0f}×{bottom - top:.0f} px; at least {MIN_FACE_PX:.0f} px are needed.", remedy
    )


def _check_turn(face: Face) -> None:
    yaw = face.angles[0]
    if abs(yaw) > MAX_YAW_DEGREES:
        side = "right" if yaw > 0 else "left"
        raise FaceError(
            f"The head is turned {abs(yaw):.0f}° to the viewer's {side}; up to {MAX_YAW_DEGREES:.0f}° work.",
            "Use a portrait that looks more into the camera.",
        )


def _boxes(faces: Sequence[Face], scale: float) -> tuple[tuple[float, float, float, float], ...]:
    """Left, top, width, height in pixels of the original."""
    corners = [[value / scale for value in face.bbox] for face in faces]
    return tuple((left, top, right - left, bottom - top) for left, top, right, bottom in corners)


def _places(faces: Sequence[Face], size: tuple[int, int]) -> str:
    return "; ".join(f"face {number} {_place(face, size)}" for number, face in enumerate(faces))


def _place(face: Face, size: tuple[int, int]) -> str:
    left, top, right, bottom = face.bbox
    across, down = (left + right) / 2 / size[0], (top + bottom) / 2 / size[1]
    column = "left" if across < 1 / 3 else "right" if across > 2 / 3 else "middle"
    row = "top" if down < 1 / 3 else "bottom" if down > 2 / 3 else "centre"
    where = f"{row} {column}" if row != "centre" else column
    return f"at the {where} (x {left:.0f} to {right:.0f}, y {top:.0f} to {bottom:.0f}, {face.extent:.0f} px)"
