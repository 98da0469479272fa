"""``WS /api/camera``: pictures of a webcam → the face in front of it, which moves every page that wants it.

Blendshapes and head angles are MediaPipe's, without a fit of the rig: a webcam's next picture is 30 ms away. The first
faces seen are taken for neutral, and what a face at rest shows (a frown, a tilted camera) is subtracted.
"""

from __future__ import annotations

import asyncio
import io
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image
from starlette.websockets import WebSocket, WebSocketDisconnect

from npcface.drive.smooth import OneEuro
from npcface.errors import NpcFaceError, StateError
from npcface.image_header import MAX_JPEG_SCANS
from npcface.state import FaceState
from npcface.studio.channels import values_of
from npcface.studio.problems import Busy, as_dict
from npcface.vocab import ARKIT_52

if TYPE_CHECKING:
    from npcface.enroll.detect import Landmarker
    from npcface.enroll.face import Face
    from npcface.studio.studio import Studio

NEUTRAL_FRAMES = 10
"""Faces that make up the neutral one."""
SIDE_MAX_PX = 1280
HOLD_S = 0.5
"""For so long a face that is lost stays where it was."""


class Camera:
    """Where the tracker leaves its last state; read by the threads that draw."""

    def __init__(self) -> None:
        self._last: tuple[FaceState, float] | None = None
        self.busy = False

    def latest(self) -> FaceState | None:
        """None while nobody is in front of the camera."""
        last = self._last
        return None if last is None or time.monotonic() - last[1] > HOLD_S else last[0]

    def put(self, state: FaceState) -> None:
        """A new face."""
        self._last = (state, time.monotonic())


class Tracker:
    """Follows one face through the pictures of one camera. Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._landmarker: Landmarker | None = None
        self._smooth = OneEuro()
        self._seen = 0
        self._neutral = np.zeros(len(ARKIT_52) + 3, np.float32)

    def follow(self, jpeg: bytes) -> FaceState | None:
        """The face of a picture, None if there is none.

        Raises:
            StateError: not a JPEG, damaged, or larger than ``SIDE_MAX_PX``.
            DependencyError: the extra ``enroll`` is missing.
        """
        faces = self._opened().detect(_decoded(jpeg), thorough=False)
        if not faces:
            return None
        measured = _measured(max(faces, key=lambda face: face.extent))
        if self._seen < NEUTRAL_FRAMES:
            self._seen += 1
            self._neutral += (measured - self._neutral) / self._seen
        rest = np.minimum(self._neutral[:52], 0.8)
        weights = np.clip((measured[:52] - rest) / (1.0 - rest), 0.0, 1.0).astype(np.float32)
        state = FaceState(weights=weights, head=measured[52:] - self._neutral[52:]).checked()
        return self._smooth.apply(state, time.monotonic())

    def close(self) -> None:
        """Free the native graph."""
        if self._landmarker is not None:
            self._landmarker.close()

    def _opened(self) -> Landmarker:
        if self._landmarker is None:
            from npcface.enroll.detect import Landmarker

            self._landmarker = Landmarker(max_faces=1)
        return self._landmarker


async def camera(socket: WebSocket) -> None:
    """One picture after the other: the next one is read when this one has been answered."""
    studio: Studio = socket.app.state.studio
    await socket.accept()
    if studio.camera.busy:
        error = Busy("Another page has the camera.", "Switch it off there.")
        await socket.send_json({"type": "error", "error": as_dict(error)})
        await socket.close(1013)
        return
    studio.camera.busy, tracker = True, Tracker()
    try:
        while (event := await socket.receive())["type"] != "websocket.disconnect":
            await socket.send_json(await asyncio.to_thread(_answer, studio, tracker, event.get("bytes") or b""))
    except WebSocketDisconnect:  # while its picture was being read
        pass
    finally:
        studio.camera.busy = False
        await asyncio.to_thread(tracker.close)


def _answer(studio: Studio, tracker: Tracker, jpeg: bytes) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        state = tracker.follow(jpeg)
    except NpcFaceError as error:
        return {"type": "error", "error": as_dict(error)}
    if state is None:
        return {"type": "lost"}
    studio.camera.put(state)
    ms = (time.perf_counter() - began) * 1000.0
    return {"type": "tracked", "values": values_of(state), "ms": round(ms, 1)}


def _decoded(jpeg: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    try:
        if jpeg.count(b"\xff\xda") > MAX_JPEG_SCANS:
            raise StateError(f"A JPEG of more than {MAX_JPEG_SCANS} scans came.", "Send plain JPEGs.")
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if max(picture.size) > SIDE_MAX_PX:
                raise StateError(f"The camera sends {picture.size[0]}×{picture.size[1]}.", "320×240 is enough.")
            return np.asarray(picture.convert("RGB"))
    except StateError:
        raise
    except Exception as error:  # decoders raise whatever they like
        raise StateError(f"Not a readable JPEG: {error}.", "Send one JPEG a message.") from None


def _measured(face: Face) -> np.ndarray[Any, np.dtype[np.float32]]:
    """[55] weights and yaw, pitch, roll in degrees."""
    weights = [face.blendshapes.get(name, 0.0) for name in ARKIT_52]
    return np.array([*weights, *face.angles], np.float32)
