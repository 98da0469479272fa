"""Fill the bank: ``npcface train prepare FOLDER… --bank OUT``.

Pairs whose state truly differs come first, because round trips alone teach a network to mend resampling and nothing
else: frames of a clip, photos of one person in several expressions. Single photos serve as targets of round trips: a
drawing of the person in another state is enrolled as if it were the portrait, with all the damage that does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from npcface.enroll.detect import Landmarker
from npcface.enroll.identify import embedder_inputs
from npcface.errors import NpcFaceError
from npcface.eval.crop import Square
from npcface.render.looks import plate_of
from npcface.state import FaceState
from npcface.train.bank.crops import PICTURE_PX, Crop, Tensors, crop_of, cropped, enrolled, square_of
from npcface.train.bank.draw import Artist, follow
from npcface.train.bank.sources import Person, read_group
from npcface.train.bank.states import opposite_state, random_state
from npcface.train.bank.store import Record

Tell = Callable[[str], None]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """How much is drawn.

    Attributes:
        portraits_per_clip, targets_per_portrait: of a film. stills_per_portrait: other photos that a photo drives to.
        round_trips: drawn portraits per single photo. rendered_share: of these also get a drawn target.
    """

    portraits_per_clip: int = 3
    targets_per_portrait: int = 10
    stills_per_portrait: int = 5
    round_trips: int = 2
    rendered_share: float = 0.5


class Preparer:
    """Draws the pairs of one person after another.

    Args:
        seed: together with a person's name it fixes everything drawn of them.
    """

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.seed = plan, seed
        self._artist = Artist()
        self._landmarker = Landmarker()

    def record(self, person: Person, tell: Tell) -> Record:
        """All pairs of one person; pictures that cannot be used are told and left out."""
        rng = np.random.default_rng([self.seed, *person.identity.encode()])
        record = Record()
        groups = [self._crops(group, rng, tell) for group in person.groups]
        if person.kind == "video":
            for crops in groups:
                self._clip(record, crops, rng)
        else:
            crops = [crop for group in groups for crop in group]
            self._stills(record, crops, rng)
        return record

    def _crops(self, group: tuple[Path, ...], rng: np.random.Generator, tell: Tell) -> list[Crop]:
        """Crops of one framing: the first face's square is cut out of every frame."""
        crops: list[Crop] = []
        square: Square | None = None
        try:
            for image in read_group(group):
                if square is None:
                    faces = self._landmarker.detect(image)
                    if not faces:
                        continue
                    largest = max(faces, key=lambda face: face.extent)
                    square = square_of(largest, image.shape[1], image.shape[0], rng)
                crop = crop_of(image, square, self._landmarker)
                if crop is not None:
                    crops.append(crop)
        except NpcFaceError as error:
            tell(f"{group[0].name}: {error.cause}")
        return crops

    def _clip(self, record: Record, crops: list[Crop], rng: np.random.Generator) -> None:
        if len(crops) < 2:
            return
        for index in rng.choice(len(crops), min(self.plan.portraits_per_clip, len(crops)), replace=False):
            tensors, number = self._enrol(record, crops[index])
            count = min(self.plan.targets_per_portrait, len(crops) - 1)
            others = rng.choice([k for k in range(len(crops)) if k != index], count, replace=False)
            for other in others:
                self._pair(record, "video", tensors, number, crops[other])

    def _stills(self, record: Record, crops: list[Crop], rng: np.random.Generator) -> None:
        for index, crop in enumerate(crops):
            tensors, number = self._enrol(record, crop)
            others = [k for k in range(len(crops)) if k != index]
            for other in rng.permutation(others)[: self.plan.stills_per_portrait].astype(int):
                self._pair(record, "still", tensors, number, crops[other])
            if len(crops) == 1 or rng.random() < 0.3:
                self._pair(record, "self", tensors, number, crop)
            if len(crops) == 1:
                for _ in range(self.plan.round_trips):
                    self._round_trip(record, tensors, crop, random_state(rng))
                if rng.random() < self.plan.rendered_share:
                    self._rendered(record, tensors, *opposite_state(rng))

    def _round_trip(self, record: Record, tensors: Tensors, crop: Crop, state: FaceState) -> None:
        """The photo is the target; a drawing of it in another state is the portrait."""
        portrait = self._drawn(tensors, state)
        if portrait is not None:
            damaged, number = self._enrol(record, portrait)
            self._pair(record, "roundtrip", damaged, number, crop)

    def _rendered(self, record: Record, tensors: Tensors, first: FaceState, second: FaceState) -> None:
        """Portrait and target are both drawn; eyes and mouth truly open and close between them."""
        portrait, target = self._drawn(tensors, first), self._drawn(tensors, second)
        if portrait is not None and target is not None:
            damaged, number = self._enrol(record, portrait)
            self._pair(record, "rendered", damaged, number, target)

    def _drawn(self, tensors: Tensors, state: FaceState) -> Crop | None:
        picture = self._artist.draw(tensors, state)["picture"]
        return cropped(picture, picture, self._landmarker)

    def _enrol(self, record: Record, crop: Crop) -> tuple[Tensors, int]:
        tensors = enrolled(crop)
        arrays = {**embedder_inputs(tensors), "plate": plate_of(tensors, PICTURE_PX)[..., :3]}
        return tensors, record.add_character(arrays)

    def _pair(self, record: Record, kind: str, tensors: Tensors, number: int, target: Crop) -> None:
        drawn = self._artist.draw(tensors, follow(tensors, target.face))
        points = (target.face.points[:, :2] / PICTURE_PX).astype(np.float32)
        kept = {name: drawn[name] for name in ("head", "maps", "coords")}
        record.add_pair(
            number, kind, {**kept, "wanted": drawn["state"], "target": target.small, "points": points}
        )  # fmt: skip


def prepare(
    people: list[Person],
    bank: Path,
    plan: Plan,
    seed: int,
    part: tuple[int, int],
    tell: Tell,
    progress: Progress = lambda identity, done, total: None,
) -> None:
    """Write the identities that are not in the bank yet.

    Args:
        part: (index, count) of the workers that share the list.
        progress: called before each identity of this worker with how many are done, and once after the last.
    """
    preparer = Preparer(plan, seed)
    mine = people[part[0] :: part[1]]
    for done, person in enumerate(mine):
        progress(person.identity, done, len(mine))
        path = bank / f"{person.identity}.safetensors"
        if path.exists():
            continue
        try:
            record = preparer.record(person, tell)
        except NpcFaceError as error:
            tell(f"{person.identity}: {error.cause}")
            continue
        record.write(path)
        tell(f"[{done + 1}/{len(mine)}] {person.identity}: {len(record.pairs)} pairs")
    progress("", len(mine), len(mine))
