"""Every check in the order in which people read them, and the loop that runs them all.

Each check is a small function that looks at one thing and returns one ``Finding``. A check never raises: what goes
wrong inside it becomes an error finding.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

from npcface.doctor.characters import check_characters
from npcface.doctor.disk import check_disk_space, check_shared_memory, check_store
from npcface.doctor.enrolling import check_landmarker, check_matte_model, check_mediapipe, check_system_libraries
from npcface.doctor.extras import check_extras
from npcface.doctor.finding import Check, Finding, Page, Severity, Surroundings
from npcface.doctor.game import check_game
from npcface.doctor.gpu import check_gpu
from npcface.doctor.ports import check_port, check_studio_port
from npcface.doctor.renderer import check_compiled_renderer, check_own_files, check_renderer
from npcface.doctor.runtime import check_onnxruntime, check_python
from npcface.doctor.voices import check_voices
from npcface.errors import NpcFaceError

CHECKS: dict[Check, Page] = {
    check_python: Page.PYTHON,
    check_onnxruntime: Page.ONNXRUNTIME,
    check_gpu: Page.GPU,
    check_renderer: Page.RENDERER,
    check_compiled_renderer: Page.COMPILED_RENDERER,
    check_own_files: Page.OWN_FILES,
    check_store: Page.STORE,
    check_characters: Page.CHARACTERS,
    check_disk_space: Page.DISK_SPACE,
    check_shared_memory: Page.SHARED_MEMORY,
    check_port: Page.PORT,
    check_studio_port: Page.PORT,
    check_extras: Page.EXTRAS,
    check_mediapipe: Page.MEDIAPIPE,
    check_system_libraries: Page.SYSTEM_LIBRARIES,
    check_landmarker: Page.MODELS,
    check_matte_model: Page.MODELS,
    check_voices: Page.VOICES,
}
"""Each with the section of the documentation about it."""


ENROLLING = {check_extras, check_mediapipe, check_system_libraries, check_landmarker, check_matte_model, check_voices}
"""Left out in a player bundle (``scripts/player_bundle.py``), which plays and never enrols."""


def examine(around: Surroundings) -> Iterator[Finding]:
    """Run all checks in order; one that raises is reported as an error and the next one runs."""
    checks = CHECKS if around.project is None else {**CHECKS, check_game: Page.GAME}
    is_bundle = getattr(sys, "frozen", False)
    for check, page in checks.items():
        if is_bundle and check in ENROLLING:
            continue
        yield replace(_run(check, around), docs=page.value)


def _run(check: Check, around: Surroundings) -> Finding:
    name = getattr(check, "__name__", "check").removeprefix("check_").replace("_", " ")
    try:
        return check(around)
    except NpcFaceError as error:
        return Finding(name, Severity.ERROR, error.cause, fix=error.remedy)
    except Exception as error:
        return Finding(
            name, Severity.ERROR, f"{type(error).__name__}: {error}", "The check itself failed.", "Please report it."
        )
