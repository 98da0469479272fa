"""Weights are the listed ones, everywhere they are loaded: in a copy of the package, damaged for real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import npcface
from npcface import weights

PACKAGE = Path(npcface.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package once more, without hard links: onnx refuses data files that have some, in another test too."""
    made = tmp_path / "npcface"
    ignored = shutil.ignore_patterns("__pycache__", "web", "static")
    shutil.copytree(PACKAGE, made, ignore=ignored)
    return made


def damage(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def run(copy: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "PYTHONPATH": str(copy.parent), **environment}
    return subprocess.run([sys.executable, *arguments], cwd=copy.parent, env=around, capture_output=True, text=True)


LOADS = {
    "rig/data/rig.safetensors": "from npcface.rig import load_rig; load_rig()",
    "render/data/rig-constants.bin": "from npcface.render.sessions import *; Sessions('cpu', 1).whole('warp')",
    "render/data/generator-int8.onnx": "from npcface.render.sessions import *; Sessions('cpu', 1).whole('generator')",
    "model/data/embedder.onnx": "from npcface.enroll.identify import _session; _session()",
    "voice/data/hear.safetensors": "from npcface.voice.ears import weights; weights()",
}


def test_the_list_names_every_file_and_is_right() -> None:
    files = [path for path in PACKAGE.glob("*/data/*") if path.suffix in weights.KINDS]
    listed = weights.manifest()["files"]
    assert {path.relative_to(PACKAGE).as_posix() for path in files} == set(listed)
    for path in files:
        assert weights.checked(path) == path
        name = path.relative_to(PACKAGE).as_posix()
        assert listed[name]["sha256"] in weights.card_of(name).read_text("utf-8"), "the model card names it, too"


def test_damaged_files_are_refused_wherever_they_are_loaded(copy: Path) -> None:
    for name in LOADS:
        damage(copy / name)
    every = "\n".join(
        f"try:\n    {code.replace('; ', chr(10) + '    ')}\n    print('loaded', {name!r})\n"
        f"except WeightsError as error:\n    print({name!r}, error)"
        for name, code in LOADS.items()
    )
    code = f"from npcface.weights import WeightsError\n{every}"
    said = run(copy, "-c", code).stdout
    for name in LOADS:
        assert f"{name} {copy / name} has sha256" in said, said
    assert "loaded" not in said and "NPCFACE_OWN_WEIGHTS=1" in said
    allowed = run(copy, "-c", code, NPCFACE_OWN_WEIGHTS="1").stdout
    assert allowed.count("loaded") >= 4, allowed  # where a turned bit is no wrong format


def test_a_daemon_does_not_start_with_them_and_the_doctor_finds_them(copy: Path, tmp_path: Path) -> None:
    damage(copy / "rig/data/rig.safetensors")
    (tmp_path / "store").mkdir()
    daemon = run(copy, "-m", "npcface.serve", "--port", "0", "--characters", str(tmp_path / "store"))
    assert daemon.returncode == 3 and "rig.safetensors has sha256" in daemon.stderr, daemon.stderr
    report = json.loads(run(copy, "-m", "npcface", "doctor", "--json").stdout)
    (own,) = [finding for finding in report["findings"] if finding["check"] == "own files"]
    assert own["severity"] == "warning" and "rig.safetensors" in own["finding"]


def test_who_trained_records_what_lies_there(copy: Path) -> None:
    damage(copy / "rig/data/rig.safetensors")
    assert run(copy, "-m", "npcface.weights").returncode == 0
    done = run(copy, "-c", LOADS["rig/data/rig.safetensors"])
    assert done.returncode == 0, done.stderr
    table = json.loads((copy / "weights.json").read_text())
    assert table["others"] == weights.manifest()["others"]
    assert table["files"]["rig/data/rig.safetensors"]["sha256"] in (copy / "rig/data/MODEL_CARD.md").read_text("utf-8")
    assert json.loads((PACKAGE / "weights.json").read_text()) == weights.manifest(), "the real one is untouched"
