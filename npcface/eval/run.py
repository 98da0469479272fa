"""Evaluate a folder of clips."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from npcface.errors import FaceError, NpcFaceError, PortraitError
from npcface.eval.faces import FaceFinder
from npcface.eval.identity import Identity
from npcface.eval.lpips import Lpips
from npcface.eval.reenact import Reenactor, pictures_of, still_copy
from npcface.eval.report import STILL, ClipScores, Report
from npcface.eval.sample import ClipSample, Protocol, load_sample
from npcface.eval.score import Judges, score_clip
from npcface.eval.video import ClipError, find_clips

Image = NDArray[np.uint8]
Progress = Callable[[str, int, int], None]
"""Called with (clip name, number of clips done, number of clips)."""


def evaluate_clips(
    folder: Path,
    reenactors: Mapping[str, Reenactor],
    protocol: Protocol | None = None,
    *,
    finder: FaceFinder | None = None,
    max_clips: int | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
    keep: Callable[[ClipSample, Mapping[str, Image]], None] | None = None,
) -> Report:
    """Measure every reenactor, and the still copy, on every clip of ``folder``.

    Args:
        folder: video files; if it holds a ``manifest.csv`` with a column ``file``, only those it lists.
        reenactors: method name → reenactor.
        protocol: what is compared; None for the standard protocol.
        finder: the landmark finder the reenactors use too, so that no picture is searched twice.
        max_clips: use this many clips, spread evenly over the sorted list; None for all.
        cache: folder for crops and detections, made by the first run and used by the next ones.
        progress: called before each clip and once after the last.
        keep: called with each clip's sample and the outputs by method, to save pictures.

    Raises:
        FaceError: not one clip could be measured.
        ClipError: ``folder`` has no clips.
        DependencyError: the ``eval`` extra is not installed.
    """
    protocol = protocol or Protocol()
    finder = finder or FaceFinder()
    judges = Judges(finder, Lpips(), Identity())
    methods: dict[str, Reenactor] = {STILL: still_copy, **reenactors}
    report = Report(protocol, tuple(methods))
    clips = _spread(_listed(folder), max_clips)
    for index, path in enumerate(clips):
        if progress is not None:
            progress(path.name, index, len(clips))
        judges.forget()
        try:
            sample = load_sample(path, protocol, finder, cache)
            outputs, seconds = _outputs(methods, sample, protocol.size)
        except (ClipError, PortraitError, FaceError) as error:
            report.skipped[path.name] = str(error)
            continue
        scores = {name: score_clip(sample, pictures, judges) for name, pictures in outputs.items()}
        report.clips.append(ClipScores(path.name, sample.face_px, seconds, scores))
        if keep is not None:
            keep(sample, outputs)
    if progress is not None:
        progress("", len(clips), len(clips))
    report.remarks = {name: dict(found) for name, reenact in methods.items() if (found := _remarks(reenact))}
    if not report.clips:
        reasons = "; ".join(f"{name}: {why}" for name, why in list(report.skipped.items())[:3])
        raise FaceError(f"None of the {len(clips)} clips could be measured ({reasons}).", "Give clips of one face.")
    return report


def _outputs(methods: Mapping[str, Reenactor], sample: ClipSample, size: int) -> tuple[dict[str, Image], float]:
    outputs, start = {}, perf_counter()
    for name, reenact in methods.items():
        pictures = pictures_of(reenact, sample, size)
        if len(pictures) != len(sample.frames):
            raise NpcFaceError(
                f"{name} gave {len(pictures)} pictures for {len(sample.frames)} frames.", "It must give one per frame."
            )
        outputs[name] = np.stack(pictures)
    return outputs, perf_counter() - start


def _remarks(reenact: Reenactor) -> Mapping[str, int]:
    remarks: Mapping[str, int] = getattr(reenact, "remarks", {})
    return remarks


def _listed(folder: Path) -> list[Path]:
    """The clips of a folder, or those of them that its manifest names (others may be there for other uses)."""
    clips = find_clips(folder)
    manifest = folder / "manifest.csv"
    if not manifest.exists():
        return clips
    with manifest.open(newline="", encoding="utf-8") as file:
        names = {row["file"] for row in csv.DictReader(file) if row.get("file")}
    return [clip for clip in clips if clip.name in names] or clips


def _spread(clips: list[Path], count: int | None) -> list[Path]:
    if count is None or count >= len(clips):
        return clips
    return [clips[k] for k in np.linspace(0, len(clips) - 1, max(1, count)).round().astype(int)]
