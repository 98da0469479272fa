"""Renderer: characters and states in, RGBA textures out, the same on every engine.

It knows nothing of sockets, files or clocks. It checks what is asked; an engine draws: the compiled one on CPUs
(``native_engine``), whole ONNX graphs elsewhere (``graph_engine``).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError, LimitError, NpcFaceError, StateError
from npcface.render.blocks import BLOCK_BYTES, Format
from npcface.render.fallback import Fallback, Trouble
from npcface.render.graph_engine import GraphEngine
from npcface.render.job import LANDMARKS, Background, FaceTime, Job
from npcface.render.native import library as native
from npcface.render.native_engine import NativeEngine
from npcface.render.sessions import choose_provider, graph_file
from npcface.render.stamp import Stamp
from npcface.rig.rig import load_rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Alpha = Literal["straight", "premultiplied"]
Quality = Literal["warp", "neural"]
"""``warp`` draws the portrait's own pixels on the moving head; ``neural`` lets the generator repair that."""

MIN_SIZE_PX, MAX_SIZE_PX = 64, 512
NEURAL_STEP_PX = 16
"""The generator halves a picture four times, so its side must be a multiple of this."""
NEURAL_THREADS = 2
"""CPU threads from which on the neural quality is the default: two slow ones give 56 frames a second
(docs/benchmarks.md). Under load the daemon lowers streams that asked for auto."""


class Renderer:
    """Renders many different characters in one call. Not for several threads at once.

    When a GPU fails or memory is short, it goes on with less (``npcface.render.fallback``).

    Attributes:
        provider: ``cpu``, ``cuda`` or ``directml``, now.
        threads: CPU threads.
        compiled: whether faces are drawn by compiled code.
    """

    def __init__(self, provider: str = "auto", threads: int | None = None) -> None:
        """Choose a provider; a quality's graph is loaded when it is first asked for.

        Args:
            provider: ``auto`` (the fastest installed), ``cpu``, ``cuda`` or ``directml``.
            threads: CPU threads, default one per core.

        Raises:
            DependencyError: the provider is not part of the installed onnxruntime or does not work, or a graph file
                is missing.
        """
        self.provider = choose_provider(provider)
        self.threads = threads or os.cpu_count() or 1
        self._times: list[list[FaceTime]] = []
        self._fallback = Fallback(self._engine, lambda: self.provider != "cpu", self._to_cpu)
        try:
            self._start_engines()
        except NpcFaceError:
            raise
        except Exception as error:
            if self.provider == "cpu":
                raise
            said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            if provider != "auto":
                raise DependencyError(f"{provider!r} does not work: {said}", "Use 'auto' or 'cpu'.") from error
            self._to_cpu()
            cause = f"The GPU does not work ({said}): faces are drawn by the processor."
            self.troubles.append(Trouble(cause, "`npcface doctor` says more."))

    @property
    def troubles(self) -> deque[Trouble]:
        """What has failed since somebody looked and took it from the left; other threads may."""
        return self._fallback.troubles

    @property
    def quality(self) -> Quality:
        """What ``render`` uses when it is not told: neural on a GPU or at least two CPU threads."""
        return "neural" if self.provider != "cpu" or self.threads >= NEURAL_THREADS else "warp"

    def render(
        self,
        characters: Sequence[Character],
        states: Sequence[FaceState],
        size: int = 256,
        background: Background | Sequence[Background] = "portrait",
        alpha: Alpha = "straight",
        quality: Quality | Sequence[Quality] | None = None,
        out: NDArray[np.uint8] | None = None,
        format: Format = "rgba8",
        patterns: Sequence[Stamp | None] | None = None,
    ) -> NDArray[np.uint8]:
        """Render one frame of each character.

        Args:
            characters: N characters, repeats allowed.
            states: N states; values are checked and clamped.
            size: side of the textures in pixels, 64..512.
            background: ``portrait`` (its own, filled in behind the head), ``transparent``, or an sRGB colour; one for
                all or N of them.
            alpha: kind of alpha in the result; both are the same where alpha is 255.
            quality: ``warp`` or ``neural``, one for all or N of them; None is ``Renderer.quality``, or ``warp`` where
                the size is no multiple of 16 px.
            out: what is returned, contiguous, to draw into: the engines then copy nothing.
            patterns: one per character, added to its finished texture, or None, see ``npcface.watermark.live``.
            format: ``rgba8``, or ``bc1`` (which stores no alpha) or ``bc3`` blocks, see ``npcface.render.blocks``.

        Returns:
            [N, size, size, 4] uint8 sRGB, row 0 on top; blocks [N, size / 4, size / 4, 8 or 16]; ``out`` if it was
            given.

        Raises:
            StateError: numbers of characters, states, backgrounds and qualities differ, a background's or quality's
                name is unknown, a state is not finite, or ``out`` does not fit.
            LimitError: size outside the limits, or no multiple of 16 px in neural quality, or of 4 px for blocks.
        """
        if len(characters) != len(states):
            raise StateError(
                f"{len(characters)} characters but {len(states)} states were given.", "Pass one state per character."
            )
        if not MIN_SIZE_PX <= size <= MAX_SIZE_PX:
            raise LimitError(f"Texture size {size} px is outside {MIN_SIZE_PX}..{MAX_SIZE_PX}.", "Choose one inside.")
        if format != "rgba8" and size % 4:
            raise LimitError(f"{size} px cannot be cut into blocks of 4.", f"Use {-(-size // 4) * 4} px, or rgba8.")
        shape = (len(characters), size, size, 4)
        if format != "rgba8":
            shape = (len(characters), size // 4, size // 4, BLOCK_BYTES[format])
        if not characters:
            return np.zeros(shape, np.uint8)
        backgrounds = _each(background, len(characters))
        qualities = self._qualities(quality, len(characters), size)
        jobs = [
            Job(character, state.checked(), ground, kind, pattern)
            for character, state, ground, kind, pattern in zip(
                characters, states, backgrounds, qualities, patterns or [None] * len(characters), strict=True
            )
        ]
        self._times = [job.times for job in jobs]
        image = np.empty(shape, np.uint8) if out is None else out
        if image.shape != shape or image.dtype != np.uint8 or not image.flags.c_contiguous:
            raise StateError(f"`out` is {image.dtype} {list(image.shape)}.", f"Pass contiguous uint8 {list(shape)}.")
        self._fallback.draw(jobs, size, alpha == "straight", format, image)
        return image

    @property
    def times(self) -> list[FaceTime]:
        """When each face of the last call was drawn; call it after one that did not fail."""
        return [times[-1] for times in self._times]

    def prepare(self, quality: Quality | None = None) -> None:
        """Load what the first frame of any character in a quality needs, so that it comes sooner.

        Args:
            quality: None is ``Renderer.quality``.

        Raises:
            DependencyError: a graph file is missing.
        """
        wanted = quality or self.quality
        self._engine([wanted]).prepare(wanted)

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        for engine in (self._native, self._graphs):
            if engine is not None:
                engine.forget(character)

    def _start_engines(self) -> None:
        self.compiled = self.provider == "cpu" and native.available()
        if self.compiled:
            graph_file("generator", self.provider)  # a missing file is found out at start-up
        self._native = NativeEngine(load_rig(), self.threads) if self.compiled else None
        self._graphs = None if self.compiled else GraphEngine(load_rig(), self.provider, self.threads)

    def _to_cpu(self) -> None:
        self.provider = "cpu"
        self._start_engines()

    def _engine(self, qualities: list[str]) -> NativeEngine | GraphEngine:
        if self._native is not None and LANDMARKS not in qualities:
            return self._native
        if self._graphs is None:
            self._graphs = GraphEngine(load_rig(), self.provider, self.threads)
        return self._graphs

    def _qualities(self, quality: Quality | Sequence[Quality] | None, count: int, size: int) -> list[str]:
        divides = size % NEURAL_STEP_PX == 0
        if quality is None:
            return [self.quality if divides else "warp"] * count
        chosen = [quality] * count if isinstance(quality, str) else list(quality)
        if len(chosen) != count:
            raise StateError(f"{len(chosen)} qualities for {count} characters.", "Pass one, or one per character.")
        for name in chosen:
            if name not in ("warp", "neural", LANDMARKS):
                raise StateError(f"Unknown quality {name!r}.", "Use 'warp' or 'neural'.")
            if name != "warp" and not divides:
                raise LimitError(
                    f"Neural textures of {size} px cannot be made.",
                    f"Use {-(-size // NEURAL_STEP_PX) * NEURAL_STEP_PX} px, or quality 'warp'.",
                )
        return [str(name) for name in chosen]


def _each(background: Background | Sequence[Background], count: int) -> list[Background]:
    if isinstance(background, str):
        return [cast(Background, background)] * count
    if len(background) == 3 and all(isinstance(v, int | np.integer) for v in background):
        red, green, blue = (int(value) for value in cast(Sequence[int], background))
        return [(red, green, blue)] * count
    chosen = list(cast(Sequence[Background], background))
    if len(chosen) != count:
        raise StateError(f"{len(chosen)} backgrounds for {count} characters.", "Pass one, or one per character.")
    return chosen
