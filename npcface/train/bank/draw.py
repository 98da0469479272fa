"""Draw one character in one state, through the renderer's own torch modules, as the generator will see it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from npcface.drive.landmarks import LandmarkDriver
from npcface.enroll.face import Face
from npcface.render.composite import over
from npcface.render.export import build_graph
from npcface.render.farside import far_shell
from npcface.render.graph import Drive, FarSide, Looks
from npcface.render.looks import drive_of, looks_of, plate_of
from npcface.render.neural import drawn_of, state_of, turned
from npcface.rig.rig import Rig, load_rig
from npcface.state import FaceState
from npcface.train.bank.crops import PICTURE_PX, Tensors


class Artist:
    """Draws; keeps the graph and the looks of the last character."""

    def __init__(self) -> None:
        self.rig: Rig = load_rig()
        self._graph = build_graph(self.rig)
        self._of: Tensors | None = None
        self._looks: Looks | None = None
        self._far: tuple[torch.Tensor, torch.Tensor] | None = None

    def draw(self, tensors: Tensors, state: FaceState) -> dict[str, NDArray[Any]]:
        """One pair's inputs.

        Returns:
            ``head`` uint8 [P, P, 4] premultiplied, ``maps`` uint8 [h, h, 3], ``coords`` int16 [h, h, 2] (±32767 is
            ±1), ``state`` [STATE], ``picture`` uint8 [P, P, 3] the head over its plate.
        """
        looks, far = self._prepared(tensors)
        inputs = drive_of(self.rig, [tensors], [state.checked()], PICTURE_PX)
        drive = Drive(*[torch.from_numpy(np.ascontiguousarray(inputs[name])) for name in Drive._fields])
        with torch.no_grad():
            share = turned(state_of(drive), torch.from_numpy(tensors["state"])[None])
            layers = self._graph.layers(drive, looks, FarSide(*far, share))
            drawn = drawn_of(layers, PICTURE_PX, PICTURE_PX)
            picture = over(layers.head, looks.plate.reshape(-1, 4).float()).reshape(PICTURE_PX, PICTURE_PX, 4)
            return {
                "head": _bytes(drawn.head[0].permute(1, 2, 0) * 255),
                "maps": _bytes(drawn.maps[0].permute(1, 2, 0) * 255),
                "coords": (drawn.coords[0].clamp(-1, 1) * 32767).round().to(torch.int16).numpy(),
                "state": state_of(drive)[0].numpy(),
                "picture": _bytes(picture[..., :3]),
            }

    def _prepared(self, tensors: Tensors) -> tuple[Looks, tuple[torch.Tensor, torch.Tensor]]:
        if self._of is not tensors or self._looks is None or self._far is None:
            values = looks_of(self.rig, tensors)
            values["plate"] = plate_of(tensors, PICTURE_PX)
            self._looks = Looks(*[torch.from_numpy(np.ascontiguousarray(values[name]))[None] for name in Looks._fields])
            texture, field = far_shell(tensors, values["shell_texture"])
            self._far = torch.from_numpy(texture)[None], torch.from_numpy(field)[None]
            self._of = tensors
        return self._looks, self._far


def follow(tensors: Tensors, face: Face) -> FaceState:
    """The state that puts a character's landmarks where a face has them in a crop of the same framing."""
    driver = LandmarkDriver(cast(Any, SimpleNamespace(tensors=tensors)), motion="absolute")
    return driver.state(face.points, (PICTURE_PX, PICTURE_PX), face.blendshapes)


def _bytes(image: torch.Tensor) -> NDArray[np.uint8]:
    return (image.clamp(0, 255) + 0.5).to(torch.uint8).numpy()
