"""What is measured of one clip: its first frame as the portrait, spread targets, a run for jitter, and extra shots."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from npcface.errors import FaceError
from npcface.eval.crop import square_around
from npcface.eval.faces import Face, FaceFinder
from npcface.eval.shots import choose_shots
from npcface.eval.video import ClipError, count_frames, read_frames

Image = NDArray[np.uint8]
CACHE_VERSION = 3


@dataclass(frozen=True, slots=True)
class Protocol:
    """The knobs that change which pixels are compared; results are comparable only where these are equal.

    Attributes:
        frames: target frames per clip, evenly spaced after the first.
        size: side of the square crops in pixels.
        run: consecutive frames from the middle of the clip for jitter (0: no jitter).
        seconds: only this much of a clip's beginning is used.
    """

    frames: int = 12
    size: int = 256
    run: int = 12
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class ClipSample:
    """The chosen frames of one clip, in time order; row 0 is the portrait.

    The shots are kept beside the frames and not among them: they neither drive anybody nor are they rendered, so a
    method that ignores them is measured on exactly the same frames as one that uses them.

    Attributes:
        name: file name of the clip.
        face_px: larger side of the first frame's face in source pixels.
        numbers: [M] frame numbers in the clip.
        frames: [M, size, size, 3] uint8 RGB.
        faces: M detections (None where no face was found).
        targets: rows that are compared pixel by pixel.
        run: rows that are consecutive in time, for jitter.
        shots: [K, size, size, 3] uint8 RGB, in time order: up to seven further frames with a face, for methods that
            take more than one picture of the person.
        shot_numbers: [K] their frame numbers, none of which is in ``numbers``.
    """

    name: str
    face_px: float
    numbers: NDArray[np.int64]
    frames: Image
    faces: list[Face | None]
    targets: NDArray[np.int64]
    run: NDArray[np.int64]
    shots: Image
    shot_numbers: NDArray[np.int64]

    @property
    def portrait(self) -> Image:
        """The clip's first frame, uint8 [size, size, 3]."""
        portrait: Image = self.frames[0]
        return portrait


def load_sample(path: Path, protocol: Protocol, finder: FaceFinder, cache: Path | None = None) -> ClipSample:
    """Read, crop and detect; or take it from ``cache`` if the same file was prepared with the same protocol before.

    Raises:
        ClipError: the file cannot be decoded or has fewer than two frames.
        FaceError: no face in the clip's first frame.
    """
    kept = None if cache is None else cache / f"{path.stem}-{_fingerprint(path, protocol)}.npz"
    if kept is not None and kept.exists():
        sample = _read(path.name, kept)
    else:
        sample = _make(path, protocol, finder)
        if kept is not None:
            _write(sample, kept)
    for frame, face in zip(sample.frames, sample.faces, strict=True):
        finder.remember(frame, face)
    return sample


def choose(count: int, protocol: Protocol) -> tuple[list[int], list[int]]:
    """Frame numbers (targets, run) for a clip of ``count`` frames; frame 0 is in neither."""
    targets = np.linspace(0, count - 1, min(protocol.frames, count - 1) + 1).round().astype(int)[1:]
    length = min(protocol.run, count - 1)
    start = max(1, (count - length) // 2)
    return targets.tolist(), list(range(start, start + length))


def _make(path: Path, protocol: Protocol, finder: FaceFinder) -> ClipSample:
    count = count_frames(path, protocol.seconds)
    if count < 2:
        raise ClipError(f"{path.name} has {count} frame(s), at least 2 are needed.", "Leave this clip out.")
    targets, run = choose(count, protocol)
    numbers = sorted({0, *targets, *run})
    shots = choose_shots(count, targets, run)
    wanted = sorted({*numbers, *shots})
    full = dict(zip(wanted, read_frames(path, wanted, protocol.seconds), strict=True))
    first = finder.find(full[0], thorough=True)
    if first is None:
        raise FaceError(f"No face in the first frame of {path.name}.", "Cut the clip so that it starts with a face.")
    square = square_around(first, full[0].shape[1], full[0].shape[0])
    cut = {number: square.cut(image, protocol.size) for number, image in full.items()}
    frames = np.stack([cut[number] for number in numbers])
    faces = [finder.find(frame) for frame in frames]
    if faces[0] is None:
        raise FaceError(f"No face in the cropped first frame of {path.name}.", "Leave this clip out.")
    shots = [number for number in shots if finder.find(cut[number]) is not None]
    row = {number: index for index, number in enumerate(numbers)}
    return ClipSample(
        path.name,
        first.extent,
        np.array(numbers, np.int64),
        frames,
        faces,
        np.array([row[n] for n in targets], np.int64),
        np.array([row[n] for n in run], np.int64),
        np.array([cut[n] for n in shots], np.uint8).reshape(-1, *frames.shape[1:]),
        np.array(shots, np.int64),
    )


def _fingerprint(path: Path, protocol: Protocol) -> str:
    stat = path.stat()
    facts = [CACHE_VERSION, path.name, stat.st_size, stat.st_mtime_ns, asdict(protocol)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]


def _write(sample: ClipSample, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    some = sample.faces[0]
    assert some is not None, "the portrait has a face"
    names = sorted(some.blendshapes)
    # Frames without a face get the portrait's numbers, and False in ``found``.
    faces = [face or some for face in sample.faces]
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        np.savez(
            file,
            frames=sample.frames,
            numbers=sample.numbers,
            targets=sample.targets,
            run=sample.run,
            shots=sample.shots,
            shot_numbers=sample.shot_numbers,
            face_px=np.float64(sample.face_px),
            found=np.array([face is not None for face in sample.faces]),
            points=np.stack([face.points for face in faces]),
            matrices=np.stack([face.matrix for face in faces]),
            windows=np.array([face.window for face in faces]),
            blendshapes=np.array([[face.blendshapes[name] for name in names] for face in faces], np.float32),
            blendshape_names=np.array(names),
        )
    temporary.replace(path)


def _read(name: str, path: Path) -> ClipSample:
    with np.load(path, allow_pickle=False) as data:
        names = data["blendshape_names"].tolist()
        rows = zip(*(data[key] for key in ("found", "points", "blendshapes", "matrices", "windows")), strict=True)
        faces: list[Face | None] = []
        for found, points, scores, matrix, window in rows:
            blendshapes = dict(zip(names, scores.tolist(), strict=True))
            faces.append(Face(points, blendshapes, matrix, tuple(window.tolist())) if found else None)
        rows_of = (data[key] for key in ("targets", "run", "shots", "shot_numbers"))
        return ClipSample(name, float(data["face_px"]), data["numbers"], data["frames"], faces, *rows_of)
