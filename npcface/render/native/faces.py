"""Draw one face with the compiled renderer: arrays in, bytes out. Shapes as in ``graph.Drive`` and ``graph.Looks``."""

from __future__ import annotations

import weakref
from concurrent.futures import Executor
from ctypes import byref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import LimitError
from npcface.render.layout import EYE_SPAN, LEAST_ALPHA, MOUTH_CENTRE, MOUTH_SPAN, NOSE
from npcface.render.native.library import SHEETS, DriveStruct, LooksStruct, RigStruct, ShellStruct, load
from npcface.rig.pose import PIVOT
from npcface.rig.rig import Rig
from npcface.vocab import ARKIT_INDEX

Tensors = dict[str, NDArray[Any]]
INPUTS, STEPS = 27, 16
"""Channels of the generator's input and of its answer: 16 are RGBA folded 2 × 2."""


class RigConstants:
    """The rig as the library reads it. Keeps the arrays alive."""

    def __init__(self, rig: Rig) -> None:
        self.grid = rig.grid
        self._kept: list[NDArray[np.float32]] = []
        struct = RigStruct(
            grid=rig.grid, blink=ARKIT_INDEX["eyeBlinkLeft"], eye_radius=float(rig.eye_radius[0]), eye_span=EYE_SPAN,
            mouth_span=MOUTH_SPAN,
        )  # fmt: skip
        struct.pivot[:], struct.mouth_centre[:], struct.nose[:] = PIVOT, MOUTH_CENTRE, NOSE
        struct.shapes = self._keep(rig.face_shapes.transpose(0, 3, 1, 2))
        for index, name in enumerate(SHEETS):
            mean, moves = rig.mouth[f"{name}_mean"], rig.mouth[f"{name}_shapes"]
            struct.sheet_rows[index], struct.sheet_columns[index] = mean.shape[:2]
            struct.sheet_mean[index] = self._keep(mean.transpose(2, 0, 1))
            struct.sheet_moves[index] = self._keep(moves.transpose(0, 3, 1, 2))
        self.struct = struct

    def canvas(self, size: int, used: Canvas | None) -> Canvas:
        """A canvas for pictures of a size: the one that was used, or a larger one in its place."""
        if used is None or not used.use(size):
            return Canvas(self, size)
        return used

    def _keep(self, array: NDArray[Any]) -> int:
        self._kept.append(np.ascontiguousarray(array, np.float32))
        return self._kept[-1].ctypes.data


class CharacterLooks:
    """A character's arrays as the library reads them: from ``Prepared.of``, which has checked them, and ``plate``."""

    def __init__(self, looks: Tensors, plate: NDArray[np.uint8]) -> None:
        self._kept = {name: np.ascontiguousarray(array) for name, array in {**looks, "plate": plate}.items()}

        def at(name: str) -> int | None:
            return self._kept[name].ctypes.data if name in self._kept else None

        def shell(kind: str) -> ShellStruct:
            texture, field = self._kept.get(f"{kind}_texture"), self._kept.get(f"{kind}_field")
            if texture is None or field is None:
                return ShellStruct()
            return ShellStruct(at(f"{kind}_texture"), at(f"{kind}_field"), texture.shape[0], field.shape[-1])

        paint = self._kept["mouth_paint"]
        self.struct = LooksStruct(
            face_rest=at("face_rest"), face_blink=at("face_blink"), face_texture=at("face_texture"),
            shell=shell("shell"), far_side=shell("far"), eyes=at("eyes"), eye_textures=at("eye_textures"),
            iris=at("iris"), mouth_shift=at("mouth_shift"), mouth_paint=at("mouth_paint"), cavity=at("cavity"),
            plate=at("plate"), features=at("features"), face_px=self._kept["face_texture"].shape[0],
            eye_px=self._kept["eye_textures"].shape[-1], paint_rows=paint.shape[1], paint_columns=paint.shape[2],
            features_px=self._kept["features"].shape[0] if "features" in self._kept else 0,
        )  # fmt: skip


class FrameDrive:
    """One frame's numbers: a row of ``looks.drive_of``, the lattice as uint8 [samples, samples]."""

    def __init__(self, drive: Tensors, lattice: NDArray[np.uint8], far_share: float) -> None:
        self._kept = [np.ascontiguousarray(drive[name], np.float32) for name in ("weights", "offsets")]
        weights, offsets = self._kept
        self._lattice = lattice
        struct = DriveStruct(
            weights=weights.ctypes.data, offsets=offsets.ctypes.data if offsets.any() else None,
            lattice=lattice.ctypes.data, offsets_px=offsets.shape[-1], samples=lattice.shape[0], far_share=far_share,
        )  # fmt: skip
        for name in ("pose", "place", "axes", "body"):
            getattr(struct, name)[:] = drive[name].ravel()
        self.struct = struct


class Canvas:
    """Working memory for pictures up to a size. One thread at a time.

    Raises:
        LimitError: there is no memory for it.
    """

    def __init__(self, rig: RigConstants, size: int) -> None:
        self.size, self._rig, self._library = size, rig, load()
        self._canvas = self._library.npc_canvas_new(size, rig.grid)
        if not self._canvas:
            raise LimitError(f"No memory to draw {size} px.", "Close other programs or ask for smaller textures.")
        weakref.finalize(self, self._library.npc_canvas_free, self._canvas)

    def use(self, size: int) -> bool:
        """Draw pictures of another size from now on; False if it is larger than the memory is."""
        if not self._library.npc_canvas_use(self._canvas, size):
            return False
        self.size = size
        return True

    def draw(self, looks: CharacterLooks, drive: FrameDrive, beside: Beside | None = None) -> None:
        """Draw a head, which stays on the canvas.

        Args:
            beside: a thread and a canvas of the same size on which it draws what is behind the face meanwhile.
        """
        structs = byref(self._rig.struct), byref(looks.struct), byref(drive.struct)
        if beside is None:
            self._library.npc_front(self._canvas, *structs)
            self._library.npc_back(self._canvas, *structs)
            self._library.npc_meet(self._canvas, self._canvas)
            return
        helper, other = beside
        behind = helper.submit(self._library.npc_back, other._canvas, *structs)
        try:
            self._library.npc_front(self._canvas, *structs)
        finally:  # what it reads must outlive it, also when a signal comes
            behind.result()
        self._library.npc_meet(self._canvas, other._canvas)

    def output(self, looks: CharacterLooks, straight: bool, out: NDArray[np.uint8]) -> None:
        """The head over its plate into out, [size, size, 4] uint8, contiguous."""
        self._library.npc_output(self._canvas, byref(looks.struct), straight, out.ctypes.data)

    def conditions(self, looks: CharacterLooks, drive: FrameDrive, out: NDArray[np.float32]) -> None:
        """What the generator sees of the head into out, [INPUTS, size / 2, size / 2] float32."""
        structs = byref(self._rig.struct), byref(looks.struct), byref(drive.struct)
        self._library.npc_conditions(self._canvas, *structs, out.ctypes.data)

    def blend(self, looks: CharacterLooks, steps: NDArray[np.float32], straight: bool, out: NDArray[np.uint8]) -> None:
        """Put the generator's answer, [STEPS, size / 2, size / 2] float32, onto the head."""
        self._library.npc_blend(
            self._canvas, byref(looks.struct), steps.ctypes.data, LEAST_ALPHA, straight, out.ctypes.data
        )


Beside = tuple[Executor, Canvas]
