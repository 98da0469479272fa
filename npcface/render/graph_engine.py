"""Whole frames as ONNX graphs: on GPUs, and on a CPU where npcface was installed without its compiled renderer.

Everything that does not change from frame to frame is prepared once per character and kept on the device; a batch whose
characters are the same as last time costs no copying.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import CharacterError
from npcface.render.blocks import Format, encode
from npcface.render.job import LANDMARKS, Background, FaceTime, Job, plate
from npcface.render.looks import cover, densities, drive_of
from npcface.render.prepared import Prepared
from npcface.render.sessions import Sessions
from npcface.render.stamp import stamp
from npcface.rig.rig import Rig

if TYPE_CHECKING:
    from npcface.character import Character

LARGEST_RUN = {"cpu": 1, "cuda": 64, "directml": 64}
"""Faces in one run of a session: on a CPU more gain nothing, and what a run needs meanwhile grows with them."""
KEPT_BYTES = 96 * 2**20
"""Stacked inputs of recent batches that are kept."""


class GraphEngine:
    """Draws jobs with ``graph.py`` and ``neural.py`` as onnxruntime runs them. Not for several threads at once.

    Args:
        rig: the rig. provider: from ``choose_provider``. threads: CPU threads.

    Raises:
        DependencyError: a graph file is missing.
    """

    def __init__(self, rig: Rig, provider: str, threads: int) -> None:
        self._rig, self._provider = rig, provider
        self._sessions = Sessions(provider, threads)
        self._sessions.whole("warp")  # a missing file is found out at start-up
        # several faces on a CPU: each core renders whole faces, because one face's small steps gain little from a
        # second core
        side_by_side = provider == "cpu" and threads > 1
        self._pool = ThreadPoolExecutor(threads, "npcface-render") if side_by_side else None
        self._looks = Prepared(rig)
        self._batches: OrderedDict[tuple[Any, ...], tuple[list[Any], dict[str, Any]]] = OrderedDict()
        self._sizes: dict[tuple[Any, ...], int] = {}

    def draw(self, jobs: Sequence[Job], size: int, straight: bool, format: Format, out: NDArray[np.uint8]) -> None:
        """Draw every job into its row of out, [N, size, size, 4] or blocks."""
        if format != "rgba8":
            whole = np.empty((len(jobs), size, size, 4), np.uint8)
            self.draw(jobs, size, straight, "rgba8", whole)
            encode(whole, format, out)
            for job in jobs:
                job.times[-1] = job.times[-1]._replace(done_s=time.perf_counter())
            return
        begun_s = time.perf_counter()
        runs = []
        for run in self._runs(jobs, size):
            of = [jobs[i] for i in run]
            looks = self._batch([job.character for job in of], size, [job.background for job in of], of[0].quality)
            drive = drive_of(self._rig, [job.character.tensors for job in of], [job.state for job in of], size)
            runs.append((run, of[0].quality, drive, looks))
        if self._pool is None or len(runs) == 1:
            for run, quality, drive, looks in runs:
                out[run] = self._run(self._sessions.whole(quality), drive, looks)
        else:
            futures = [
                self._pool.submit(self._run, self._sessions.single(quality), drive, looks)
                for _, quality, drive, looks in runs
            ]
            wait(futures)  # of a run that fails, none may still write when its faces are drawn again
            for (run, *_), future in zip(runs, futures, strict=True):
                out[run] = future.result()
        if straight and any(job.background == "transparent" for job in jobs):
            out[:] = _unmultiply(out)
        for job, image in zip(jobs, out, strict=True):
            if job.pattern is not None:
                stamp(image, job.pattern, straight)
        drawn_s = time.perf_counter()
        for job in jobs:
            job.times.append(FaceTime(begun_s, drawn_s, drawn_s))

    def prepare(self, quality: str) -> None:
        """Load what all characters share."""
        cover(self._rig)
        self._sessions.whole(quality)

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        self._looks.forget(character.tensors)
        for key in [key for key in self._batches if id(character.tensors) in key[1]]:
            del self._batches[key], self._sizes[key]

    def shed(self) -> None:
        """Give up sessions and what is kept for batches: something has failed, perhaps for want of memory."""
        self._sessions.shed()
        self._batches.clear()
        self._sizes.clear()

    def _runs(self, jobs: Sequence[Job], size: int) -> list[list[int]]:
        """Which faces share a run of a session: of one quality and sampling density, up to the provider's limit."""
        groups: dict[tuple[str, int], list[int]] = {}
        dense = densities([job.character.tensors for job in jobs], [job.state for job in jobs], size)
        for index, (job, samples) in enumerate(zip(jobs, dense, strict=True)):
            groups.setdefault((job.quality, samples), []).append(index)
        step = LARGEST_RUN[self._provider]
        return [group[start : start + step] for group in groups.values() for start in range(0, len(group), step)]

    def _run(self, session: Any, drive: dict[str, NDArray[np.float32]], looks: dict[str, Any]) -> NDArray[np.uint8]:
        """[N, size, size, 4] premultiplied, in one run of a session."""
        binding = session.io_binding()
        for node in session.get_inputs():
            if node.name in drive:
                binding.bind_cpu_input(node.name, drive[node.name])
            else:
                binding.bind_ortvalue_input(node.name, looks[node.name])
        binding.bind_output("rgba", "cpu")
        session.run_with_iobinding(binding)
        image: NDArray[np.uint8] = binding.get_outputs()[0].numpy()
        return image

    def _batch(
        self, characters: Sequence[Character], size: int, backgrounds: list[Background], quality: str
    ) -> dict[str, Any]:
        """Stacked per-character inputs as OrtValues on the session's device."""
        key = (size, tuple(id(character.tensors) for character in characters), tuple(backgrounds), quality)
        if key in self._batches:
            self._batches.move_to_end(key)
            return self._batches[key][1]
        prepared = [self._looks.of(character.tensors, quality) for character in characters]
        wanted = self._sessions.inputs(quality)
        for one in prepared:
            _check_shapes(one, wanted)
        stacked = {name: np.stack([one[name] for one in prepared]) for name in prepared[0] if name in wanted}
        if quality == LANDMARKS:
            stacked["drawn"] = np.zeros_like(stacked["drawn"])
        stacked["plate"] = np.stack(
            [plate(character.tensors, size, ground) for character, ground in zip(characters, backgrounds, strict=True)]
        )
        device = "cuda" if self._provider == "cuda" else "cpu"
        values = {name: self._sessions.value(value, device) for name, value in stacked.items()}
        # the tensors stay with the batch: were they freed, another character's could get their id
        self._batches[key] = ([character.tensors for character in characters], values)
        self._sizes[key] = sum(value.nbytes for value in stacked.values())
        while len(self._batches) > 1 and sum(self._sizes.values()) > KEPT_BYTES:
            del self._sizes[self._batches.popitem(last=False)[0]]
        return values


def _check_shapes(prepared: dict[str, NDArray[Any]], wanted: dict[str, list[int | str]]) -> None:
    """Graphs are made for the sides that enrolment writes; compiled code takes others too, and packs may hold any.

    Raises:
        CharacterError: so that one pack's fault is not taken for the device's.
    """
    for name, array in prepared.items():
        sides = wanted.get(name, [])[1:]
        if any(isinstance(side, int) and side != found for side, found in zip(sides, array.shape, strict=False)):
            raise CharacterError(
                f"Its {name} is {list(array.shape)}, this renderer draws {sides} alone.", "Enrol the portrait again."
            )


def _unmultiply(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = image[..., 3:].astype(np.float32)
    colour = image[..., :3] * (255.0 / np.maximum(alpha, 1.0))
    return np.concatenate([np.clip(colour + 0.5, 0, 255).astype(np.uint8), image[..., 3:]], axis=-1)
