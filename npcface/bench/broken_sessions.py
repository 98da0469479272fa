"""Sessions that fail: real ones of onnxruntime, up to a run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NoReturn

from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException


class BrokenSession:
    """Runs as the real one does, ``after`` times; then ``act`` happens instead, each time."""

    def __init__(self, session: Any, after: int, act: Callable[[int], None]) -> None:
        self._session, self._left, self._act = session, after, act

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def io_binding(self) -> Any:
        binding = self._session.io_binding()
        real = binding.bind_ortvalue_input

        def bind(name: str, value: Any) -> None:
            self.faces = value.shape()[0]
            real(name, value)

        binding.bind_ortvalue_input = bind
        return binding

    def run_with_iobinding(self, binding: Any) -> None:
        self._count(self.faces)
        self._session.run_with_iobinding(binding)

    def run(self, names: Any, feed: Any) -> Any:
        self._count(1)
        return self._session.run(names, feed)

    def _count(self, faces: int) -> None:
        self._left -= 1
        if self._left < 0:
            self._act(faces)


def lost(faces: int) -> NoReturn:
    """A GPU that was taken away."""
    raise RuntimeException("[ONNXRuntimeError] : 6 : CUDA failure 719: unspecified launch failure ; GPU=0")


def small(faces: int) -> None:
    """Memory for one face and no more."""
    if faces > 1:
        raise Fail(f"[ONNXRuntimeError] : 1 : Failed to allocate memory for requested buffer of size {faces << 28}")


def short(faces: int) -> NoReturn:
    """No memory at all."""
    raise RuntimeException("[ONNXRuntimeError] : 6 : std::bad_alloc")


def stands_still(faces: int) -> None:
    """A driver that never returns."""
    threading.Event().wait()


FAULTS: dict[str, tuple[str, Callable[[int], None]]] = {
    "gpu-lost": ("directml", lost),
    "gpu-small": ("directml", small),
    "gpu-short": ("directml", short),
    "cpu-short": ("cpu", short),
    "hang": ("cpu", stands_still),
}
"""Name → whose sessions fail, and how. DirectML stands for any GPU: its inputs lie in memory that a CPU can read."""
