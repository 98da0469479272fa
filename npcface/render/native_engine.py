"""Faces on a CPU: the compiled renderer draws, onnxruntime runs the generator in between (neural quality).

state ─▶ Canvas.draw ─▶ conditions ─▶ generator (8-bit, one face a run) ─▶ blend ─▶ RGBA
                  └──────────────────── warp quality: output ─────────────────────▶ RGBA
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from npcface.model.layout import STATE
from npcface.render.blocks import Format, encode
from npcface.render.job import Background, FaceTime, Job, plate
from npcface.render.looks import cover, densities, drive_row, lattice, turned
from npcface.render.native.faces import INPUTS, Beside, Canvas, CharacterLooks, FrameDrive, RigConstants
from npcface.render.prepared import Prepared
from npcface.render.sessions import Sessions
from npcface.render.stamp import stamp
from npcface.rig.pose import rotation
from npcface.rig.rig import Rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Tensors = dict[str, NDArray[Any]]
Feed = dict[str, NDArray[np.float32]]

YAW_SINE = 52 + 2
"""Place in a state vector: first row, last column of the rotation."""
KEPT_PLATES = 128
"""Pairs of a character and a background at a size that are kept ready: 256 kB each at 256 px."""


class Numbers(NamedTuple):
    """``drive``: of a frame. ``states``: [1, 2 · STATE] float32, the wanted state and the portrait's own."""

    drive: FrameDrive
    states: NDArray[np.float32]


class NativeEngine:
    """Draws jobs on CPU threads. Not for several threads at once.

    Args:
        rig: the rig.
        threads: that share the faces of a call; a single face has two for drawing and all for its generator.
    """

    def __init__(self, rig: Rig, threads: int) -> None:
        self._rig, self._constants = rig, RigConstants(rig)
        self._sessions = Sessions("cpu", threads)
        self._pool = ThreadPoolExecutor(threads, "npcface-render") if threads > 1 else None
        self._local = threading.local()
        self._beside: Canvas | None = None
        self._looks = Prepared(rig)
        self._faces: OrderedDict[tuple[Any, ...], tuple[Any, CharacterLooks]] = OrderedDict()

    def draw(self, jobs: Sequence[Job], size: int, straight: bool, format: Format, out: NDArray[np.uint8]) -> None:
        """Draw every job into its row of out, [N, size, size, 4] or blocks."""
        looks = [self.face(job.character, job.background, size, job.quality) for job in jobs]
        dense = densities([job.character.tensors for job in jobs], [job.state for job in jobs], size)
        alone = self._pool is None or len(jobs) == 1
        # here, not in the threads: each of them would load it
        session = self.generator(alone) if any(job.quality != "warp" for job in jobs) else None
        calls = [
            partial(self._finish, job, face, samples, size, straight, format, image, session, alone=alone)
            for job, face, samples, image in zip(jobs, looks, dense, out, strict=True)
        ]
        if self._pool is None or alone:
            for call in calls:
                call()
            return
        futures = [self._pool.submit(call) for call in calls]
        wait(futures)  # if one fails, none may still write when the faces are drawn again
        for future in futures:
            future.result()

    def prepare(self, quality: str) -> None:
        """Load what all characters share."""
        cover(self._rig)
        if quality != "warp":
            self.generator(alone=True)
            if self._pool is not None:
                self.generator(alone=False)

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        key = id(character.tensors)
        self._looks.forget(character.tensors)
        for face in [face for face in self._faces if face[0] == key]:
            del self._faces[face]

    def shed(self) -> None:
        """Give up sessions and prepared faces: something has failed, perhaps for want of memory."""
        self._sessions.shed()
        self._faces.clear()

    def numbers(self, tensors: Tensors, state: FaceState, samples: int, quality: str) -> Numbers:
        """A frame's numbers.

        Args:
            samples: along the face chart, see ``looks.densities``. quality: the far side is drawn beyond warp only.
        """
        row = drive_row(self._rig, tensors, state)
        wanted = np.concatenate([state.weights, rotation(state.head).ravel()])
        states = np.concatenate([wanted, tensors["state"]]).astype(np.float32)[None]
        share = turned(states[0, YAW_SINE], states[0, STATE + YAW_SINE]) if quality != "warp" else 0.0
        return Numbers(FrameDrive(row, _lattice(self._rig, samples), share), states)

    def head(self, looks: CharacterLooks, drive: FrameDrive, size: int, *, alone: bool) -> Canvas:
        """Draw a head on this thread's canvas. ``alone``: no other face is drawn now, a second thread may help."""
        canvas = self._canvas(size)
        canvas.draw(looks, drive, self._helper(size) if alone else None)
        return canvas

    def feed(self, canvas: Canvas, looks: CharacterLooks, tensors: Tensors, numbers: Numbers) -> Feed:
        """What the generator wants to know of the drawn head, by the names of its inputs."""
        given = np.empty((1, INPUTS, canvas.size // 2, canvas.size // 2), np.float32)
        canvas.conditions(looks, numbers.drive, given[0])
        return {"input": given, "states": numbers.states, "style": tensors["style"][None].astype(np.float32)}

    def _finish(
        self, job: Job, looks: CharacterLooks, samples: int, size: int, straight: bool, format: Format,
        out: NDArray[np.uint8], session: Any, *, alone: bool,
    ) -> None:  # fmt: skip
        begun_s = time.perf_counter()
        pixels = out if format == "rgba8" else np.empty((size, size, 4), np.uint8)
        tensors = job.character.tensors
        numbers = self.numbers(tensors, job.state, samples, job.quality)
        canvas = self.head(looks, numbers.drive, size, alone=alone)
        if job.quality == "warp":
            canvas.output(looks, straight, pixels)
        else:
            steps = session.run(["steps"], self.feed(canvas, looks, tensors, numbers))[0][0]
            canvas.blend(looks, steps, straight, pixels)
        if job.pattern is not None:
            stamp(pixels, job.pattern, straight)
        drawn_s = time.perf_counter()
        if format != "rgba8":
            encode(pixels, format, out)
        job.times.append(FaceTime(begun_s, drawn_s, time.perf_counter() if format != "rgba8" else drawn_s))

    def generator(self, alone: bool) -> Any:
        """The generator: with all threads for one face, with one for each of several."""
        return self._sessions.whole("generator") if alone else self._sessions.single("generator")

    def _helper(self, size: int) -> Beside | None:
        """A second thread with a canvas."""
        if self._pool is None:
            return None
        self._beside = self._constants.canvas(size, self._beside)
        return self._pool, self._beside

    def _canvas(self, size: int) -> Canvas:
        """This thread's canvas."""
        self._local.canvas = self._constants.canvas(size, getattr(self._local, "canvas", None))
        return self._local.canvas

    def face(self, character: Character, background: Background, size: int, quality: str) -> CharacterLooks:
        """A character before a background, prepared once.

        Raises:
            CharacterError: the embedding is not what the renderer reads.
        """
        tensors = character.tensors
        key = (id(tensors), size, background, quality != "warp")
        if key not in self._faces:
            looks = self._looks.of(tensors, quality)
            # the tensors stay with the looks: were they freed, another character's could get their id
            self._faces[key] = (tensors, CharacterLooks(looks, plate(tensors, size, background)))
            while len(self._faces) > KEPT_PLATES:
                self._faces.popitem(last=False)
        self._faces.move_to_end(key)
        return self._faces[key][1]


@lru_cache(maxsize=32)
def _lattice(rig: Rig, samples: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(lattice(rig, samples)[0, 0] > 0.5).astype(np.uint8)
