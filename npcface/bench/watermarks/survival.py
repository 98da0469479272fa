"""How often marks are found, and how well they cannot be seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from numpy.typing import NDArray

from npcface.bench.watermarks.attacks import Attack, film
from npcface.render.stamp import stamp_slowly
from npcface.watermark.detect import detect
from npcface.watermark.live import stamp_of
from npcface.watermark.pattern import Kind
from npcface.watermark.payload import Payload, character_hash
from npcface.watermark.still import marked

Pixels = NDArray[np.uint8]
EXPORT = 0x2A17
"""Number of the export in the bench's marks."""


@dataclass
class Row:
    """Of one attack: scores, and how many marks were found and read right."""

    scores: list[float] = field(default_factory=list)
    found: int = 0
    read: int = 0

    def text(self, name: str) -> str:
        """A row of a Markdown table."""
        count = len(self.scores)
        low, middle = np.percentile(self.scores, 5), median(self.scores)
        return f"| {name} | {self.found} / {count} | {self.read} / {count} | {middle:.1f} | {low:.1f} |"


HEAD = "| attack | found | payload right | median score | 5th percentile |\n| --- | --- | --- | --- | --- |"


def put(kind: Kind, person: str, picture: Pixels) -> Pixels:
    """Marked as exports or live textures are."""
    if kind == "export":
        return marked(picture, "export", payload_of(kind, person))
    opaque = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    return np.ascontiguousarray(stamp_slowly(opaque, stamp_of(person))[..., :3])


def payload_of(kind: Kind, person: str) -> Payload:
    """What the bench writes."""
    return Payload(character_hash(person), EXPORT if kind == "export" else 0)


def survival(
    kind: Kind, faces: Sequence[tuple[str, Pixels]], attacks: Mapping[str, Attack], tell: Callable[[str], None]
) -> dict[str, Row]:
    """Mark, attack and look for the mark with everything that ``npcface detect`` looks for."""
    rows = {name: Row() for name in attacks}
    for number, (person, picture) in enumerate(faces):
        tell(f"{kind} {number + 1} of {len(faces)}")
        whole = put(kind, person, picture)
        for name, attack in attacks.items():
            _judge(rows[name], [attack(whole)], kind, person)
    return rows


def films(
    kind: Kind, acts: Sequence[tuple[str, list[Pixels]]], crfs: Sequence[int], tell: Callable[[str], None]
) -> dict[str, Row]:
    """Short films, encoded as the exporter does (17) and worse."""
    rows = {f"H.264 crf {crf}": Row() for crf in crfs}
    for number, (person, pictures) in enumerate(acts):
        tell(f"film {number + 1} of {len(acts)}")
        whole = [put(kind, person, picture) for picture in pictures]
        for crf in crfs:
            _judge(rows[f"H.264 crf {crf}"], film(whole, crf), kind, person)
    return rows


def accumulated(acts: Sequence[tuple[str, list[Pixels]]], attack: Attack, counts: Sequence[int]) -> dict[int, Row]:
    """Live marks after an attack, found in so many frames of a stream together."""
    rows = {count: Row() for count in counts}
    for person, pictures in acts:
        hit = [attack(put("live", person, picture)) for picture in pictures[: max(counts)]]
        for count in counts:
            _judge(rows[count], hit[:count], "live", person)
    return rows


def psnr(kind: Kind, faces: Sequence[tuple[str, Pixels]]) -> list[float]:
    """Of each marked face against the unmarked one, dB over all channels."""
    found = []
    for person, picture in faces:
        error = put(kind, person, picture).astype(np.float64) - picture
        found.append(10.0 * math.log10(255.0**2 / float(np.mean(error**2))))
    return found


def in_flat_places(kind: Kind, faces: Sequence[tuple[str, Pixels]]) -> list[float]:
    """Deviation of the mark, grey levels, over the quarter of each face's 8 × 8 px squares where green varies least."""
    found = []
    for person, picture in faces:
        added = put(kind, person, picture)[..., 1].astype(np.float64) - picture[..., 1]
        calm = _squares(picture[..., 1]).std(axis=(1, 3))
        flat = calm <= np.percentile(calm, 25)
        found.append(float(np.sqrt((_squares(added) ** 2).mean(axis=(1, 3))[flat].mean())))
    return found


def _squares(values: NDArray[np.generic], side: int = 8) -> NDArray[np.float64]:
    rows, columns = values.shape[0] // side, values.shape[1] // side
    whole = values[: rows * side, : columns * side].astype(np.float64)
    return whole.reshape(rows, side, columns, side)


def _judge(row: Row, pictures: Sequence[Pixels], kind: Kind, person: str) -> None:
    verdict = detect(pictures)
    row.scores.append(verdict.score)
    row.found += verdict.marked and verdict.kind == kind
    row.read += verdict.payload == payload_of(kind, person) and verdict.kind == kind
