"""What draws faces: the graphs and the rig, the compiled code, and whether npcface's own files are whole."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import npcface
from npcface.doctor.finding import Finding, Severity, Surroundings
from npcface.weights import digest_of, manifest

LARGE = {".onnx", ".safetensors", ".bin", ".so", ".dll", ".dylib"}
"""Endings of the files that are compared: models and compiled code."""

BUNDLE_LIST = "npcface-files.sha256"
"""Beside the package in a player bundle: what ``RECORD`` is in an installation (``scripts/player_bundle.py``)."""


def check_renderer(_: Surroundings) -> Finding:
    """The renderer's graph and rig load on the CPU."""
    from npcface.render import Renderer

    Renderer(provider="cpu")
    return Finding("renderer", Severity.OK, "the head model and the renderer load")


def check_compiled_renderer(_: Surroundings) -> Finding:
    """Whether CPUs draw with compiled code."""
    from npcface.render.native import build, library

    if library.available():
        return Finding("compiled renderer", Severity.OK, "faces are drawn by compiled code on CPUs")
    slow = "Without it a CPU draws a face several times slower."
    if library.find() is not None:
        return Finding(
            "compiled renderer",
            Severity.WARNING,
            f"the library is there but switched off by {library.SWITCH}=0, or of another version",
            slow,
            "python -m npcface.render.native.build",
        )
    return Finding(
        "compiled renderer",
        Severity.WARNING,
        "not compiled: npcface was installed where there was no C compiler",
        slow,
        "npcface doctor --fix, or install a C compiler and run python -m npcface.render.native.build",
        () if build.compiler() else ("ziglang",),
    )


def check_own_files(_: Surroundings) -> Finding:
    """Models and libraries of the installation are those that were installed, by sha256."""
    wanted = listed() | dict(recorded())
    broken = [path.name for path, digest in wanted.items() if not path.is_file() or digest_of(path) != digest]
    if not broken:
        return Finding("own files", Severity.OK, f"{len(wanted)} models and libraries, sha256 as installed")
    return Finding(
        "own files",
        Severity.WARNING,
        f"not as they were installed: {', '.join(sorted(broken))}",
        "A download broke off, a virus scanner took a file away, or `npcface train export` replaced it on purpose.",
        "pip install --force-reinstall --no-deps npcface, or NPCFACE_OWN_WEIGHTS=1 if they are yours",
    )


def listed() -> dict[Path, str]:
    """Path and sha256 of the weights that are here and in ``weights.json``, which loading compares them with, too."""
    home = Path(npcface.__file__).parent
    files = {home / name: str(about["sha256"]) for name, about in manifest()["files"].items()}
    return {path: digest for path, digest in files.items() if path.is_file()}


def recorded() -> Iterator[tuple[Path, str]]:
    """Path and hexadecimal sha256 of the large files as they were installed; nothing for a source folder."""
    home = Path(npcface.__file__).parent
    listed = home.parent / BUNDLE_LIST
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8").splitlines():
            digest, _, name = line.partition("  ")
            yield home.parent / name, digest
        return
    try:
        files = distribution("npcface").files or []
    except PackageNotFoundError:
        return
    for file in files:
        if file.suffix in LARGE and file.hash is not None and file.hash.mode == "sha256":
            digest = base64.urlsafe_b64decode(file.hash.value + "=" * (-len(file.hash.value) % 4)).hex()
            yield Path(str(file.locate())), digest
