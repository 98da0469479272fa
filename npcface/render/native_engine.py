"""Faces on a CPU: the compiled renderer draws, onnxruntime runs the generator in between (neural quality).

state ─▶ Canvas.draw ─▶ conditions ─▶ generator (8-bit, one face a run) ─▶ blend ─▶ RGBA
                  └──────────────────── warp quality: output ─────────────────────▶ RGBA
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import CharacterError
from npcface.render.blocks import Format, encode
from npcface.render.job import KEPT_CHARACTERS, Background, Job, plate
from npcface.render.looks import cover, densities, drive_row, lattice, looks_of, neural_looks_of, turned
from npcface.render.native.faces import INPUTS, Beside, Canvas, CharacterLooks, FrameDrive, RigConstants
from npcface.render.sessions import Sessions
from npcface.rig.pose import rotation
from npcface.rig.rig import Rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

YAW_SINE = 52 + 2
"""Place in a state vector: first row, last column of the rotation."""
KEPT_PLATES = 128
"""Pairs of a character and a background at a size that are kept ready: 256 kB each at 256 px."""


class NativeEngine:
    """Draws jobs on CPU threads. Not for several threads at once.

    Args:
        rig: the rig.
        threads: that share the faces of a call; a single face has two for drawing and all for its generator.
    """

    def __init__(self, rig: Rig, threads: int) -> None:
        self._rig, self._constants = rig, RigConstants(rig)
        self._sessions = Sessions("cpu", threads)
        self._sessions.check("generator")  # a missing file is found out at start-up
        self._pool = ThreadPoolExecutor(threads, "npcface-render") if threads > 1 else None
        self._local = threading.local()
        self._beside: dict[int, Beside] = {}  # by size
        self._looks: OrderedDict[int, tuple[Any, dict[str, NDArray[Any]]]] = OrderedDict()
        self._faces: OrderedDict[tuple[Any, ...], tuple[Any, CharacterLooks]] = OrderedDict()

    def draw(self, jobs: Sequence[Job], size: int, straight: bool, format: Format, out: NDArray[np.uint8]) -> None:
        """Draw every job into its row of out, [N, size, size, 4] or blocks."""
        dense = densities([job.character.tensors for job in jobs], [job.state for job in jobs], size)
        looks = [self._face(job.character, job.background, size, job.quality) for job in jobs]
        if self._pool is None or len(jobs) == 1:
            for job, face, samples, image in zip(jobs, looks, dense, out, strict=True):
                self._finish(job, face, samples, size, straight, format, image, alone=True)
            return
        futures = [
            self._pool.submit(self._finish, job, face, samples, size, straight, format, image, alone=False)
            for job, face, samples, image in zip(jobs, looks, dense, out, strict=True)
        ]
        for future in futures:
            future.result()

    def prepare(self, quality: str) -> None:
        """Load what all characters share."""
        cover(self._rig)
        if quality != "warp":
            self._sessions.whole("generator")

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        key = id(character.tensors)
        self._looks.pop(key, None)
        for face in [face for face in self._faces if face[0] == key]:
            del self._faces[face]

    def conditions(
        self,
        character: Character,
        state: FaceState,
        samples: int,
        size: int,
        looks: CharacterLooks | None = None,
        *,
        alone: bool = False,
    ) -> tuple[Canvas, dict[str, NDArray[np.float32]]]:
        """Draw a face and keep it on the canvas; what the generator wants to know, by the names of its inputs.

        Args:
            samples: along the face chart, see ``looks.densities``. looks: of the character, prepared if left out.
            alone: no other face is drawn now, the engine's threads are free.
        """
        tensors = character.tensors
        looks = looks or self._face(character, "transparent", size, "neural")
        canvas = self._canvas(size)
        wanted = np.concatenate([state.weights, rotation(state.head).ravel()]).astype(np.float32)
        own = tensors["state"].astype(np.float32)
        drive = FrameDrive(
            drive_row(self._rig, tensors, state), _lattice(self._rig, samples), turned(wanted[YAW_SINE], own[YAW_SINE])
        )
        given = np.empty((1, INPUTS, size // 2, size // 2), np.float32)
        canvas.draw(looks, drive, self._helper(size) if alone else None)
        canvas.conditions(looks, drive, given[0])
        states = np.concatenate([wanted, own])[None]
        return canvas, {"input": given, "states": states, "style": tensors["style"][None].astype(np.float32)}

    def _finish(
        self, job: Job, looks: CharacterLooks, samples: int, size: int, straight: bool, format: Format,
        out: NDArray[np.uint8], *, alone: bool,
    ) -> None:  # fmt: skip
        if format == "rgba8":
            self._draw(job, looks, samples, straight, out, alone=alone)
            return
        pixels = np.empty((size, size, 4), np.uint8)
        self._draw(job, looks, samples, straight, pixels, alone=alone)
        encode(pixels, format, out)

    def _draw(
        self, job: Job, looks: CharacterLooks, samples: int, straight: bool, out: NDArray[np.uint8], *, alone: bool
    ) -> None:
        size = out.shape[0]
        if job.quality == "warp":
            row = drive_row(self._rig, job.character.tensors, job.state)
            canvas, drive = self._canvas(size), FrameDrive(row, _lattice(self._rig, samples), 0.0)
            canvas.draw(looks, drive, self._helper(size) if alone else None)
            canvas.output(looks, straight, out)
            return
        canvas, given = self.conditions(job.character, job.state, samples, size, looks, alone=alone)
        session = self._sessions.whole("generator") if alone else self._sessions.single("generator")
        canvas.blend(looks, session.run(["steps"], given)[0][0], straight, out)

    def _helper(self, size: int) -> Beside | None:
        """A second thread with a canvas of a size."""
        if self._pool is None:
            return None
        if size not in self._beside:
            self._beside[size] = self._pool, Canvas(self._constants, size)
        return self._beside[size]

    def _canvas(self, size: int) -> Canvas:
        """This thread's canvas of a size."""
        canvases: dict[int, Canvas] | None = getattr(self._local, "canvases", None)
        if canvases is None:
            canvases = self._local.canvases = {}
        if size not in canvases:
            canvases[size] = Canvas(self._constants, size)
        return canvases[size]

    def _face(self, character: Character, background: Background, size: int, quality: str) -> CharacterLooks:
        tensors = character.tensors
        key = (id(tensors), size, background, quality != "warp")
        if key not in self._faces:
            try:
                looks = self._prepared(character, quality)
                face = CharacterLooks(looks, plate(tensors, size, background), self._constants.grid, size)
            except (LookupError, TypeError, ValueError) as error:
                raise CharacterError(
                    f"The embedding of {character.id!r} is not what the renderer reads: {error}",
                    "Enrol the portrait again.",
                ) from error
            # the tensors stay with the looks: were they freed, another character's could get their id
            self._faces[key] = (tensors, face)
            while len(self._faces) > KEPT_PLATES:
                self._faces.popitem(last=False)
        self._faces.move_to_end(key)
        return self._faces[key][1]

    def _prepared(self, character: Character, quality: str) -> dict[str, NDArray[Any]]:
        tensors = character.tensors
        key = id(tensors)
        if key not in self._looks:
            self._looks[key] = (tensors, looks_of(self._rig, tensors))
            while len(self._looks) > KEPT_CHARACTERS:
                self._looks.popitem(last=False)
        self._looks.move_to_end(key)
        looks = self._looks[key][1]
        if quality != "warp" and "features" not in looks:  # a megabyte that the warp can do without
            looks |= neural_looks_of(tensors, looks["shell_texture"])
        return looks


@lru_cache(maxsize=32)
def _lattice(rig: Rig, samples: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(lattice(rig, samples)[0, 0] > 0.5).astype(np.uint8)
