"""The folder that a game ships: built for real, run without Python, looked through for what must not be in it.

All tests that need it are in this file, because ``--dist loadfile`` gives each file to one worker: it is built once.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from npcface.character import Character
from npcface.client import Client
from npcface.render import Renderer
from npcface.state import FaceState

ROOT = Path(__file__).parents[2]
MOST_MB = 150
FORBIDDEN = {"torch", "mediapipe", "cv2", "scipy", "skimage", "ray", "av", "hibari", "onnx", "matplotlib", "pandas"}
STATE = FaceState.of({"jawOpen": 0.5, "mouthSmileLeft": 0.6}, head=(15, -5, 3), gaze=(-8, 0))

pytestmark = pytest.mark.slow


def started(bundle: Path, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    """The executable, with no more of the environment than a game gives it: no PATH, no Python."""
    command = [str(bundle / ("npcface-player.exe" if sys.platform == "win32" else "npcface-player")), *arguments]
    home = {"HOME": str(bundle.parent), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
    return subprocess.Popen(command, env=home, stdout=subprocess.PIPE, text=True, encoding="utf-8", **options)


def output(bundle: Path, *arguments: str) -> str:
    with started(bundle, *arguments) as process:
        text = process.communicate(timeout=120)[0]
    assert process.returncode == 0, text
    return text


@pytest.fixture(scope="module")
def client(bundle: Path, character_store: Path) -> Iterator[Client]:
    """A client of the bundle's daemon, started as a game does it: a free port, its own end of the pipe."""
    options = ("serve", "--port", "0", "--characters", str(character_store), "--stdin", "watch")
    with started(bundle, *options, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdin is not None and daemon.stdout is not None
        words = daemon.stdout.readline().split()
        assert words[0] == "npcface-ready" and words[3] == f"pid={daemon.pid}"
        with Client(words[1], timeout_s=60.0) as connected:
            yield connected
        daemon.stdin.close()
        assert daemon.wait(timeout=60) == 0, "it ends with the game"


@pytest.mark.parametrize("quality", ["warp", "neural"])
def test_it_draws_what_the_package_draws(client: Client, character: Character, quality: Any) -> None:
    shown = client.open("ada", size=256, quality=quality).render(STATE).pixels
    expected = Renderer(provider="cpu").render([character], [STATE], size=256, quality=quality)[0]
    difference = np.abs(shown.astype(int) - expected.astype(int))
    assert shown.shape == (256, 256, 4) and difference.max() <= 1


def test_it_holds_nothing_that_only_enrols_or_trains(bundle: Path) -> None:
    from PyInstaller.archive.readers import CArchiveReader

    program = next(file for file in bundle.iterdir() if file.name.startswith("npcface-player"))
    modules = set(CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc)
    packages = {module.partition(".")[0] for module in modules} | {
        path.name.partition(".")[0] for path in (bundle / "_internal").iterdir()
    }
    assert "npcface.serve.run" in modules and "numpy" in packages
    assert not packages & FORBIDDEN
    assert not [module for module in modules if module.startswith(("npcface.train", "npcface.eval", "npcface.bench"))]


def test_it_is_small(bundle: Path) -> None:
    assert sum(file.lstat().st_size for file in bundle.rglob("*") if not file.is_dir()) < MOST_MB * 1e6


def test_its_doctor_finds_it_whole_and_does_not_speak_of_pip(bundle: Path) -> None:
    report = json.loads(output(bundle, "doctor", "--json"))
    found = {finding["check"]: finding for finding in report["findings"]}
    assert report["errors"] == 0
    assert "sha256 as installed" in found["own files"]["finding"] and "mediapipe" not in found
    assert found["compiled renderer"]["severity"] == "ok"


def test_it_tells_its_version_and_is_a_daemon_by_default(bundle: Path, tmp_path: Path) -> None:
    import npcface

    assert json.loads(output(bundle, "version", "--json"))["npcface"] == npcface.__version__
    with started(bundle, "--port", "0", "--characters", str(tmp_path), stderr=subprocess.DEVNULL) as daemon:
        assert daemon.stdout is not None
        assert daemon.stdout.readline().startswith("npcface-ready tcp://127.0.0.1:")
        daemon.terminate()


def test_every_part_has_its_licence(bundle: Path) -> None:
    rows = [line.split(" | ") for line in (bundle / "THIRD_PARTY.md").read_text("utf-8").splitlines()[6:]]
    table = {row[0].strip("| "): row for row in rows}
    assert {"numpy", "onnxruntime", "pyzmq", "msgspec", "pillow", "Python"} <= set(table)
    assert all(row[2].strip() for row in rows), "each has a licence"
    for row in rows:
        folder = row[3].strip("| ")
        assert not folder.startswith("licences/") or any((bundle / folder).iterdir())
    assert (bundle / "LICENSE").is_file() and any((bundle / "licences/npcface").iterdir())


def test_the_list_of_parts_is_valid_and_names_the_bytes(bundle: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = (bundle / "sbom.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    parts = {part["name"]: part for part in document["components"]}
    assert document["metadata"]["component"]["name"] == "npcface-player"
    assert {"numpy", "onnxruntime", "pyzmq", "msgspec", "pillow", "Python"} <= set(parts)
    assert all(part.get("licenses") for part in parts.values())
    weights = [name for name, part in parts.items() if part["type"] == "machine-learning-model"]
    assert {"npcface/rig/data/rig.safetensors", "npcface/render/data/generator-int8.onnx"} <= set(weights)
    compiled = [name for name in parts if name.startswith("npcface/render/native/lib/")]
    assert compiled
    for name in (*weights, *compiled):
        data = (bundle / "_internal" / name).read_bytes()
        assert parts[name]["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(data).hexdigest()}]
    assert "/" not in json.dumps([part.get("version") for part in parts.values()]), "no paths of this machine"
    assert str(ROOT) not in text
