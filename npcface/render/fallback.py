"""What is done when an engine fails while it draws: a GPU that is lost, memory that is not there.

Out of memory: the batch is halved, and stays so. Anything else on a GPU, or one face that is still too much for it: the
processor draws from now on. A generator that fails on the processor: its faces are drawn as ``warp``, and the neural
quality is tried again after a pause that doubles. Every step goes one way or waits, so nothing fails frame after frame;
and each draws the same faces again, so no stream loses one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from npcface.errors import NpcFaceError
from npcface.render.blocks import Format
from npcface.render.job import Job

PAUSE_S, PAUSE_MAX_S = 60.0, 3600.0
MEMORY = (
    "out of memory",
    "out_of_memory",
    "outofmemory",
    "bad_alloc",
    "bad allocation",
    "failed to allocate",
    "8007000e",
)
"""In the words of onnxruntime, CUDA and DirectML."""


class Trouble(NamedTuple):
    """What happened, and what a person can do about it; one sentence each."""

    cause: str
    remedy: str


class Engine(Protocol):
    """What draws."""

    def draw(self, jobs: Sequence[Job], size: int, straight: bool, format: Format, out: NDArray[np.uint8]) -> None: ...

    def shed(self) -> None: ...


class Fallback:
    """Draws with whatever still works.

    Args:
        engine: gives the engine for these qualities.
        on_gpu: whether that is a GPU's.
        to_cpu: changes over to the processor, for good.

    Attributes:
        troubles: what has happened since somebody looked; taken from the left, from any thread.
    """

    def __init__(
        self, engine: Callable[[list[str]], Engine], on_gpu: Callable[[], bool], to_cpu: Callable[[], None]
    ) -> None:
        self._engine, self._on_gpu, self._to_cpu = engine, on_gpu, to_cpu
        self.troubles: deque[Trouble] = deque(maxlen=16)
        self._most: int | None = None  # faces in a call, once memory was short
        self._warp_until_s = float("-inf")  # monotonic
        self._pause_s = PAUSE_S

    def draw(self, jobs: Sequence[Job], size: int, straight: bool, format: Format, out: NDArray[np.uint8]) -> None:
        """As the engines' ``draw``.

        Raises:
            NpcFaceError: of the jobs. Exception: nothing is left to fall back to.
        """
        if (most := self._most) is not None and len(jobs) > most:  # which may shrink meanwhile
            for start in range(0, len(jobs), most):
                part = slice(start, start + most)
                self.draw(jobs[part], size, straight, format, out[part])
            return
        if time.monotonic() < self._warp_until_s:
            jobs = [replace(job, quality="warp") if job.quality == "neural" else job for job in jobs]
        engine = self._engine([job.quality for job in jobs])
        try:
            engine.draw(jobs, size, straight, format, out)
        except NpcFaceError:
            raise
        except Exception as error:
            if not of_runtime(error):
                raise
            engine.shed()
            self._give_way(error, jobs)
            self.draw(jobs, size, straight, format, out)

    def _give_way(self, error: Exception, jobs: Sequence[Job]) -> None:
        """Take the next step down, or raise the error."""
        said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        if of_memory(error) and len(jobs) > 1:
            self._most = len(jobs) // 2
            self._tell(
                f"There is too little memory to draw {len(jobs)} faces at once ({said}): {self._most} are from now on.",
                "Close other programs, or ask for smaller textures; a restart tries larger batches again.",
            )
        elif self._on_gpu():
            self._to_cpu()
            self._tell(
                f"The GPU has failed ({said}): faces are drawn by the processor from now on.",
                "Restart the daemon to use the GPU again; `npcface doctor` says whether it can.",
            )
        elif any(job.quality == "neural" for job in jobs):
            self._warp_until_s = time.monotonic() + self._pause_s
            self._tell(
                f"The neural quality has failed ({said}): faces are drawn in warp for {self._pause_s:g} s.",
                "Free some memory; if it goes on, `npcface doctor` checks the files.",
            )
            self._pause_s = min(2.0 * self._pause_s, PAUSE_MAX_S)
        else:
            raise error

    def _tell(self, cause: str, remedy: str) -> None:
        self.troubles.append(Trouble(cause, remedy))


def of_runtime(error: Exception) -> bool:
    """Whether the machine failed, and not what it was given."""
    return isinstance(error, MemoryError | RuntimeError | OSError) or type(error).__module__.startswith("onnxruntime")


def of_memory(error: Exception) -> bool:
    """Whether memory was short, of the GPU or of the machine."""
    return isinstance(error, MemoryError) or any(word in str(error).lower() for word in MEMORY)
