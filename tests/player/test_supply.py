"""What the player is made of: locked with hashes, under licences we accept, listed in an SBOM that is valid."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import subprocess
import sys
import zipfile
from email.message import Message
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


def test_pip_takes_the_locked_file_and_refuses_another(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path / "index")
    taken = _download(tmp_path, f"tiny==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}")
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "got" / wheel.name).read_bytes() == wheel.read_bytes()
    (tmp_path / "got" / wheel.name).unlink()
    refused = _download(tmp_path, f"tiny==1.0 --hash=sha256:{'0' * 64}")
    assert refused.returncode != 0 and "DO NOT MATCH THE HASHES" in refused.stderr
    assert not list((tmp_path / "got").iterdir())


def _wheel(folder: Path) -> Path:
    """The smallest that pip takes."""
    folder.mkdir()
    place = folder / "tiny-1.0-py3-none-any.whl"
    files = {
        "tiny.py": "",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny-1.0.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return place


def _download(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    (folder / "lock.txt").write_text(line + "\n")
    command = [
        sys.executable, "-m", "pip", "download", "--isolated", "--no-index", "--find-links", str(folder / "index"),
        "--no-deps", "--require-hashes", "--only-binary", ":all:", "--dest", str(folder / "got"),
        "-r", str(folder / "lock.txt"), "--disable-pip-version-check",
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("wrote", "code", "kept"),
    [
        ("tiny==1.0 \\\n    --hash=sha256:00\n", 0, True),
        ("tiny @ https://index.example/tiny.whl\n", 0, False),
        (f"tiny @ {ROOT}/tiny.whl\n", 0, False),
        ("half", 1, False),
    ],
)
def test_a_lock_that_cannot_be_kept_leaves_the_old_one(
    wrote: str, code: int, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("old==1.0\n")

    def uv(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        place = Path(command[command.index("--output-file") + 1])
        assert place.read_text() == "old==1.0\n", "what uv takes the versions from"
        place.write_text(wrote)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(lock_player, "LOCK", lock)
    monkeypatch.setattr(lock_player, "ROOT", ROOT if str(ROOT) in wrote else tmp_path)
    monkeypatch.setattr(lock_player.subprocess, "run", uv)
    monkeypatch.setattr(sys, "argv", ["lock_player.py"])
    if kept:
        lock_player.main()
        assert lock.read_text() == lock_player.HEAD + wrote
    else:
        with pytest.raises(SystemExit, match=r"stays as it was|could not resolve"):
            lock_player.main()
        assert lock.read_text() == "old==1.0\n"
    assert [file.name for file in tmp_path.iterdir()] == [lock.name]


def test_every_licence_is_accepted() -> None:
    found = {one.name: one for one in licence_check.verdicts()}
    assert not (os.environ.get("CI") and licence_check.brought()[1]), "not installed, so not looked at"
    assert {
        "numpy",
        "onnxruntime",
        "mediapipe",
        "starlette",
        "hibari-tts",
        "av",
        "c2pa-python",
        "python-osc",
        "ray",
    } <= set(found)
    assert not [f"{one.name}: {one.problem}" for one in found.values() if one.problem]
    assert set(licence_check.EXCEPTIONS) | set(licence_check.INSIDE) | set(licence_check.KNOWN) <= set(found), "stale"


def test_what_is_not_installed_is_said_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = licence_check.distribution

    def distribution(name: str) -> Any:
        if name == "mdurl":
            raise licence_check.PackageNotFoundError
        return there(name)

    monkeypatch.setattr(licence_check, "distribution", distribution)
    for ci, code in (("", 0), ("true", 1)):
        monkeypatch.setenv("CI", ci)
        with pytest.raises(SystemExit) as ended:
            licence_check.main()
        absent = licence_check.brought()[1]
        assert "mdurl" in absent and ended.value.code == code
        assert re.search(r"NOT CHECKED.* mdurl", capsys.readouterr().err)


def test_libraries_that_others_licence_are_known_by_name() -> None:
    bad = [
        "avcodec-61.dll", "cv2/opencv_videoio_ffmpeg4100_64.dll", "PySide6/Qt/lib/libQt6Core.so.6", "Qt6Core.dll",
        "av.libs/libx264-d6533a8d.so.165", "av/.dylibs/libavutil.59.dylib", "libmp3lame.dll", "PyQt6/QtCore.pyd",
        "av.libs/avutil-59-0123456789abcdef.dll", "numpy.libs/libquadmath-96973f99.so.0.0.0",
    ]  # fmt: skip
    assert licence_check.copyleft(bad) == sorted(name.rpartition("/")[2] for name in bad)
    assert licence_check.copyleft(["PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore"]) == ["QtCore.framework"]
    good = ["av/codec.so", "gmpy.so", "libopus-114e2b1a.so", "libpng16.so", "qtawesome.py", "swatch.dll", "x264.txt"]
    assert licence_check.copyleft(good) == []


@pytest.mark.parametrize(
    "stated",
    ["", "see texts", "GPL-3.0-or-later", "AGPL-3.0", "MIT AND GPL-2.0-only", "CC-BY-NC-4.0", "Proprietary", "LGPL-2.1",
     "Apache Software License, GNU General Public License v3 (GPLv3)", "(MIT OR Apache-2.0) AND GPL-3.0",
     "GPL-3.0 AND (MIT OR BSD)", "(Apache-2.0 OR BSD-3-Clause) AND LicenseRef-Proprietary", "MIT OR", "(MIT", "MIT)",
     "()", "MIT AND ((BSD OR GPL-3.0) AND (ISC AND LGPL-3.0))", "MIT WITH Commons-Clause", "MIT (GPL-3.0)",
     "GPL-3.0 WITH GCC-exception-3.1", "GPL-3.0 AND MIT OR GPL-2.0 AND MIT", "mit and gpl-3.0", "GPL-2.0-or-later"],
)  # fmt: skip
def test_what_is_refused(stated: str) -> None:
    assert licence_check.refused(stated)


@pytest.mark.parametrize(
    "stated",
    ["MIT", "GPL-3.0-only OR MIT", "BSD-3-Clause AND (MIT OR Apache-2.0)", "BSD License",
     "(GPL-3.0 OR (MIT AND ISC)) AND BSD", "GPL-3.0 AND MIT OR ISC", "Apache-2.0 WITH LLVM-exception", "((MIT))",
     "Mozilla Public License 2.0 (MPL 2.0), MIT License"],
)  # fmt: skip
def test_what_is_accepted(stated: str) -> None:
    assert licence_check.refused(stated) == ""


def test_a_long_expression_is_read_whole() -> None:
    class Package:
        metadata = Message()

    Package.metadata["License-Expression"] = f"{' AND '.join(['BSD-3-Clause'] * 9)} AND GPL-3.0-only"
    Package.metadata["Classifier"] = "License :: OSI Approved :: MIT License"
    assert licence_check.refused(script("player_licences")._licence(Package)) == "not accepted: GPL-3.0-only"
