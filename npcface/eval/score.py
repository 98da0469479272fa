"""All measures of one method on one clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from npcface.errors import NpcFaceError
from npcface.eval import geometry, regions
from npcface.eval.faces import Face, FaceFinder
from npcface.eval.identity import Identity
from npcface.eval.lpips import Lpips
from npcface.eval.pixels import difference, psnr, ssim
from npcface.eval.sample import ClipSample

Image = NDArray[np.uint8]
CROP_SIDE = 64
"""Crops of the mouth and the eyes are brought to this size before LPIPS, whose last layers need 64 px."""

METRICS: dict[str, str] = {
    "psnr": "PSNR\ndB ↑",
    "ssim": "SSIM\n↑",
    "lpips": "LPIPS\n↓",
    "mouth_lpips": "mouth\nLPIPS ↓",
    "eye_lpips": "eye\nLPIPS ↓",
    "inside": "inside\n% ↓",
    "landmarks": "landm.\n% ↓",
    "mouth": "mouth\n% ↓",
    "eyes": "eyes\n% ↓",
    "lids": "lids\n% ↓",
    "gaze": "gaze\n° ↓",
    "identity": "ident.\n↑",
    "jitter": "jitter\n%",
    "jitter_own": "clip's\nown",
    "lost": "lost\n↓",
}
"""Keys of a score and their column heads; ``lost`` counts outputs in which no face was found."""

Score = dict[str, float]


@dataclass
class Judges:
    """The networks that measure; loaded once for all clips."""

    finder: FaceFinder
    lpips: Lpips
    identity: Identity
    _embeddings: dict[bytes, NDArray[np.float64]] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop what is remembered of the last clip."""
        self.finder.forget()
        self._embeddings.clear()

    def likeness(self, a: Image, face_a: Face, b: Image, face_b: Face) -> float:
        """Cosine of two faces' identity vectors, -1..1; each picture is embedded once per clip."""
        return float(self._embedding(a, face_a) @ self._embedding(b, face_b))

    def _embedding(self, image: Image, face: Face) -> NDArray[np.float64]:
        key = image.tobytes()
        if key not in self._embeddings:
            self._embeddings[key] = self.identity.embed(image, face.points)
        return self._embeddings[key]


def score_clip(sample: ClipSample, outputs: Image, judges: Judges) -> Score:
    """Compare ``outputs`` [M, size, size, 3] uint8, one per row of ``sample``, with the clip's frames.

    Targets without a face are left out everywhere. Outputs without one count 0 for identity and are left out of the
    landmark measures, so look at ``lost`` before believing those.

    Raises:
        NpcFaceError: ``outputs`` has another shape or dtype than the sample's frames.
    """
    if outputs.shape != sample.frames.shape or outputs.dtype != np.uint8:
        raise NpcFaceError(
            f"The reenactor gave {outputs.dtype} {outputs.shape} for uint8 {sample.frames.shape}.",
            "It must yield one uint8 RGB picture of the asked size for every frame.",
        )
    rows = [int(row) for row in sample.targets if sample.faces[row] is not None]
    out, true = outputs[rows], sample.frames[rows]
    score: Score = {
        "psnr": _mean([psnr(a, b) for a, b in zip(out, true, strict=True)]),
        "ssim": _mean([ssim(a, b) for a, b in zip(out, true, strict=True)]),
        "lpips": _mean(judges.lpips(out, true)),
    }
    faces = [(judges.finder.find(outputs[row]), _known(sample.faces[row])) for row in rows]
    found = [(a.points, b.points) for a, b in faces if a is not None]
    points, size = [b.points for _, b in faces], true.shape[1]
    score["mouth_lpips"] = _crop_lpips(out, true, [(regions.mouth_box(p, size),) for p in points], judges.lpips)
    score["eye_lpips"] = _crop_lpips(out, true, [regions.eye_boxes(p, size) for p in points], judges.lpips)
    score["inside"] = _mean(
        [
            100.0 * difference(a, b, regions.mouth_inside(p, size))
            for a, b, p in zip(out, true, points, strict=True)
            if regions.lip_gap(p) > regions.OPEN_MOUTH
        ]
    )
    for key, subset in {"landmarks": "all", "mouth": "mouth", "eyes": "eyes"}.items():
        score[key] = _mean([geometry.landmark_error(a, b, subset) for a, b in found])
    score["lids"] = _mean([geometry.aperture_error(a, b) for a, b in found])
    score["gaze"] = _mean([geometry.gaze_error(a, b) for a, b in found])
    score["identity"] = _mean(
        [0.0 if a is None else judges.likeness(x, a, y, b) for (a, b), x, y in zip(faces, out, true, strict=True)]
    )
    score["jitter"] = geometry.jitter(_points([judges.finder.find(outputs[row]) for row in sample.run]))
    score["jitter_own"] = geometry.jitter(_points([sample.faces[row] for row in sample.run]))
    score["lost"] = float(len(faces) - len(found))
    return score


def _crop_lpips(out: Image, true: Image, boxes: Sequence[Sequence[regions.Box]], lpips: Lpips) -> float:
    """Mean LPIPS of the same squares of output and target; ``boxes`` has equally many for every picture."""
    pairs = [
        [box.cut(picture, CROP_SIDE) for picture in (a, b)]
        for a, b, some in zip(out, true, boxes, strict=True)
        for box in some
    ]
    both = np.asarray(pairs, np.uint8)
    return _mean(lpips(both[:, 0], both[:, 1])) if len(both) else float("nan")


def _points(faces: list[Face | None]) -> NDArray[np.float32]:
    """[T, 478, 3] of a run; empty (jitter is then unknown) if a face is missing in it."""
    known = [face.points for face in faces if face is not None]
    return np.stack(known) if known and len(known) == len(faces) else np.zeros((0, 478, 3), np.float32)


def _known(face: Face | None) -> Face:
    assert face is not None, "rows without a target face were left out"
    return face


def _mean(values: list[float] | NDArray[np.float64]) -> float:
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else float("nan")
