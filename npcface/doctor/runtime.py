"""Python, and the library that runs neural networks."""

from __future__ import annotations

import platform
import sys

from npcface.doctor.finding import Finding, Severity, Surroundings, installed


def check_python(_: Surroundings) -> Finding:
    """Python 3.11 or newer, 64 bit."""
    seen = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    if sys.version_info < (3, 11) or sys.maxsize < 2**32:
        return Finding("python", Severity.ERROR, seen, "npcface needs a 64-bit Python 3.11 or newer.", "Install one.")
    return Finding("python", Severity.OK, seen)


def check_onnxruntime(_: Surroundings) -> Finding:
    """onnxruntime imports; which providers it offers; the CPU and GPU packages do not overwrite each other."""
    import onnxruntime

    providers = [name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()]
    seen = f"onnxruntime {onnxruntime.__version__} with {', '.join(providers)}"
    gpu = next((name for name in ("onnxruntime-gpu", "onnxruntime-directml") if installed(name)), None)
    if gpu and installed("onnxruntime"):
        reinstall = f"pip uninstall -y onnxruntime {gpu}, then pip install {gpu}"
        if not {"CUDA", "Dml"} & set(providers):
            return Finding(
                "onnxruntime",
                Severity.WARNING,
                seen,
                f"{gpu} is installed, but the CPU package's files lie over it: the GPU is not used.",
                reinstall,
            )
        return Finding(
            "onnxruntime",
            Severity.INFO,
            f"{seen}; both onnxruntime and {gpu} are installed",
            "They write the same folder. It works now; an update of the CPU package would switch the GPU off.",
            reinstall,
        )
    return Finding("onnxruntime", Severity.OK, seen)
