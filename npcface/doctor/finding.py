"""What a check looks at, and what it says: severity, cause, fix, and the section of the documentation about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How bad a finding is; only ``ERROR`` makes the doctor's exit code non-zero."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Page(StrEnum):
    """Sections of the documentation, relative to ``docs/``: page and anchor."""

    PYTHON = "doctor.md#python"
    ONNXRUNTIME = "doctor.md#onnxruntime"
    GPU = "doctor.md#gpu"
    RENDERER = "doctor.md#renderer"
    COMPILED_RENDERER = "doctor.md#compiled-renderer"
    OWN_FILES = "doctor.md#own-files"
    STORE = "doctor.md#store"
    CHARACTERS = "doctor.md#characters"
    DISK_SPACE = "doctor.md#disk-space"
    SHARED_MEMORY = "doctor.md#shared-memory"
    PORT = "doctor.md#port"
    EXTRAS = "doctor.md#extras"
    MEDIAPIPE = "doctor.md#mediapipe"
    SYSTEM_LIBRARIES = "doctor.md#system-libraries"
    MODELS = "doctor.md#models"
    VOICES = "doctor.md#voices"
    GAME = "doctor.md#game"


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
        docs: where to read more; ``examine`` fills it in.
    """

    check: str
    severity: Severity
    finding: str
    cause: str = ""
    fix: str = ""
    install: tuple[str, ...] = ()
    docs: str = ""

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
        studio_port: TCP port the studio (or a relay) would bind.
        project: folder of a game that uses npcface; None looks at no game.
    """

    store: Path
    host: str
    port: int
    studio_port: int = 0
    project: Path | None = None


Check = Callable[[Surroundings], Finding]


def installed(package: str) -> str | None:
    """Version of a distribution, None when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
