"""Each check sees what it is about: taken ports, folders that cannot be written, packages that are missing."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest

from npcface import doctor
from npcface.doctor import Finding, Severity, Surroundings
from npcface.errors import DependencyError
from tests.character.folders import manifest

# of gpu onnxruntime's check speaks, studio is empty, demo and dev are for those who work on npcface
NOT_CHECKED = {"gpu", "studio", "demo", "dev"}


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return Surroundings(store=tmp_path / "store", host="127.0.0.1", port=0)


def test_a_taken_port_is_a_warning_that_names_it(around: Surroundings) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        finding = doctor.check_port(Surroundings(around.store, "127.0.0.1", port))
    assert finding.severity is Severity.WARNING
    assert str(port) in finding.finding and "--port 0" in finding.fix


def test_a_free_port_is_ok(around: Surroundings) -> None:
    assert doctor.check_port(around).severity is Severity.OK


def test_the_store_is_made_and_its_characters_are_counted(around: Surroundings) -> None:
    (around.store / "aila").mkdir(parents=True)
    (around.store / "aila" / "manifest.json").write_bytes(manifest("aila").to_json())
    (around.store / "stray").mkdir()
    finding = doctor.check_store(around)
    assert finding.severity is Severity.OK
    assert "1 character" in finding.finding
    assert sorted(path.name for path in around.store.iterdir()) == ["aila", "stray"]


def test_a_store_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    finding = doctor.check_store(Surroundings(tmp_path / "file" / "store", "127.0.0.1", 0))
    assert finding.severity is Severity.ERROR
    assert "NPCFACE_HOME" in finding.fix


def test_missing_system_libraries_are_named_by_their_package(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> object:
        if name == "libEGL.so.1":
            raise OSError("cannot open shared object file")
        return object()

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", load)
    monkeypatch.setattr(doctor, "installed", lambda _: "1.2.2")
    finding = doctor.check_system_libraries(around)
    assert finding.severity is Severity.ERROR
    assert finding.finding == "missing: libegl1"
    monkeypatch.setattr(doctor, "installed", lambda _: None)  # a player that does not enrol does not need them
    assert doctor.check_system_libraries(around).severity is Severity.INFO


def test_a_gpu_package_without_its_provider_is_explained(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    monkeypatch.setattr(doctor, "installed", lambda _: "1.20.0")
    finding = doctor.check_onnxruntime(around)
    assert finding.severity is Severity.WARNING
    assert "pip uninstall" in finding.fix


def test_a_check_that_fails_is_an_error_and_the_rest_still_runs(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_broken(_: Surroundings) -> Finding:
        raise ZeroDivisionError("boom")

    def check_refused(_: Surroundings) -> Finding:
        raise DependencyError("No model.", "Get one.")

    monkeypatch.setattr(doctor, "CHECKS", (check_broken, check_refused, doctor.check_python))
    broken, refused, python = doctor.examine(around)
    assert (broken.check, broken.severity, broken.finding) == ("broken", Severity.ERROR, "ZeroDivisionError: boom")
    assert (refused.finding, refused.fix) == ("No model.", "Get one.")
    assert python.severity is Severity.OK


def test_extras_that_are_missing_say_what_they_are_for(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"video": ("no_such_module_here", "reading and writing video files")})
    finding = doctor.check_extras(around)
    assert finding.severity is Severity.INFO
    assert "video: reading and writing video files" in finding.cause
    assert "npcface[video]" in finding.fix


def test_extras_are_those_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(doctor.EXTRAS) == set(project["project"]["optional-dependencies"]) - NOT_CHECKED


def test_a_missing_landmark_model_can_be_installed_by_the_fix(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NPCFACE_LANDMARKER", str(tmp_path / "nowhere.task"))
    monkeypatch.setattr(doctor, "installed", lambda _: "1.2.2")
    finding = doctor.check_landmarker(around)
    assert finding.severity is Severity.ERROR
    assert finding.install == (doctor.LANDMARKER_CARRIER,)


def test_a_landmark_model_that_is_another_file_is_refused(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "face.task").write_bytes(b"not the model")
    monkeypatch.setenv("NPCFACE_LANDMARKER", str(tmp_path / "face.task"))
    finding = doctor.check_landmarker(around)
    assert finding.severity in (Severity.ERROR, Severity.INFO)
    assert "sha256" in finding.finding


@pytest.mark.parametrize(("mediapipe", "severity"), [("1.2.2", Severity.ERROR), (None, Severity.INFO)])
def test_a_missing_matte_model_matters_only_where_portraits_are_enrolled(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch, mediapipe: str | None, severity: Severity
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr(doctor, "installed", lambda _: mediapipe)
    finding = doctor.check_matte_model(around)
    assert finding.severity is severity
    assert finding.install == ((doctor.MATTE_CARRIER,) if mediapipe else ())
