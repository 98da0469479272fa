"""Model files, npcface's own files, enrolled characters, and the copies inside a game."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import npcface
from npcface.doctor import Severity, Surroundings, characters, enrolling, game, renderer
from npcface.doctor.game_files import copies
from npcface.wire import PROTOCOL

BRIDGE = Path(__file__).parents[2] / "engine_bridge"


def test_missing_system_libraries_are_named_by_their_package(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> object:
        if name == "libEGL.so.1":
            raise OSError("cannot open shared object file")
        return object()

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", load)
    monkeypatch.setattr(enrolling, "installed", lambda _: "1.2.2")
    finding = enrolling.check_system_libraries(around)
    assert finding.severity is Severity.ERROR
    assert finding.finding == "missing: libegl1"
    monkeypatch.setattr(enrolling, "installed", lambda _: None)  # a player that does not enrol does not need them
    assert enrolling.check_system_libraries(around).severity is Severity.INFO


def test_a_missing_landmark_model_can_be_installed_by_the_fix(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NPCFACE_LANDMARKER", str(tmp_path / "nowhere.task"))
    monkeypatch.setattr(enrolling, "installed", lambda _: "1.2.2")
    finding = enrolling.check_landmarker(around)
    assert finding.severity is Severity.ERROR
    assert finding.install == (enrolling.LANDMARKER_CARRIER,)


def test_a_landmark_model_that_is_another_file_is_refused(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "face.task").write_bytes(b"not the model")
    monkeypatch.setenv("NPCFACE_LANDMARKER", str(tmp_path / "face.task"))
    finding = enrolling.check_landmarker(around)
    assert finding.severity in (Severity.ERROR, Severity.INFO)
    assert "sha256" in finding.finding


@pytest.mark.parametrize(("mediapipe", "severity"), [("1.2.2", Severity.ERROR), (None, Severity.INFO)])
def test_a_missing_matte_model_matters_only_where_portraits_are_enrolled(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, mediapipe: str | None, severity: Severity
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(enrolling, "installed", lambda _: mediapipe)
    finding = enrolling.check_matte_model(around)
    assert finding.severity is severity
    assert finding.install == ((enrolling.MATTE_CARRIER,) if mediapipe else ())


def test_a_file_of_npcface_that_has_changed_is_named(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An installation with its RECORD, as pip writes it (packaging.python.org, recording installed projects)."""
    package = tmp_path / "npcface"
    package.mkdir()
    (package / "a.onnx").write_bytes(b"graph")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"graph").digest()).rstrip(b"=").decode()
    record = tmp_path / "npcface-9.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: npcface\nVersion: 9\n")
    (record / "RECORD").write_text(f"npcface/a.onnx,sha256={digest},5\nnpcface/b.py,sha256={digest},5\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "10 models" in renderer.check_own_files(around).finding, "and the nine of weights.json"
    (package / "a.onnx").write_bytes(b"other")
    finding = renderer.check_own_files(around)
    assert finding.severity is Severity.WARNING and "a.onnx" in finding.finding


def test_characters_that_must_be_enrolled_again_are_counted(around: Surroundings, character_store: Path) -> None:
    shutil.copytree(character_store, around.store)
    assert characters.check_characters(around).severity is Severity.OK
    (around.store / "ben" / "embedding.safetensors").unlink()
    finding = characters.check_characters(around)
    assert finding.severity is Severity.INFO and finding.finding == "1 of 2 must be enrolled again: ben"
    (around.store / "ada" / "embedding.safetensors").write_bytes(b"x" * 100)
    assert "2 of 2" in characters.check_characters(around).finding


def test_characters_that_cannot_be_used_are_named(around: Surroundings, character_store: Path) -> None:
    shutil.copytree(character_store, around.store)
    manifest = around.store / "ben" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "npcface": ">=99"}))
    (around.store / "ada" / "manifest.json").write_text("{")
    finding = characters.check_characters(around)
    assert finding.severity is Severity.WARNING
    assert "cannot be read: ada" in finding.finding and "ben" in finding.finding


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A game folder with both copies as they are shipped."""
    folder = tmp_path / "game"
    shutil.copytree(BRIDGE / "godot/addons/npcface", folder / "addons/npcface")
    shutil.copytree(BRIDGE / "unity/com.npcface.client", folder / "Packages/com.npcface.client")
    return folder


def looked_at(project: Path) -> tuple[Severity, str, str]:
    finding = game.check_game(Surroundings(project, "127.0.0.1", 0, project=project))
    return finding.severity, finding.finding, f"{finding.cause} {finding.fix}"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_shipped_addon_and_package_fit(project: Path) -> None:
    severity, seen, _ = looked_at(project)
    assert severity is Severity.OK
    assert seen.count(f"protocol {PROTOCOL}") == 2 and "Packages/com.npcface.client" in seen


@pytest.mark.parametrize(
    ("theirs", "severity", "advice"),
    [
        ("0.9.0", Severity.ERROR, "Update the game"),
        ("99.0.0", Severity.ERROR, "Update npcface"),
        ("1.0.0", Severity.INFO, "Update the game"),
        ("1.99.0", Severity.WARNING, "Update npcface"),
        ("newest", Severity.WARNING, "Update the game"),
    ],
)
def test_another_protocol_says_which_side_to_update(
    project: Path, theirs: str, severity: Severity, advice: str
) -> None:
    edit(project / "addons/npcface/wire/messages.gd", f'"{PROTOCOL}"', f'"{theirs}"')
    assert looked_at(project)[0] is severity
    assert advice in looked_at(project)[2]
    assert ("addons/npcface" in looked_at(project)[2]) == (advice == "Update the game")


def test_an_older_package_is_worth_a_word(project: Path) -> None:
    edit(project / "Packages/com.npcface.client/package.json", f'"{npcface.__version__}"', '"0.0.1"')
    severity, seen, advice = looked_at(project)
    assert severity is Severity.INFO and "0.0.1" in seen and "com.npcface.client" in advice


def test_a_folder_without_npcface_and_no_folder_at_all(tmp_path: Path) -> None:
    assert looked_at(tmp_path)[0] is Severity.WARNING
    assert looked_at(tmp_path / "none")[0] is Severity.ERROR


@given(package=st.binary(max_size=200), config=st.binary(max_size=200))
def test_whatever_lies_in_the_game_does_no_harm(
    tmp_path_factory: pytest.TempPathFactory, package: bytes, config: bytes
) -> None:
    folder = tmp_path_factory.mktemp("strange")
    (folder / "npcface").mkdir()
    (folder / "package.json").write_bytes(package)
    (folder / "npcface/plugin.cfg").write_bytes(config)
    assert [copy.protocol for copy in copies(folder)] == [""]


def test_a_pack_that_is_damaged_is_named(around: Surroundings, character_store: Path) -> None:
    shutil.copytree(character_store, around.store)
    (around.store / "villagers.zip").write_bytes(b"no zip")
    finding = characters.check_characters(around)
    assert finding.severity is Severity.WARNING and "villagers.zip" in finding.finding
