"""The names people import: there, lazy, and free of what a player does not have."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import npcface
from npcface.errors import PortraitError

HEAVY = {"torch", "mediapipe", "cv2", "av", "hibari", "skimage", "scipy", "matplotlib"}


def modules_after(code: str) -> set[str]:
    """Names of the modules a fresh Python has loaded after some code."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_importing_npcface_loads_nothing() -> None:
    assert not modules_after("import npcface") & {*HEAVY, "numpy", "onnxruntime", "zmq", "PIL", "pydantic"}


def test_a_player_needs_no_heavy_package() -> None:
    code = (
        "import npcface, npcface.serve, npcface.demo.talk, npcface.sheet, npcface.bench.run\n"
        "npcface.Character, npcface.Client, npcface.drive.speech, npcface.drive.arkit\n"
        "npcface.Renderer(provider='cpu')"
    )
    assert not modules_after(code) & HEAVY


@pytest.mark.parametrize("name", ["Character", "Client", "Renderer", "enroll"])
def test_every_promised_name_is_there_and_can_be_called(name: str) -> None:
    assert callable(getattr(npcface, name))


def test_enroll_is_a_function_before_and_after_its_package_was_imported() -> None:
    """Refusing bytes that are no picture is work enough to prove that it was the function that ran."""
    with pytest.raises(PortraitError):
        npcface.enroll(b"no picture")
    package = importlib.import_module("npcface.enroll")
    importlib.import_module("npcface.enroll.image")
    with pytest.raises(PortraitError):
        npcface.enroll(b"no picture")
    with pytest.raises(PortraitError):
        package.enroll(b"no picture")


def test_unknown_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="Rendrer"):
        npcface.Rendrer  # noqa: B018
    with pytest.raises(AttributeError, match="enrol"):
        importlib.import_module("npcface.enroll").enrol  # noqa: B018


def test_the_version_is_the_changelogs_newest() -> None:
    changelog = (Path(npcface.__file__).parent.parent / "CHANGELOG.md").read_text()
    assert f"\n## [{npcface.__version__}]" in changelog
