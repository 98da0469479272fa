"""Renderer: characters and states in, RGBA textures out, through onnxruntime.

It knows nothing of sockets, files or clocks. Everything that does not change from frame to frame is prepared once per
character and kept; a batch whose characters are the same as last time costs no copying.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError, LimitError, StateError
from npcface.render.looks import densities, drive_of, looks_of, plate_of, with_alpha
from npcface.rig.rig import load_rig
from npcface.state import FaceState

if TYPE_CHECKING:
    from npcface.character import Character

Background = Literal["portrait", "transparent"] | tuple[int, int, int]
Alpha = Literal["straight", "premultiplied"]

MIN_SIZE_PX, MAX_SIZE_PX = 64, 512
LARGEST_RUN = {"cpu": 1, "cuda": 64, "directml": 64}
"""Faces in one run of a session: on a CPU more gain nothing, and what a run needs meanwhile grows with them."""
KEPT_CHARACTERS = 64
KEPT_BYTES = 96 * 2**20
"""Stacked inputs of recent batches that are kept."""
_DATA = Path(__file__).parent / "data"
_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
}


class Renderer:
    """Renders many different characters in one call. Not for several threads at once."""

    def __init__(self, provider: str = "auto", threads: int | None = None) -> None:
        """Load the graph.

        Args:
            provider: ``auto`` (the fastest installed), ``cpu``, ``cuda`` or ``directml``.
            threads: CPU threads, default one per core.

        Raises:
            DependencyError: the provider is not part of the installed onnxruntime, or the graph file is missing.
        """
        import onnxruntime

        path = _DATA / "render.onnx"
        if not path.is_file():
            raise DependencyError(f"The render graph {path} is missing.", "Reinstall npcface.")
        self.provider = _choose(provider, onnxruntime.get_available_providers())
        self.threads = threads or os.cpu_count() or 1
        self._ort = onnxruntime
        self._session = self._open(path, self.threads)
        # several faces on a CPU: each core renders whole faces, because one face's small steps gain little from a
        # second core
        self._side_by_side = self.provider == "cpu" and self.threads > 1
        self._single = self._open(path, 1) if self._side_by_side else self._session
        self._pool = ThreadPoolExecutor(self.threads, "npcface-render") if self._side_by_side else None
        self._inputs = [node.name for node in self._session.get_inputs()]
        self._rig = load_rig()
        self._looks: OrderedDict[int, tuple[Any, dict[str, NDArray[Any]]]] = OrderedDict()
        self._batches: OrderedDict[tuple[Any, ...], tuple[list[Any], dict[str, Any]]] = OrderedDict()
        self._sizes: dict[tuple[Any, ...], int] = {}

    def _open(self, path: Path, threads: int) -> Any:
        options = self._ort.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        wanted = [_PROVIDERS[self.provider]]
        if self.provider != "cpu":
            wanted.append(_PROVIDERS["cpu"])
        return self._ort.InferenceSession(str(path), options, providers=wanted)

    def render(
        self,
        characters: Sequence[Character],
        states: Sequence[FaceState],
        size: int = 256,
        background: Background | Sequence[Background] = "portrait",
        alpha: Alpha = "straight",
    ) -> NDArray[np.uint8]:
        """Render one frame of each character.

        Args:
            characters: N characters, repeats allowed.
            states: N states; values are checked and clamped.
            size: side of the textures in pixels, 64..512.
            background: ``portrait`` (its own, filled in behind the head), ``transparent``, or an sRGB colour; one for
                all or N of them.
            alpha: kind of alpha in the result; both are the same where alpha is 255.

        Returns:
            [N, size, size, 4] uint8 sRGB, row 0 on top.

        Raises:
            StateError: numbers of characters, states and backgrounds differ, a background's name is unknown, or a
                state is not finite.
            LimitError: size outside the limits.
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
        checked = [state.checked() for state in states]
        image = np.empty((len(characters), size, size, 4), np.uint8)
        jobs = []
        for run in self._runs(characters, checked, size):
            people = [characters[i] for i in run]
            looks = self._batch(people, size, [backgrounds[i] for i in run])
            drive = drive_of(self._rig, [one.tensors for one in people], [checked[i] for i in run], size)
            jobs.append((run, drive, looks))
        if self._pool is None or len(jobs) == 1:
            for run, drive, looks in jobs:
                image[run] = self._run(self._session, drive, looks)
        else:
            futures = [self._pool.submit(self._run, self._single, drive, looks) for _, drive, looks in jobs]
            for (run, _, _), future in zip(jobs, futures, strict=True):
                image[run] = future.result()
        if alpha == "straight" and "transparent" in backgrounds:
            image = _unmultiply(image)
        return image

    def _runs(self, characters: Sequence[Character], states: Sequence[FaceState], size: int) -> list[list[int]]:
        """Which faces go into one run of the session: those of one sampling density, up to the provider's limit."""
        groups: dict[int, list[int]] = {}
        for index, density in enumerate(densities([one.tensors for one in characters], states, size)):
            groups.setdefault(density, []).append(index)
        step = LARGEST_RUN[self.provider]
        return [group[start : start + step] for group in groups.values() for start in range(0, len(group), step)]

    def _run(self, session: Any, drive: dict[str, NDArray[np.float32]], looks: dict[str, Any]) -> NDArray[np.uint8]:
        """[N, size, size, 4] premultiplied, in one run of a session."""
        binding = session.io_binding()
        for name in self._inputs:
            if name in drive:
                binding.bind_cpu_input(name, drive[name])
            else:
                binding.bind_ortvalue_input(name, looks[name])
        binding.bind_output("rgba", "cpu")
        session.run_with_iobinding(binding)
        image: NDArray[np.uint8] = binding.get_outputs()[0].numpy()
        return image

    def forget(self, character: Character) -> None:
        """Drop what is kept for a character that will not be rendered again."""
        self._looks.pop(id(character.tensors), None)
        for key in [key for key in self._batches if id(character.tensors) in key[1]]:
            del self._batches[key], self._sizes[key]

    def _prepared(self, character: Character) -> dict[str, NDArray[Any]]:
        key = id(character.tensors)
        if key not in self._looks:
            self._looks[key] = (character.tensors, looks_of(self._rig, character.tensors))
            while len(self._looks) > KEPT_CHARACTERS:
                self._looks.popitem(last=False)
        self._looks.move_to_end(key)
        return self._looks[key][1]

    def _batch(self, characters: Sequence[Character], size: int, backgrounds: list[Background]) -> dict[str, Any]:
        """Stacked per-character inputs as OrtValues on the session's device."""
        key = (size, tuple(id(character.tensors) for character in characters), tuple(backgrounds))
        if key in self._batches:
            self._batches.move_to_end(key)
            return self._batches[key][1]
        prepared = [self._prepared(character) for character in characters]
        stacked = {name: np.stack([one[name] for one in prepared]) for name in prepared[0]}
        stacked["plate"] = np.stack(
            [_plate(character.tensors, size, ground) for character, ground in zip(characters, backgrounds, strict=True)]
        )
        device = "cuda" if self.provider == "cuda" else "cpu"
        values = {
            name: self._ort.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(value), device)
            for name, value in stacked.items()
            if name in self._inputs
        }
        # the tensors stay with the batch: were they freed, another character's could get their id
        self._batches[key] = ([character.tensors for character in characters], values)
        self._sizes[key] = sum(value.nbytes for value in stacked.values())
        while len(self._batches) > 1 and sum(self._sizes.values()) > KEPT_BYTES:
            del self._sizes[self._batches.popitem(last=False)[0]]
        return values


def _choose(provider: str, available: Sequence[str]) -> str:
    if provider == "auto":
        return next((name for name in ("cuda", "directml", "cpu") if _PROVIDERS[name] in available), "cpu")
    if provider not in _PROVIDERS or _PROVIDERS[provider] not in available:
        have = [name for name, full in _PROVIDERS.items() if full in available]
        raise DependencyError(
            f"Provider {provider!r} is not available; this onnxruntime has {', '.join(have)}.",
            "Install npcface[gpu] for CUDA or onnxruntime-directml on Windows, or use 'auto'.",
        )
    return provider


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
