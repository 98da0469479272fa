"""A person's pictures as the generator sees them: each one drawn from the character, with the picture as the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from npcface.enroll.detect import Landmarker
from npcface.enroll.frame import Frame
from npcface.model.oneshot import Given
from npcface.render.looks import plate_of
from npcface.train.bank.crops import PICTURE_PX, Crop, cropped
from npcface.train.bank.draw import Artist, follow

Picture = NDArray[np.uint8]
Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Views:
    """V pictures of one person.

    Attributes:
        given: what the generator sees, V rows. target: [V, 3, P, P] 0..1. points: [V, 478, 2] of the targets, 0..1.
    """

    given: Given
    target: Tensor
    points: Tensor

    def __len__(self) -> int:
        return len(self.target)

    def rows(self, index: Sequence[int]) -> Views:
        """Some of them."""
        chosen = list(index)
        return Views(Given(*[value[chosen] for value in self.given]), self.target[chosen], self.points[chosen])


def views_of(tensors: Tensors, pictures: Sequence[Picture], artist: Artist, landmarker: Landmarker) -> Views | None:
    """Draw a character as each picture shows its person; pictures without a face are left out, None if all are.

    Args:
        pictures: uint8 RGB of any size. Those of the portrait's own size are taken to have its framing, as the frames
            of one film have; others are cut about their face as the portrait's texture is about its own.
    """
    rows: list[dict[str, Any]] = []
    for picture in pictures:
        crop = _framed(tensors, picture, landmarker)
        if crop is not None:
            drawn = artist.draw(tensors, follow_in_texture(tensors, crop))
            rows.append({**drawn, "target": crop.small, "points": crop.face.points[:, :2] / PICTURE_PX})
    if not rows:
        return None
    count = len(rows)
    plate = plate_of(tensors, PICTURE_PX)[..., :3]
    given = Given(
        head=_pictures([row["head"] for row in rows]),
        maps=_pictures([row["maps"] for row in rows]),
        coords=torch.from_numpy(np.stack([row["coords"] for row in rows]).astype(np.float32) / 32767),
        wanted=torch.from_numpy(np.stack([row["state"] for row in rows])),
        own=torch.from_numpy(np.stack([tensors["state"]] * count)),
        plate=_pictures([plate] * count),
        drawn=torch.ones(count),
    )
    points = torch.from_numpy(np.stack([row["points"] for row in rows]).astype(np.float32))
    return Views(given, _pictures([row["target"] for row in rows]), points)


def follow_in_texture(tensors: Tensors, crop: Crop) -> Any:
    """The state that shows the character as a crop with the texture's framing does."""
    framed = {**tensors, "frame": np.array([0, 0, PICTURE_PX, PICTURE_PX, PICTURE_PX], np.float32)}
    return follow(framed, crop.face)


def _framed(tensors: Tensors, picture: Picture, landmarker: Landmarker) -> Crop | None:
    """A picture cut like the character's texture."""
    left, top, side, width, height = (float(value) for value in tensors["frame"])
    if picture.shape[:2] == (round(height), round(width)):
        frame = Frame(left, top, side)
    else:
        faces = landmarker.detect(picture)
        if not faces:
            return None
        face = max(faces, key=lambda one: one.extent)
        wanted = face.extent * _texture_to_face(tensors)
        x, y = (face.bbox[0] + face.bbox[2]) / 2, (face.bbox[1] + face.bbox[3]) / 2
        frame = Frame(x - wanted / 2, y - wanted / 2, wanted)
    small = frame.cut(picture, PICTURE_PX)
    return cropped(small, small, landmarker)


def _texture_to_face(tensors: Tensors) -> float:
    """Side of the texture in units of the face's larger side: a face is some 18 head units high."""
    return float(np.clip(1 / (18.0 * float(tensors["unit"][0])), 1.3, 3.0))


def _pictures(images: list[NDArray[np.uint8]]) -> Tensor:
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    return stacked.contiguous(memory_format=torch.channels_last)
