"""What the player is made of: locked with hashes, under licences we accept, listed in an SBOM that is valid."""

from __future__ import annotations

import hashlib
import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
)
PYTHONS = ("3.11", "3.12", "3.13")


def script(name: str) -> Any:
    """A module of ``scripts/``."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "scripts"))


lock_player, licence_check = script("lock_player"), script("licence_check")


@pytest.fixture(scope="module")
def locked() -> dict[str, tuple[str, str, frozenset[str]]]:
    found: dict[str, tuple[str, str, frozenset[str]]] = lock_player.pins(lock_player.LOCK.read_text("utf-8"))
    return found


def test_the_lock_covers_what_pyproject_asks_for_on_every_system(locked: dict[str, Any]) -> None:
    for text in lock_player.wanted():
        requirement = Requirement(text)
        version, marker, _ = locked[lock_player.normalised(requirement.name)]
        assert requirement.specifier.contains(version), f"{text} is locked at {version}"
        assert marker == "", f"{text} is needed everywhere, locked for {marker}"
    for system in SYSTEMS:
        for python in PYTHONS:
            around = {**system, "python_version": python, "python_full_version": f"{python}.1"}
            taken = {name for name, (_, marker, _) in locked.items() if not marker or _holds(marker, around)}
            assert {"numpy", "onnxruntime", "pyzmq", "pyinstaller"} <= taken
            assert ("pefile" in taken) is (system["os_name"] == "nt"), "what PyInstaller needs there alone"
            assert ("macholib" in taken) is (system["sys_platform"] == "darwin")


def _holds(marker: str, around: dict[str, str]) -> bool:
    parsed = Requirement(f"x; {marker}").marker
    assert parsed is not None
    return parsed.evaluate({"implementation_name": "cpython", **around})


def test_the_lock_has_hashes_of_all_and_no_address(locked: dict[str, Any]) -> None:
    text = lock_player.LOCK.read_text("utf-8")
    entries = [line for line in text.splitlines() if not line.startswith("#")]
    assert not [line for line in entries if "://" in line or "/" in line or line.startswith("-")]
    assert len(locked) == len(re.findall(r"(?m)^[a-z]", text)), "one version each"
    assert all(len(sums) >= 1 for _, _, sums in locked.values())
    assert len(locked["numpy"][2]) > 20, "every file of the version, not only this machine's"


def test_pip_takes_the_locked_file_and_refuses_another(locked: dict[str, Any], tmp_path: Path) -> None:
    version, _, sums = locked["mdurl"]
    hashes = [f"--hash=sha256:{digest}" for digest in sorted(sums)]
    done = _download(tmp_path, f"mdurl=={version} {' '.join(hashes)}")
    if "HASHES" not in done.stderr and done.returncode:
        pytest.skip("no package index can be reached")
    (wheel,) = tmp_path.glob("*.whl")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() in sums
    wheel.unlink()
    refused = _download(tmp_path, f"mdurl=={version} --hash=sha256:{'0' * 64}")
    assert refused.returncode != 0 and "DO NOT MATCH THE HASHES" in refused.stderr
    assert not list(tmp_path.glob("*.whl"))


def _download(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "lock.txt").write_text(line + "\n")
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest",
        str(folder), "-r", str(folder / "lock.txt"), "--disable-pip-version-check",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True)


def test_every_licence_is_accepted() -> None:
    found = {one.name: one for one in licence_check.verdicts()}
    assert {"numpy", "onnxruntime", "mediapipe", "starlette", "hibari-tts", "av"} <= set(found)
    assert not [f"{one.name}: {one.problem}" for one in found.values() if one.problem]
    assert set(licence_check.EXCEPTIONS) | set(licence_check.INSIDE) | set(licence_check.KNOWN) <= set(found), "stale"


@pytest.mark.parametrize(
    "stated",
    ["", "see texts", "GPL-3.0-or-later", "AGPL-3.0", "MIT AND GPL-2.0-only", "CC-BY-NC-4.0", "Proprietary", "LGPL-2.1",
     "Apache Software License, GNU General Public License v3 (GPLv3)"],
)  # fmt: skip
def test_what_is_refused(stated: str) -> None:
    assert licence_check.refused(stated)


@pytest.mark.parametrize(
    "stated", ["MIT", "GPL-3.0-only OR MIT", "BSD-3-Clause AND (MIT OR Apache-2.0)", "BSD License"]
)
def test_what_is_accepted(stated: str) -> None:
    assert licence_check.refused(stated) == ""
