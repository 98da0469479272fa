"""Renderer: characters and states in, RGBA textures out, through onnxruntime.

It knows nothing of sockets, files or clocks. Everything that does not change from frame to frame is prepared once per
character and kept; a batch whose characters are the same as last time costs no copying.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from npcface.errors import LimitError, StateError
from npcface.render.looks import densities, drive_of, looks_of, neural_looks_of, plate_of, with_alpha
from npcface.render.sessions import Sessions, choose_provider
from npcface.rig.rig import load_rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Background = Literal["portrait", "transparent"] | tuple[int, int, int]
Alpha = Literal["straight", "premultiplied"]
Quality = Literal["warp", "neural"]
"""``warp`` draws the portrait's own pixels on the moving head; ``neural`` lets the generator repair that."""

MIN_SIZE_PX, MAX_SIZE_PX = 64, 512
LARGEST_RUN = {"cpu": 1, "cuda": 64, "directml": 64}
"""Faces in one run of a session: on a CPU more gain nothing, and what a run needs meanwhile grows with them."""
KEPT_CHARACTERS = 64
KEPT_BYTES = 96 * 2**20
"""Stacked inputs of recent batches that are kept."""
NEURAL_STEP_PX = 16
"""The generator halves a picture four times, so its side must be a multiple of this."""
NEURAL_THREADS = 2
"""CPU threads from which on the neural quality is the default. Nothing is measured: slow cores give 14 frames a second
(docs/neural.md), and whoever needs more asks for warp."""
LANDMARKS = "landmarks"
"""A third quality for the evaluation alone: the generator without a warped layer."""


class Renderer:
    """Renders many different characters in one call. Not for several threads at once."""

    def __init__(self, provider: str = "auto", threads: int | None = None) -> None:
        """Choose a provider; a quality's graph is loaded when it is first asked for.

        Args:
            provider: ``auto`` (the fastest installed), ``cpu``, ``cuda`` or ``directml``.
            threads: CPU threads, default one per core.

        Raises:
            DependencyError: the provider is not part of the installed onnxruntime, or a graph file is missing.
        """
        self.provider = choose_provider(provider)
        self.threads = threads or os.cpu_count() or 1
        self._sessions = Sessions(self.provider, self.threads)
        # several faces on a CPU: each core renders whole faces, because one face's small steps gain little from a
        # second core
        side_by_side = self.provider == "cpu" and self.threads > 1
        self._pool = ThreadPoolExecutor(self.threads, "npcface-render") if side_by_side else None
        self._rig = load_rig()
        self._looks: OrderedDict[int, tuple[Any, dict[str, NDArray[Any]]]] = OrderedDict()
        self._batches: OrderedDict[tuple[Any, ...], tuple[list[Any], dict[str, Any]]] = OrderedDict()
        self._sizes: dict[tuple[Any, ...], int] = {}

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

        Returns:
            [N, size, size, 4] uint8 sRGB, row 0 on top.

        Raises:
            StateError: numbers of characters, states, backgrounds and qualities differ, a background's or quality's
                name is unknown, or a state is not finite.
            LimitError: size outside the limits, or no multiple of 16 px in neural quality.
        """
        if len(characters) != len(states):
            raise StateError(
                f"{len(characters)} characters but {len(states)} states were given.", "Pass one state per character."
            )
        if not MIN_SIZE_PX <= size <= MAX_SIZE_PX:
            raise LimitError(f"Texture size {size} px is outside {MIN_SIZE_PX}..{MAX_SIZE_PX}.", "Choose one inside.")
        if not characters:
            return np.zeros((0, size, size, 4), np.uint8)
        backgrounds = _each(background, len(characters))
        qualities = self._qualities(quality, len(characters), size)
        checked = [state.checked() for state in states]
        image = np.empty((len(characters), size, size, 4), np.uint8)
        jobs = []
        for run in self._runs(characters, checked, qualities, size):
            people = [characters[i] for i in run]
            looks = self._batch(people, size, [backgrounds[i] for i in run], qualities[run[0]])
            drive = drive_of(self._rig, [one.tensors for one in people], [checked[i] for i in run], size)
            jobs.append((run, drive, looks))
        if self._pool is None or len(jobs) == 1:
            for run, drive, looks in jobs:
                image[run] = self._run(self._sessions.whole(qualities[run[0]]), drive, looks)
        else:
            futures = [
                self._pool.submit(self._run, self._sessions.single(qualities[run[0]]), drive, looks)
                for run, drive, looks in jobs
            ]
            for (run, _, _), future in zip(jobs, futures, strict=True):
                image[run] = future.result()
        if alpha == "straight" and "transparent" in backgrounds:
            image = _unmultiply(image)
        return image

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

    def _runs(
        self, characters: Sequence[Character], states: Sequence[FaceState], qualities: list[str], size: int
    ) -> list[list[int]]:
        """Which faces share a run of a session: of one quality and sampling density, up to the provider's limit."""
        groups: dict[tuple[str, int], list[int]] = {}
        dense = densities([one.tensors for one in characters], states, size)
        for index, key in enumerate(zip(qualities, dense, strict=True)):
            groups.setdefault(key, []).append(index)
        step = LARGEST_RUN[self.provider]
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

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        self._looks.pop(id(character.tensors), None)
        for key in [key for key in self._batches if id(character.tensors) in key[1]]:
            del self._batches[key], self._sizes[key]

    def _prepared(self, character: Character, quality: str) -> dict[str, NDArray[Any]]:
        key = id(character.tensors)
        if key not in self._looks:
            self._looks[key] = (character.tensors, looks_of(self._rig, character.tensors))
            while len(self._looks) > KEPT_CHARACTERS:
                self._looks.popitem(last=False)
        self._looks.move_to_end(key)
        looks = self._looks[key][1]
        if quality != "warp" and "features" not in looks:  # a megabyte that the warp can do without
            looks |= neural_looks_of(character.tensors, looks["shell_texture"])
        return looks

    def _batch(
        self, characters: Sequence[Character], size: int, backgrounds: list[Background], quality: str
    ) -> dict[str, Any]:
        """Stacked per-character inputs as OrtValues on the session's device."""
        key = (size, tuple(id(character.tensors) for character in characters), tuple(backgrounds), quality)
        if key in self._batches:
            self._batches.move_to_end(key)
            return self._batches[key][1]
        prepared = [self._prepared(character, quality) for character in characters]
        wanted = self._sessions.inputs(quality)
        stacked = {name: np.stack([one[name] for one in prepared]) for name in prepared[0] if name in wanted}
        if quality == LANDMARKS:
            stacked["drawn"] = np.zeros_like(stacked["drawn"])
        stacked["plate"] = np.stack(
            [_plate(character.tensors, size, ground) for character, ground in zip(characters, backgrounds, strict=True)]
        )
        device = "cuda" if self.provider == "cuda" else "cpu"
        values = {name: self._sessions.value(value, device) for name, value in stacked.items()}
        # the tensors stay with the batch: were they freed, another character's could get their id
        self._batches[key] = ([character.tensors for character in characters], values)
        self._sizes[key] = sum(value.nbytes for value in stacked.values())
        while len(self._batches) > 1 and sum(self._sizes.values()) > KEPT_BYTES:
            del self._sizes[self._batches.popitem(last=False)[0]]
        return values


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


def _plate(tensors: dict[str, NDArray[Any]], size: int, background: Background) -> NDArray[np.uint8]:
    if background == "portrait":
        return plate_of(tensors, size)
    if background == "transparent":
        return np.zeros((size, size, 4), np.uint8)
    if isinstance(background, str):
        raise StateError(f"Unknown background {background!r}.", "Use 'portrait', 'transparent' or a colour (r, g, b).")
    colour = np.clip(np.asarray(background, np.float32), 0, 255)
    return with_alpha(np.broadcast_to(colour, (size, size, 3)))


def _unmultiply(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = image[..., 3:].astype(np.float32)
    colour = image[..., :3] * (255.0 / np.maximum(alpha, 1.0))
    return np.concatenate([np.clip(colour + 0.5, 0, 255).astype(np.uint8), image[..., 3:]], axis=-1)
