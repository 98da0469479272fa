"""onnxruntime sessions: one graph a quality, or the generator alone, loaded when it is first asked for.

``available`` and ``open_session`` are all that is asked of onnxruntime; a test of failures puts others in their place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npcface.errors import DependencyError
from npcface.weights import checked

DATA = Path(__file__).parent / "data"
CONSTANTS = "rig-constants.bin"
"""Of the rig, which all graphs share."""
PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
}


def available() -> list[str]:
    """Full names of the providers that the installed onnxruntime has."""
    import onnxruntime

    return list(onnxruntime.get_available_providers())


def open_session(path: Path, provider: str, threads: int) -> Any:
    """Load a graph.

    Args:
        path: of the file. provider: a key of ``PROVIDERS``. threads: of one run.
    """
    import onnxruntime

    checked(path)
    if not path.name.startswith("generator"):  # all others share the rig's numbers
        checked(path.parent / CONSTANTS)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    # between the steps of one run threads wait awake, which is faster; after it they sleep: a game needs the cores
    options.add_session_config_entry("session.intra_op.allow_spinning", "1" if threads > 1 else "0")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    wanted = [PROVIDERS[provider]]
    if provider != "cpu":
        wanted.append(PROVIDERS["cpu"])
    return onnxruntime.InferenceSession(str(path), options, providers=wanted)


def choose_provider(provider: str) -> str:
    """``auto`` resolved to the fastest provider that the installed onnxruntime has.

    Raises:
        DependencyError: the wanted one is not there.
    """
    there = available()
    if provider == "auto":
        return next((name for name in ("cuda", "directml", "cpu") if PROVIDERS[name] in there), "cpu")
    if provider not in PROVIDERS or PROVIDERS[provider] not in there:
        have = [name for name, full in PROVIDERS.items() if full in there]
        raise DependencyError(
            f"Faces cannot be drawn with {provider!r} here: the installed onnxruntime has {', '.join(have)}.",
            "Use 'auto', or see docs/install.md for GPUs; `npcface doctor` says what is missing.",
        )
    return provider


def graph_file(quality: str, provider: str) -> Path:
    """The file of a graph, or of the ``generator`` alone.

    Raises:
        DependencyError: it is missing.
    """
    # half precision is for GPUs: CPUs have no such convolutions
    names = {"generator": "generator-int8.onnx", "warp": "render.onnx"}
    path = DATA / names.get(quality, "neural.onnx" if provider == "cpu" else "neural-fp16.onnx")
    if not path.is_file():
        raise DependencyError(f"The render graph {path} is missing.", "Reinstall npcface.")
    return path


class Sessions:
    """The loaded graphs of one provider.

    Args:
        provider: from ``choose_provider``. threads: of the sessions that render one face with all cores.
    """

    def __init__(self, provider: str, threads: int) -> None:
        self._provider, self._threads = provider, threads
        self._open: dict[tuple[str, int], Any] = {}

    def whole(self, quality: str) -> Any:
        """The session that gives a run all threads."""
        return self._session(quality, self._threads)

    def single(self, quality: str) -> Any:
        """The session that gives a run one thread, for several runs at a time on a CPU."""
        return self._session(quality, 1 if self._provider == "cpu" else self._threads)

    def inputs(self, quality: str) -> dict[str, list[int | str]]:
        """Of each of a graph's inputs the shape; names stand for sides that may vary, the first is the batch."""
        return {node.name: node.shape for node in self.whole(quality).get_inputs()}

    def value(self, array: NDArray[Any], device: str) -> Any:
        """An array as OrtValue on a device."""
        import onnxruntime

        return onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array).reshape(array.shape), device)

    def shed(self) -> None:
        """Close them all; what is asked for again is loaded again."""
        self._open.clear()

    def _session(self, quality: str, threads: int) -> Any:
        key = (quality, threads)
        if key not in self._open:
            self._open[key] = open_session(graph_file(quality, self._provider), self._provider, threads)
        return self._open[key]
