"""Where people come from: folders of stills with a manifest, and folders of talking-head clips.

Stills: a ``manifest.csv`` with the columns ``file`` and ``identity`` beside the pictures. Clips: ``identity/clip/…``
(VoxCeleb2's ``id/video/utterance.mp4`` has that form), each clip a film or a folder of frames; or clips beside a
``manifest.csv`` with the columns ``file`` and ``person``.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from npcface.errors import NpcFaceError
from npcface.train.holdout import HELD_OUT_PEOPLE, is_held_out

Picture = NDArray[np.uint8]
Kind = Literal["video", "still"]
FILMS = {".mp4", ".mov", ".mpg", ".mpeg", ".avi", ".flv", ".webm", ".mkv"}
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
MOST_FRAMES_PER_CLIP = 24


class SourceError(NpcFaceError):
    """A folder of training data has not the expected layout."""

    code = "training-data"


@dataclass(frozen=True)
class Person:
    """Everything there is of one training identity.

    Attributes:
        identity: unique within the bank.
        kind: ``video`` (frames of one framing) or ``still``.
        groups: pictures that share framing and moment: a clip's frames, or single stills.
    """

    identity: str
    kind: Kind
    groups: tuple[tuple[Path, ...], ...]


def people(folders: list[Path]) -> list[Person]:
    """Training identities in a fixed, well mixed order; those held out for evaluation are left out.

    Raises:
        SourceError: a folder holds neither a manifest nor ``identity/clip`` folders.
    """
    stills: dict[str, list[tuple[Path, ...]]] = defaultdict(list)
    clips: dict[str, list[tuple[Path, ...]]] = defaultdict(list)
    for folder in folders:
        manifest = folder / "manifest.csv"
        if manifest.is_file():
            with manifest.open(newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            for row in rows:
                if row.get("identity"):
                    stills[_still_identity(row)].append((folder / row["file"],))
                elif row.get("person"):
                    clips[row["person"]].append(_clip(folder / row["file"]))
        elif (found := _by_folders(folder)) is not None:
            for identity, path in found:
                clips[identity].append(_clip(path))
        else:
            raise SourceError(
                f"{folder} has neither a manifest.csv nor identity/clip folders.", "See docs/training.md for layouts."
            )
    everyone = [Person(name, "video", tuple(groups)) for name, groups in clips.items()]
    everyone += [Person(name, "still", tuple(groups)) for name, groups in stills.items()]
    kept = [person for person in everyone if not held_out(person.identity)]
    return sorted(kept, key=lambda person: hashlib.sha1(person.identity.encode()).hexdigest())


def held_out(identity: str) -> bool:
    """Whether an identity is kept for evaluation."""
    return is_held_out(identity) or identity in {f"openpeople-P{number:03d}" for number in HELD_OUT_PEOPLE}


def _still_identity(row: dict[str, str]) -> str:
    """openpeople's ten are told apart by file name: the clustering behind the column merged some of them."""
    named = re.match(r"(P\d{3})_", row["file"])
    return f"openpeople-{named[1]}" if named and "openpeople" in row.get("source_repo", "") else row["identity"]


def _clip(path: Path) -> tuple[Path, ...]:
    """A film is one path; a folder of frames is its frames, thinned out evenly."""
    if not path.is_dir():
        return (path,)
    frames = sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURES)
    chosen = np.linspace(0, len(frames) - 1, min(len(frames), MOST_FRAMES_PER_CLIP)).round().astype(int)
    return tuple(frames[index] for index in chosen)


def _by_folders(folder: Path) -> list[tuple[str, Path]] | None:
    """(identity, clip) of an ``identity/clip`` tree, None where there is none."""
    found: list[tuple[str, Path]] = []
    for identity in sorted(path for path in folder.iterdir() if path.is_dir()):
        films = sorted(path for path in identity.rglob("*") if path.suffix.lower() in FILMS)
        frames = sorted({path.parent for path in identity.rglob("*") if path.suffix.lower() in PICTURES} - {identity})
        found += [(identity.name, path) for path in films or frames]
    return found or None


def read_group(group: tuple[Path, ...]) -> Iterator[Picture]:
    """The pictures of a group as uint8 RGB [H, W, 3].

    Raises:
        SourceError: a file cannot be decoded.
    """
    import cv2

    for path in group:
        if path.suffix.lower() in FILMS:
            from npcface.eval.video import count_frames, read_frames

            count = count_frames(path, 10.0)
            numbers = np.linspace(0, count - 1, min(count, MOST_FRAMES_PER_CLIP)).round().astype(int)
            yield from read_frames(path, sorted(set(numbers.tolist())), 10.0)
            continue
        image = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if image is None:
            raise SourceError(f"{path} cannot be read as a picture.", "Remove it from the folder.")
        yield np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
